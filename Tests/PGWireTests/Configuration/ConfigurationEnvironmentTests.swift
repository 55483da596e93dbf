import PGWire
import Testing

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

@Suite("Configuration: from environment variables")
struct ConfigurationEnvironmentTests {
    private typealias Environment = Connection.Configuration.Environment

    private func read(_ text: String = "", _ variables: [String: String]) throws -> Connection.Configuration {
        // No file of whoever runs the tests.
        try Connection.Configuration(
            text, environment: Environment(["HOME": "/nonexistent", "PGUSER": "u"].merging(variables) { $1 }))
    }

    @Test("Every variable")
    func all() throws {
        let configuration = try read(
            "",
            [
                "PGHOST": "db", "PGHOSTADDR": "192.0.2.7", "PGPORT": "6000", "PGDATABASE": "d", "PGUSER": "ada",
                "PGPASSWORD": "s", "PGPASSFILE": "/p", "PGREQUIREAUTH": "scram-sha-256", "PGCHANNELBINDING": "require",
                "PGOPTIONS": "-c geqo=off", "PGAPPNAME": "a", "PGSSLMODE": "verify-full", "PGSSLNEGOTIATION": "direct",
                "PGSSLCERT": "/c", "PGSSLKEY": "/k", "PGSSLCERTMODE": "require", "PGSSLROOTCERT": "/ca",
                "PGSSLCRL": "/crl",
                "PGSSLCRLDIR": "/crls", "PGSSLSNI": "0", "PGREQUIREPEER": "p", "PGSSLMINPROTOCOLVERSION": "TLSv1.3",
                "PGSSLMAXPROTOCOLVERSION": "TLSv1.3", "PGGSSENCMODE": "disable", "PGCONNECT_TIMEOUT": "7",
                "PGCLIENTENCODING": "UTF8", "PGTARGETSESSIONATTRS": "any", "PGLOADBALANCEHOSTS": "disable",
                "PGMINPROTOCOLVERSION": "3.0", "PGMAXPROTOCOLVERSION": "3.0", "PGDATESTYLE": "German", "PGTZ": "UTC",
                "PGGEQO": "off", "PGDATA": "/ignored",
            ])
        #expect(configuration.endpoints == [Endpoint(host: "db", port: 6000, address: "192.0.2.7")])
        #expect(configuration.user == "ada" && configuration.database == "d" && configuration.password?.value == "s")
        #expect(configuration.passwordFile == "/p" && configuration.applicationName == "a")
        #expect(configuration.authentication.allowed == [.scramSHA256])
        #expect(configuration.authentication.channelBinding == .require)
        let tls = configuration.tls
        #expect(tls.mode == .verifyFull && tls.negotiation == .direct && tls.trustRoots == .file("/ca"))
        #expect(tls.certificateFile == "/c" && tls.privateKeyFile == "/k" && tls.certificateMode == .require)
        #expect(tls.revocationListFile == "/crl" && tls.revocationListDirectory == "/crls" && !tls.sendsServerName)
        #expect(tls.minimumVersion == .tls13 && tls.maximumVersion == .tls13)
        #expect(configuration.requiredPeer == "p" && configuration.connectTimeout == .seconds(7))
        #expect(
            configuration.startupParameters.map { "\($0.name)=\($0.value)" } == [
                "options=-c geqo=off", "datestyle=German", "timezone=UTC", "geqo=off",
            ])
    }

    @Test("The string counts for more than a variable, and an empty variable for as much as any")
    func priority() throws {
        let both = try read("postgres://ada@db/x", ["PGHOST": "other", "PGPORT": "6000", "PGDATABASE": "y"])
        #expect(both.endpoints == [Endpoint(host: "db", port: 6000)] && both.user == "ada" && both.database == "x")
        #expect(try read("", ["PGHOST": ""]).endpoints == [Endpoint(host: "localhost")])
        #expect(try read("application_name=''", ["PGAPPNAME": "a"]).applicationName == "")
        #expect(try read("fallback_application_name=f", ["PGAPPNAME": "a"]).applicationName == "a")
        #expect(try read("", ["PGTZ": "Default"]).startupParameters.isEmpty)
    }

    @Test("PGREQUIRESSL, which PGSSLMODE overrides")
    func requireSSL() throws {
        #expect(try read("", ["PGREQUIRESSL": "1", "PGHOST": "/tmp"]).tls.mode == .require)
        #expect(try read("", ["PGREQUIRESSL": "0", "PGHOST": "/tmp"]).tls.mode == .prefer)
        #expect(try read("", ["PGREQUIRESSL": "1", "PGSSLMODE": "disable"]).tls.mode == .disable)
        #expect(try read("sslmode=disable", ["PGREQUIRESSL": "1"]).tls.mode == .disable)
        #expect(try read("", ["PGSSLROOTCERT": "system"]).tls.mode == .verifyFull)
    }

    @Test("Errors name the variable and tell no secret")
    func errors() {
        let error = #expect(throws: ConfigurationError.self) {
            try read(
                "",
                [
                    "PGPORT": "x", "PGCLIENTENCODING": "LATIN1", "PGPASSWORD": "ZQX", "PGTARGETSESSIONATTRS": "master",
                    "PGCONNECT_TIMEOUT": "", "PGSSLMODE": "ZQ X",
                ])
        }
        let text = "\(String(describing: error))"
        #expect(error?.problems.count == 5, "\(text)")
        #expect(text.contains(#"port="x" (from PGPORT) is not valid"#), "\(text)")
        #expect(text.contains(#"client_encoding="LATIN1" (from PGCLIENTENCODING)"#), "\(text)")
        #expect(
            text.contains(#"target_session_attrs="master" (from PGTARGETSESSIONATTRS) is not valid"#), "\(text)")
        #expect(text.contains(#"connect_timeout="" (from PGCONNECT_TIMEOUT)"#), "\(text)")
        #expect(text.contains("sslmode (from PGSSLMODE) is not valid"), "\(text)")
        #expect(!text.contains("ZQX"))
    }

    @Test("Only who asks for it gets the process's environment; nothing shows its values")
    func process() throws {
        let home = try #require(getenv("HOME").map { String(cString: $0) })
        #expect(Environment.process.variables["HOME"] == home)
        #expect(try Connection.Configuration("user=u").passwordFile == nil)
        #expect(
            try Connection.Configuration("user=u passfile=''", environment: .process).passwordFile == "\(home)/.pgpass")
        let environment = Environment(["PGPASSWORD": "ZQX", "PGHOST": "h"])
        var dumped = ""
        dump(environment, to: &dumped)
        #expect(!"\(dumped)\(environment)".contains("ZQX"))
        #expect("\(environment)" == "PGHOST PGPASSWORD")
    }

    @Test("The password file is that of PGPASSFILE, or the one in the home directory")
    func passwordFile() throws {
        #expect(try read("", [:]).passwordFile == "/nonexistent/.pgpass")
        #expect(try read("", ["PGPASSFILE": "/p"]).passwordFile == "/p")
        #expect(try read("passfile=/q", ["PGPASSFILE": "/p"]).passwordFile == "/q")
    }
}
