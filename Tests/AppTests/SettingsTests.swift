import PGSchemaSQL
import PGWire
import ScribeApp
import Testing
import TestSupport

@Suite struct SettingsTests {
    private static let complete = [
        "DB_HOST": "db.example.com", "DB_USER": "scribe", "DB_PASSWORD": "p@ss:w/rd%41", "DB_NAME": "scribe",
        "DB_PORT": "5432",
    ]

    private func settings(_ changes: [String: String], file: String? = nil) throws(SettingsError) -> Settings {
        try Settings(from: SettingsSource(environment: Self.complete.merging(changes) { $1 }, file: file))
    }

    private func problems(_ environment: [String: String]) -> [String] {
        do throws(SettingsError) {
            _ = try Settings(from: SettingsSource(environment: environment))
            return []
        } catch {
            return error.problems.map(\.name)
        }
    }

    @Test func defaults() throws {
        let settings = try Settings(from: SettingsSource(environment: [:]))
        #expect(settings.database == nil)
        #expect(settings.environment == "development")
        #expect(settings.host == "0.0.0.0")
        #expect(settings.port == 8000)
        #expect(settings.maximumConnections == 1024)
        #expect(settings.requestTimeout == 15)
        #expect(settings.allowedOrigins == ["http://localhost:3000", "https://scribe.manitmishra.com"])
        #expect(settings.warnings.isEmpty)
    }

    @Test func databaseDefaults() throws {
        var environment = Self.complete
        environment["DB_PORT"] = nil
        let settings = try Settings(from: SettingsSource(environment: environment))
        let database = try #require(settings.database)
        #expect(database.port == 6543)
        #expect(database.connectTimeout == .seconds(30))
        #expect(database.statementTimeout == .seconds(30))
        #expect(database.configuration.tls == Connection.Configuration.TLS(mode: .require))
    }

    @Test func everyValueIsTakenLiterally() throws {
        let configuration = try #require(try settings([:]).database).configuration
        #expect(configuration.password?.value == "p@ss:w/rd%41")
        #expect(configuration.endpoints == [Endpoint(host: "db.example.com", port: 5432)])
    }

    @Test func theEnvironmentWinsOverTheFileAndCaseDoesNotMatter() throws {
        let settings = try settings(
            ["db_name": "lower", "Debug": "YES"], file: "DB_NAME=file\nlog_level=warning\nport=81\nOTHER=x")
        #expect(settings.database?.name == "scribe")
        #expect(settings.debug)
        #expect("\(settings.logLevel)" == "warning")
        #expect(settings.port == 81)
    }

    @Test func allProblemsAtOnce() {
        let names = problems([
            "ENVIRONMENT": "Production", "DB_HOST": " ", "DB_PORT": "0", "DB_CONNECT_TIMEOUT": "soon",
            "DB_STATEMENT_TIMEOUT": "-1", "DB_SSLMODE": "prefer", "DB_SSLROOTCERT": "/nowhere.pem", "DEBUG": "",
            "PORT": "65536",
        ])
        #expect(
            names == [
                "DB_USER", "DB_PASSWORD", "DB_NAME", "DB_HOST", "DB_PORT", "DB_CONNECT_TIMEOUT", "DB_STATEMENT_TIMEOUT",
                "DB_SSLMODE", "DB_SSLROOTCERT", "DEBUG", "PORT",
            ])
    }

    /// What is missing may be there, in a line that cannot be read.
    @Test func unreadableLinesAreToldWithWhatIsMissing() throws {
        let error = #expect(throws: SettingsError.self) {
            try Settings(
                from: SettingsSource(environment: [:], file: "DB_HOST=a\nDB_USER=b\nDB_NAME=c\nDB_PASSWORD=\"x\n"))
        }
        let text = "\(error, default: "")"
        #expect(text.contains("DB_PASSWORD is missing") && text.contains(".env line 4"), "\(text)")
        #expect(problems(Self.complete.merging(["DB_REQUIRE_AUTH": "foo"]) { $1 }) == ["DB_REQUIRE_AUTH"])
    }

    @Test func aWayToLogInThatIsNotAllowedIsExplained() async throws {
        let database = try await TestServers.shared.cluster(major: 15).makeDatabase()
        let settings = database.settings().merging(["DB_REQUIRE_AUTH": "none"]) { $1 }
        let outcome = try await ScribeProcess.run(["db", "check"], settings)
        #expect(outcome.status == 1)
        #expect(outcome.problems.contains("add that way to DB_REQUIRE_AUTH"), "\(outcome.problems)")
    }

    @Test(arguments: ["production", "PRODUCTION", "staging"])
    func onlyDevelopmentRunsWithoutDatabaseSettings(environment: String) {
        #expect(problems(["ENVIRONMENT": environment]) == ["DB_USER", "DB_PASSWORD", "DB_NAME", "DB_HOST"])
    }

    @Test func oneDatabaseSettingAsksForTheOthers() {
        #expect(problems(["DB_CONNECT_TIMEOUT": "5"]) == ["DB_USER", "DB_PASSWORD", "DB_NAME", "DB_HOST"])
    }

    @Test func emptyUserPasswordAndNameAreAccepted() throws {
        let database = try #require(try settings(["DB_USER": "", "DB_PASSWORD": "", "DB_NAME": ""]).database)
        #expect(database.configuration.user.isEmpty)
    }

    @Test(arguments: SSLMode.allCases)
    func productionRefusesModesThatMayNotEncrypt(mode: SSLMode) {
        let environment = Self.complete.merging(["DB_SSLMODE": mode.rawValue, "ENVIRONMENT": "production"]) { $1 }
        #expect(problems(environment) == (mode.requiresTLS ? [] : ["DB_SSLMODE"]))
        #expect(problems(environment.merging(["ENVIRONMENT": "development"]) { $1 }) == [])
    }

    @Test func aRootCertificateIsAskedEvenInModeRequire() throws {
        let database = try #require(try settings(["DB_SSLROOTCERT": #filePath, "DB_REQUIRE_AUTH": "none"]).database)
        #expect(database.configuration.authentication.allowed == [.none])
        #expect(
            database.configuration.tls == Connection.Configuration.TLS(mode: .verifyCA, trustRoots: .file(#filePath)))
    }

    @Test(arguments: [
        ("db.example.com", "5432", 0), ("aws-0.pooler.supabase.com", "6543", 0), ("db.example.com", "6543", 1),
        ("db.example.com", "15432", 1),
    ])
    func unusualPortsAreWarnings(host: String, port: String, count: Int) throws {
        #expect(try settings(["DB_HOST": host, "DB_PORT": port]).warnings.count == count)
    }

    @Test func limitsOfHTTP() throws {
        let settings = try settings(["HTTP_MAX_CONNECTIONS": "65535", "http_request_timeout": " 1 "])
        #expect(settings.maximumConnections == 65535)
        #expect(settings.requestTimeout == 1)
    }

    @Test(arguments: ["0", "-1", "65536", "1e3", "0x10", "15s", "", " ", "99999999999999999999"])
    func absurdLimitsOfHTTP(value: String) {
        let error = #expect(throws: SettingsError.self) {
            _ = try settings(["HTTP_MAX_CONNECTIONS": value, "HTTP_REQUEST_TIMEOUT": value])
        }
        #expect(
            error?.problems.map { "\($0.name) \($0.reason)" } == [
                "HTTP_MAX_CONNECTIONS must be a number of connections from 1 to 65535, not \"\(value)\"",
                "HTTP_REQUEST_TIMEOUT must be a number of seconds from 1 to 3600, not \"\(value)\"",
            ])
    }

    @Test func statementTimeoutZeroIsNone() throws {
        #expect(try settings(["DB_STATEMENT_TIMEOUT": "0"]).database?.statementTimeout == nil)
    }

    @Test func origins() throws {
        let some = try settings(["ALLOWED_ORIGINS": " https://a.example , ,b/ "])
        #expect(some.allowedOrigins == ["https://a.example", "b/"])
        #expect(try settings(["ALLOWED_ORIGINS": ""]).allowedOrigins == [])
    }

    @Test func noSecretInAnyText() throws {
        let secret = "hunter2"
        var output = ""
        do throws(SettingsError) {
            _ = try settings(["DB_PASSWORD": secret, "DB_PORT": "x", "DEBUG": "x"])
        } catch {
            output += "\(error) \(String(reflecting: error))"
        }
        let settings = try settings(["DB_PASSWORD": secret, "DB_PORT": "1"])
        dump(settings, to: &output)
        output += "\(settings) \(settings.warnings) \(String(describing: settings.database?.configuration))"
        #expect(output.contains("DB_PORT"))
        #expect(!output.contains(secret))
    }
}
