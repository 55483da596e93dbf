#if ScribeApp
import LocalPostgres
import PGWireTesting
import ScribeApp
import Testing

/// `db check` on everything that can be wrong: status 1, the failed stage, the reason in words, and no secret.
@Suite(.timeLimit(.minutes(2))) struct DatabaseCheckTests {
    private let cluster: LocalPostgres
    private let settings: [String: String]

    init() async throws {
        cluster = try await TestServers.shared.cluster(major: 15)
        settings = cluster.configuration(database: cluster.database).settings()
    }

    /// What `db check` writes to standard error with some settings changed.
    private func problems(_ changes: [String: String], stage: String = "connection") async throws -> String {
        var settings = settings.merging(changes) { $1 }
        settings["DB_CONNECT_TIMEOUT"] = "2"
        let outcome = try await ScribeProcess.run(["db", "check"], settings)
        #expect(outcome.status == 1)
        #expect(outcome.output.contains("failed  \(stage)"), "\(outcome.output)\(outcome.problems)")
        #expect(!(outcome.output + outcome.problems).contains(settings["DB_PASSWORD"] ?? "?"))
        return outcome.problems
    }

    @Test func wrongPassword() async throws {
        #expect(try await problems(["DB_PASSWORD": "not-the-password"]).contains("password"))
    }

    @Test func unknownRole() async throws {
        #expect(try await problems(["DB_USER": "nobody-here"]).contains("nobody-here"))
    }

    @Test func unknownDatabase() async throws {
        #expect(try await problems(["DB_NAME": "no-such-database"]).contains("no-such-database"))
    }

    @Test func refusedPort() async throws {
        #expect(try await problems(["DB_PORT": "1"]).contains(":1"))
    }

    @Test func nameThatDoesNotResolve() async throws {
        #expect(try await problems(["DB_HOST": "no-such-host.invalid"]).contains("no-such-host.invalid"))
    }

    /// What `db check` says of a server that plays `script`, `%` standing for its address.
    private func problems(
        with server: ScriptedServer.Step..., sslMode: String = "disable", stage: String = "connection"
    ) async throws -> String {
        try await ScriptedServer.run(server) { server in
            let text = try await problems(
                ["DB_HOST": "127.0.0.1", "DB_PORT": String(server.port), "DB_SSLMODE": sslMode, "DB_SSLROOTCERT": ""],
                stage: stage)
            return text.split(separator: "127.0.0.1:\(server.port)").joined(separator: "%")
        }
    }

    @Test func serverThatStaysSilent() async throws {
        let start = ContinuousClock.now
        let text = try await problems(with: .staySilent)
        #expect(text.contains("% accepted the connection and then stayed silent for 2 s"), "\(text)")
        #expect(.now - start < .seconds(10))
    }

    @Test func serverThatIsNotPostgreSQL() async throws {
        let text = try await problems(with: .answerAsHTTPServer, sslMode: "require")
        #expect(
            text.contains("what listens on % is not a PostgreSQL server (it answers in HTTP): check host"), "\(text)")
    }

    @Test func refusedTLS() async throws {
        let text = try await problems(with: .answerToSSLRequest(Array("N".utf8)), .waitForEnd, sslMode: "require")
        #expect(text.contains("% does not offer TLS, which sslmode=require requires: turn ssl on"), "\(text)")
    }

    @Test func serversThatDoSCRAMWrong() async throws {
        let password = try #require(settings["DB_PASSWORD"])
        let skipped = try await problems(with: .scram(password: password, fault: .okWithoutServerFinal))
        #expect(skipped.contains("login to % given up: the server skipped the last step of SCRAM"), "\(skipped)")
        let start = ContinuousClock.now
        let endless = try await problems(with: .scramDemanding(iterations: 2_000_000_000))
        #expect(endless.contains("the server demands 2000000000 SCRAM iterations, and at most 1000000"), "\(endless)")
        #expect(.now - start < .seconds(2))
    }

    /// The beginning of the answer to a statement that is sent along with its timeout.
    private static let beginning: [WireMessage] = [
        .parseComplete, .bindComplete, .dataRow(texts: ["30000"]), .commandComplete("SELECT 1"), .parseComplete,
    ]

    @Test func connectionCutInTheMiddleOfARow() async throws {
        let columns: [WireMessage] = [.bindComplete, .rowDescription([.init("?column?", type: 23)])]
        let row = WireMessage.dataRow(texts: ["1234"]).bytes
        let text = try await problems(
            with: .trust, .answer(Self.beginning + columns), .sendBytes(Array(row.prefix(9))), .close, stage: "query")
        #expect(text.contains("the server closed the connection to %: whether the statement under way"), "\(text)")
    }

    @Test func sqlErrorWithCaret() async throws {
        let error = WireMessage.errorResponse("42601", "syntax error at or near \"1\"", fields: ["P": "8"])
        let text = try await problems(
            with: .trust, .answer(Array(Self.beginning.dropLast()) + [error, .readyForQuery()]), .waitForEnd,
            stage: "query")
        #expect(
            text.contains(
                """
                syntax error at or near "1" (SQLSTATE 42601)
                LINE 1: SELECT 1
                               ^
                """), "\(text)")
    }

    @Test func schemaThatIsBehind() async throws {
        let empty = try await cluster.makeDatabase().settings()
        #expect(try await problems(empty, stage: "revision").contains("scribe-app migrate upgrade"))
    }
}
#endif
