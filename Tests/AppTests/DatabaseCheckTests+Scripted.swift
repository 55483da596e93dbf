import PGWire
import PGWireTesting
import ScribeApp
import Testing
import TestSupport

/// Servers as they are on their worst days.
extension DatabaseCheckTests {
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
            with: .receiveSome, .close, sslMode: "require", stage: "tls",
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
