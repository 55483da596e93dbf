import FoundationEssentials
import LocalPostgres
import PGSchemaSQL
import PGWire
import PGWireTesting
import ScribeApp
import Testing
import TestSupport

/// `db check` on everything that can be wrong: status 1, the stage that failed, what happened, cause and remedy, and no
/// secret.
@Suite(.timeLimit(.minutes(2))) struct DatabaseCheckTests {
    private let cluster: LocalPostgres
    private let settings: [String: String]

    init() async throws {
        cluster = try await TestServers.shared.cluster(major: 15)
        settings = cluster.configuration(database: cluster.database).settings()
    }

    /// What `db check` writes to standard error with some settings changed; both must say why and what to do.
    @discardableResult
    private func problems(
        _ changes: [String: String], stage: String, cause: String, remedy: String,
        sourceLocation: SourceLocation = #_sourceLocation
    ) async throws -> String {
        var settings = settings.merging(changes) { $1 }
        // Only where nobody answers is it waited for: no slow machine is to reach it elsewhere.
        settings["DB_CONNECT_TIMEOUT"] = changes["DB_CONNECT_TIMEOUT"] ?? "60"
        let outcome = try await ScribeProcess.run(["db", "check"], settings)
        let text = outcome.output + outcome.problems
        #expect(outcome.status == 1, sourceLocation: sourceLocation)
        let failed = outcome.output.split(separator: "\n").last ?? ""
        #expect(failed.hasPrefix("failed   \(stage) "), "\(text)", sourceLocation: sourceLocation)
        #expect(failed.hasSuffix(" ms"), "\(text)", sourceLocation: sourceLocation)
        let lines = outcome.problems.split(separator: "\n")
        let said = { (mark: String) in lines.first { $0.hasPrefix(mark) } ?? "nothing" }
        #expect(said("  cause:  ").contains(cause), "\(text)", sourceLocation: sourceLocation)
        #expect(said("  remedy: ").contains(remedy), "\(text)", sourceLocation: sourceLocation)
        #expect(!text.contains(settings["DB_PASSWORD"] ?? "?"), sourceLocation: sourceLocation)
        return outcome.problems
    }

    @Test func allIsWell() async throws {
        let configuration = try await cluster.makeDatabase()
        let migrated = try await ScribeProcess.run(["migrate", "upgrade"], configuration.settings())
        #expect(migrated.status == 0, "\(migrated.problems)")
        let outcome = try await ScribeProcess.run(["db", "check"], configuration.settings())
        #expect(outcome.status == 0, "\(outcome.problems)")
        let stages = outcome.output.split(separator: "\n").map {
            $0.split(separator: " ").prefix(2).joined(separator: " ")
        }
        #expect(
            stages == [
                "ok settings", "ok name", "ok tcp", "ok tls", "ok authentication", "ok query", "ok mode", "ok revision",
            ], "\(outcome.output)")
        #expect(outcome.output.contains("TLSv1.3") && outcome.output.contains("PostgreSQL 15"))
    }

    // MARK: Servers as they are

    @Test func wrongPassword() async throws {
        try await problems(
            ["DB_PASSWORD": "not-the-password"], stage: "authentication", cause: "DB_PASSWORD is wrong",
            remedy: "without percent-encoding")
    }

    @Test func wrongPasswordByThePooler() async throws {
        let pooler = try await TestServers.pooler(inFrontOf: cluster)
        try await problems(
            ["DB_PORT": "\(pooler.port)", "DB_PASSWORD": "not-the-password"], stage: "authentication",
            cause: "DB_PASSWORD is wrong", remedy: "a pooler blocks")
        await pooler.stop()
    }

    @Test func unknownRole() async throws {
        try await problems(
            ["DB_USER": "nobody-here"], stage: "authentication", cause: "no role \"nobody-here\"", remedy: "DB_PASSWORD"
        )
    }

    @Test func unknownDatabase() async throws {
        let text = try await problems(
            ["DB_NAME": "no-such-database"], stage: "authentication", cause: "no database \"no-such-database\"",
            remedy: "on Supabase it is postgres")
        #expect(text.contains("(SQLSTATE 3D000)"))
    }

    @Test func refusedPort() async throws {
        try await problems(
            ["DB_PORT": "1"], stage: "tcp", cause: "nothing listens on port 1", remedy: "5432 the server's")
    }

    @Test func aServersHostWithThePoolersPort() async throws {
        // Nobody listens there in a test, as on a server without a pooler.
        try await problems(
            ["DB_HOST": "127.0.0.77", "DB_PORT": "6543"], stage: "tcp", cause: "nothing listens on port 6543",
            remedy: "a server without one listens on 5432")
    }

    @Test func nameThatDoesNotResolve() async throws {
        try await problems(
            ["DB_HOST": "no-such-host.invalid"], stage: "name", cause: "misspelt", remedy: "getent hosts no-such-host")
    }

    @Test func noRoute() async throws {
        // Groups of hosts, to which there are no connections.
        try await problems(["DB_HOST": "224.0.0.1"], stage: "tcp", cause: "no way to that network", remedy: "VPN")
        try await problems(
            ["DB_HOST": "ff0e::1"], stage: "tcp", cause: "IPv6 address only", remedy: "DB_USER=postgres.PROJECTREF")
    }

    @Test func nobodyAnswers() async throws {
        let port = try SwallowingPort()
        let text = try await problems(
            ["DB_HOST": "127.0.0.1", "DB_PORT": "\(port.port)", "DB_CONNECT_TIMEOUT": "2"], stage: "tcp",
            cause: "or the project is paused",
            remedy: "that the project is active")
        #expect(text.contains("did not answer within"), "\(text)")
    }

    @Test func certificates() async throws {
        try #require(cluster.caCertificateFile != nil)
        try await problems(
            ["DB_SSLROOTCERT": ""], stage: "tls", cause: "is not among those", remedy: "prod-ca-2021.crt")
        // The same address in other words, which are not in the certificate.
        try await problems(
            ["DB_HOST": "127.1"], stage: "tls", cause: "for another name than DB_HOST", remedy: "verify-ca")
    }

    @Test func certificatesThatAreOutOfDate() async throws {
        var options = LocalPostgres.Options()
        options.major = 15
        options.tls = .required
        let server = try await LocalPostgres.start(options)
        let authority = try #require(server.certificateAuthority)
        let settings = server.configuration(database: server.database).settings()
        let console = Connection.Configuration(
            host: server.socketDirectory, port: UInt16(server.port), user: server.user, password: server.password,
            database: server.database)
        for (start, end, reason) in [(-3600, -60, "has expired"), (3600, 7200, "is not yet valid")] {
            let certificate = try authority.issue(
                commonName: "x", dnsNames: ["localhost"], notBefore: start, notAfter: end)
            // In place, so that the files keep their owner.
            try Data(certificate.certificatePEM.utf8).write(to: URL(filePath: "\(server.directory)/server.crt"))
            try Data(certificate.privateKeyPEM.utf8).write(to: URL(filePath: "\(server.directory)/server.key"))
            try await Connection.withConnection(console) { try await $0.execute("SELECT pg_reload_conf()") }
            try await eventually { try await ScribeProcess.run(["db", "check"], settings).problems.contains(reason) }
            try await problems(settings, stage: "tls", cause: "out of date", remedy: "renew the certificate")
        }
        await server.stop()
    }

    @Test func aServerThatTakesNoChanges() async throws {
        let configuration = try await cluster.makeDatabase()
        let name = configuration.database ?? ""
        try await Connection.withConnection(configuration) { db in
            try await db.execute("ALTER DATABASE \(identifier: name) SET default_transaction_read_only = on")
        }
        try await problems(
            ["DB_NAME": name], stage: "query", cause: "set to read only", remedy: "use the primary's host")
    }

    @Test func theAddressIsNotAllowed() async throws {
        var options = LocalPostgres.Options()
        options.major = 15
        options.hbaLines = ["host all locked all reject", "hostssl all sealed all scram-sha-256"]
        let server = try await LocalPostgres.start(options)
        let other = server.configuration(database: server.database).settings()
        try await Connection.withConnection(server.configuration(database: server.database)) { db in
            try await db.execute(script: "CREATE ROLE locked LOGIN PASSWORD 'x'; CREATE ROLE sealed LOGIN PASSWORD 'x'")
        }
        let locked = other.merging(["DB_USER": "locked"]) { $1 }
        try await problems(
            locked, stage: "authentication", cause: "does not exist, or may not log in", remedy: "correct DB_USER")
        await server.stop()
    }

    @Test func tooManyConnections() async throws {
        var options = LocalPostgres.Options()
        options.major = 15
        options.settings = ["max_connections": "4", "superuser_reserved_connections": "0", "max_wal_senders": "0"]
        let server = try await LocalPostgres.start(options)
        let configuration = server.configuration(database: server.database)
        var held: [Connection] = []
        for _ in 1...4 { held.append(try await Connection.connect(configuration)) }
        try await problems(
            configuration.settings(), stage: "authentication", cause: "as the server (max_connections)",
            remedy: "DB_PORT=6543")
        for connection in held { await connection.close() }
        await server.stop()
    }

    @Test func aRoleWithoutRights() async throws {
        let database = try await cluster.makeDatabase()
        let role = "bare_\(UInt64.random(in: 0...UInt64.max))"
        try await Connection.withConnection(database) { db in
            try await db.execute(
                script: """
                    CREATE ROLE \(role) LOGIN PASSWORD 'x'; REVOKE CONNECT ON DATABASE \(database.database ?? "") FROM PUBLIC
                    """)
        }
        try await problems(
            database.settings().merging(["DB_USER": role, "DB_PASSWORD": "x"]) { $1 }.filter { $0.key != "" },
            stage: "authentication", cause: "lacks a right", remedy: "GRANT it CONNECT")
    }

    @Test func schemaThatIsBehind() async throws {
        let empty = try await cluster.makeDatabase().settings()
        let text = try await problems(
            empty, stage: "revision", cause: "newer than the schema", remedy: "scribe-app migrate upgrade")
        #expect(text.contains("target database is not up to date: it is at <base>, 10 revisions behind bbddd04b993d"))
    }

    @Test func schemaThatIsAhead() async throws {
        let configuration = try await cluster.makeDatabase()
        try await Connection.withConnection(configuration) { db in
            try await db.execute(
                script: """
                    CREATE TABLE alembic_version (version_num varchar(32) PRIMARY KEY);
                    INSERT INTO alembic_version VALUES ('fffffffffff1')
                    """)
        }
        try await problems(
            configuration.settings(), stage: "revision", cause: "newer than this program", remedy: "deploy the newer")
        try await Connection.withConnection(configuration) { db in
            try await db.execute(
                script: """
                    TRUNCATE alembic_version; INSERT INTO alembic_version VALUES ('bbddd04b993d'), ('4c1052b2c70b')
                    """)
        }
        try await problems(
            configuration.settings(), stage: "revision", cause: "several rows", remedy: "delete the other rows")
    }

    /// A wrong port for the mode is no failure, but said.
    @Test func theModeIsToldFromThePort() async throws {
        let configuration = try await cluster.makeDatabase()
        let migrated = try await ScribeProcess.run(["migrate", "upgrade"], configuration.settings())
        #expect(migrated.status == 0)
        let direct = try await ScribeProcess.run(["db", "check"], configuration.settings())
        #expect(direct.output.contains("ok       mode            no pooler"), "\(direct.output)")
        let pooler = try await TestServers.pooler(inFrontOf: cluster)
        let pooled = try await ScribeProcess.run(["db", "check"], configuration.settings(port: pooler.port))
        #expect(pooled.output.contains("warning  mode            there is a pooler, and DB_PORT"), "\(pooled.output)")
        #expect(pooled.status == 0, "\(pooled.problems)")
        await pooler.stop()
    }

    // MARK: Servers as they are on their worst days

    /// What `db check` says of a server that plays `script`, `%` standing for its address.
    @discardableResult
    private func problems(
        with server: ScriptedServer.Step..., sslMode: String = "disable", user: String = "postgres",
        timeout: String = "60", stage: String, cause: String, remedy: String,
        sourceLocation: SourceLocation = #_sourceLocation
    ) async throws -> String {
        try await ScriptedServer.run(server) { server in
            let text = try await problems(
                [
                    "DB_HOST": "127.0.0.1", "DB_PORT": String(server.port), "DB_SSLMODE": sslMode, "DB_SSLROOTCERT": "",
                    "DB_USER": user, "DB_CONNECT_TIMEOUT": timeout,
                ], stage: stage, cause: cause, remedy: remedy, sourceLocation: sourceLocation)
            return text.split(separator: "127.0.0.1:\(server.port)").joined(separator: "%")
        }
    }

    @Test func serverThatStaysSilent() async throws {
        let start = ContinuousClock.now
        let text = try await problems(
            with: .staySilent, timeout: "2", stage: "authentication", cause: "took too long",
            remedy: "DB_CONNECT_TIMEOUT")
        #expect(text.contains("% accepted the connection and then stayed silent for "), "\(text)")
        try await problems(
            with: .staySilent, sslMode: "require", timeout: "2", stage: "tls", cause: "nothing was said",
            remedy: "check DB_PORT")
        #expect(.now - start < .seconds(50))
    }

    @Test func serverThatIsNotPostgreSQL() async throws {
        let text = try await problems(
            with: .answerAsHTTPServer, sslMode: "require", stage: "tls", cause: "lead to another service",
            remedy: "not the API's URL")
        #expect(
            text.contains("what listens on % is not a PostgreSQL server (it answers in HTTP): check host"), "\(text)")
    }

    @Test func refusedTLS() async throws {
        let text = try await problems(
            with: .answerToSSLRequest(Array("N".utf8)), .waitForEnd, sslMode: "require", stage: "tls",
            cause: "set up without TLS", remedy: "ssl = on")
        #expect(text.contains("% does not offer TLS, which sslmode=require requires: turn ssl on"), "\(text)")
    }

    @Test func serverThatHangsUp() async throws {
        try await problems(
            with: .run { _ = try $0.receiveBytes() }, .close, sslMode: "require", stage: "tls",
            cause: "hung up when asked for TLS",
            remedy: "Network Restrictions")
        try await problems(
            with: .startup, .close, stage: "authentication", cause: "hung up during the login", remedy: "Network Bans")
    }

    @Test func serversThatDoSCRAMWrong() async throws {
        let password = try #require(settings["DB_PASSWORD"])
        let skipped = try await problems(
            with: .scram(password: password, fault: .okWithoutServerFinal), stage: "authentication",
            cause: "could not prove who it is", remedy: "scram-sha-256")
        #expect(skipped.contains("login to % given up: the server skipped the last step of SCRAM"), "\(skipped)")
        let start = ContinuousClock.now
        let endless = try await problems(
            with: .scramDemanding(iterations: 2_000_000_000), timeout: "60", stage: "authentication",
            cause: "could not prove who it is", remedy: "scram-sha-256")
        #expect(endless.contains("the server demands 2000000000 SCRAM iterations, and at most 1000000"), "\(endless)")
        // Not by the timeout.
        #expect(.now - start < .seconds(50))
    }

    @Test(arguments: refusals) func refusedLogins(_ refusal: Refusal) async throws {
        let text = try await problems(
            with: .startup, .send(.errorResponse(refusal.state, refusal.message, severity: "FATAL")), .close,
            user: refusal.user, stage: "authentication", cause: refusal.cause, remedy: refusal.remedy)
        #expect(text.contains(refusal.message), "\(text)")
        #expect(text.contains("(SQLSTATE \(refusal.state))"), "\(text)")
    }

    /// What hosts and ports say beyond the message: a pooler in session mode, and Supabase's own names.
    @Test func theSameMessageInOtherPlaces() async throws {
        let tooMany = WireMessage.errorResponse("53300", "sorry, too many clients already", severity: "FATAL")
        try await ScriptedServer.run([.startup, .send(tooMany), .close]) { server in
            let configuration = Connection.Configuration(
                host: "127.0.0.1", port: server.port, user: "x", tls: .disabled)
            let error = await #expect(throws: PostgresError.self) {
                try await Connection.withConnection(configuration) { _ in }
            }
            let reason = try #require(error)
            #expect(Diagnosis(of: reason, configuration, .session).cause.contains("its session mode"))
            #expect(Diagnosis(of: reason, configuration, .session).remedy.contains("DB_PORT=6543"))
            #expect(Diagnosis(of: reason, configuration, .transaction).remedy.contains("Pool Size"))
        }
        for host in ["db.abcdefghijkl.supabase.co", "DB.abcdefghijkl.Supabase.co"] {
            var configuration = Connection.Configuration(host: "no-such-host.invalid", user: "x", tls: .disabled)
            let error = await #expect(throws: PostgresError.self) {
                try await Connection.withConnection(configuration) { _ in }
            }
            configuration.endpoints[0].host = host
            let diagnosis = Diagnosis(of: try #require(error), configuration, .direct)
            #expect(diagnosis.cause.contains("IPv6") && diagnosis.cause.contains("paused"))
            #expect(diagnosis.remedy.contains("aws-….pooler.supabase.com"))
        }
    }

    /// The beginning of the answer to a statement that is sent along with its timeout.
    private static let beginning: [WireMessage] = [
        .parseComplete, .bindComplete, .dataRow(texts: ["30000"]), .commandComplete("SELECT 1"), .parseComplete,
    ]

    /// A stale connection: "server closed the connection unexpectedly".
    @Test func connectionCutInTheMiddleOfARow() async throws {
        let columns: [WireMessage] = [.bindComplete, .rowDescription([.init("?column?", type: 23)])]
        let row = WireMessage.dataRow(texts: ["1234"]).bytes
        let text = try await problems(
            with: .trust, .answer(Self.beginning + columns), .sendBytes(Array(row.prefix(9))), .close, stage: "query",
            cause: "server closed the connection unexpectedly", remedy: "keeps none, so if it happens often")
        #expect(text.contains("the server closed the connection to %: whether the statement under way"), "\(text)")
    }

    @Test(arguments: [
        ("57014", "canceling statement due to statement timeout", "DB_STATEMENT_TIMEOUT", "pg_stat_activity"),
        ("57P01", "terminating connection due to administrator command", "pg_terminate_backend", "try again"),
        ("08P01", "query_wait_timeout", "of the pool are in use", "raise the pool's size"),
        ("25006", "cannot execute SELECT in a read-only transaction", "standby", "primary"),
    ])
    func refusedStatements(state: String, message: String, cause: String, remedy: String) async throws {
        let error = WireMessage.errorResponse(state, message, severity: "FATAL")
        try await problems(
            with: .trust, .answer(Array(Self.beginning.dropLast()) + [error]), .close, stage: "query", cause: cause,
            remedy: remedy)
    }

    @Test func sqlErrorWithCaret() async throws {
        let error = WireMessage.errorResponse("42601", "syntax error at or near \"pg_catalog\"", fields: ["P": "8"])
        let text = try await problems(
            with: .trust, .answer(Array(Self.beginning.dropLast()) + [error, .readyForQuery()]), .waitForEnd,
            stage: "query", cause: "for the reason that it gives", remedy: "log")
        #expect(
            text.contains(
                """
                syntax error at or near "pg_catalog" (SQLSTATE 42601)
                LINE 1: SELECT pg_catalog.set_config('pgschema.search_path', pg_catalog.current_sett...
                               ^
                """), "\(text)")
    }
}
