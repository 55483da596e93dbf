import LocalPostgres
import PGWire
import PGWireTesting
import Testing

extension Live {
    /// A commit that waits for its standby is there already, only not answered.
    @Suite struct SynchronousCommits {
        /// A primary whose standby never comes.
        private static func start(_ major: Int) async throws -> LocalPostgres {
            var options = LocalPostgres.Options()
            options.major = major
            options.settings = [
                "synchronous_commit": "on", "synchronous_standby_names": "*", "max_prepared_transactions": "5",
            ]
            return try await LocalPostgres.start(options)
        }

        /// A connection for which no standby is waited for.
        private static func alone<R>(_ server: LocalPostgres, _ body: (Connection) async throws -> R) async throws -> R
        {
            var configuration = try Connection.Configuration(server.connectionURI)
            configuration.startupParameters = [.init(name: "synchronous_commit", value: "local")]
            return try await Connection.withConnection(configuration, body)
        }

        private static func endsTheWaitingOne(_ server: LocalPostgres) async throws {
            try await alone(server) { db in
                try await db.wait(for: "SELECT count(*) = 1 FROM pg_stat_activity WHERE wait_event = 'SyncRep'")
                try await db.execute(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE wait_event = 'SyncRep'")
            }
        }

        @Test(arguments: [15, 17, 18]) func anAdministratorEndsTheWait(_ major: Int) async throws {
            let server = try await Self.start(major)
            let pooler = try await LocalPgBouncer.start(inFrontOf: server)
            try await Self.alone(server) { _ = try await $0.execute("CREATE TABLE ledger (id int PRIMARY KEY)") }
            typealias Way = @Sendable (Connection, Int) async throws -> Void
            let ways: [(name: String, isPrepared: Bool, run: Way)] = [
                ("commit", false, { db, id in try await db.transaction { try await Self.insert(id, $0) } }),
                (
                    "commit and place", false,
                    { db, id in _ = try await db.transactionWithLSN { try await Self.insert(id, $0) } }
                ),
                (
                    "prepare", true,
                    { db, id in try await db.prepareTransaction("t\(id)") { try await Self.insert(id, $0) } }
                ),
            ]
            var id = 0
            for uri in [server.connectionURI, pooler.connectionURI] {
                for way in ways {
                    id += 1
                    let error = try await Connection.withConnection(Connection.Configuration(uri)) { [id] db in
                        async let ended: Void = Self.endsTheWaitingOne(server)
                        let error = try await failure { try await way.run(db, id) }
                        try await ended
                        return error
                    }
                    switch error {
                    case .commitOutcomeUnknown(let lost) where !way.isPrepared,
                        .prepareOutcomeUnknown(let lost) where way.isPrepared:
                        #expect(lost.reason == .lost && lost.phase == .query && !error.isSafeToRetry)
                        // PgBouncer says what the server does not.
                        let isSaid = lost.description.contains(" ended the connection (FATAL: ")
                        #expect(isSaid == (uri == pooler.connectionURI), "\(lost)")
                    default: Issue.record("\(way.name): \(error)")
                    }
                    // What a caller would find who had taken it for failed.
                    let isThere: SQL =
                        way.isPrepared
                        ? "SELECT count(*)::int FROM pg_prepared_xacts WHERE gid = \("t\(id)")"
                        : "SELECT count(*)::int FROM ledger WHERE id = \(id)"
                    let count = try await Self.alone(server) { try await $0.fetchOne(isThere, as: Int.self) }
                    #expect(count == 1, "\(way.name)")
                }
            }
            await pooler.stop()
            await server.stop()
        }

        /// The server process is told to end at the moment that it commits: that comes in place of an answer, or right behind it.
        @Test(arguments: ["FATAL", "PANIC", "ERROR"], [false, true])
        func anErrorInPlaceOfAnAnswer(severity: String, isBehindIt: Bool) async throws {
            let done: [WireMessage] = [.parseComplete, .bindComplete, .noData]
            let begun = done + [.commandComplete("BEGIN"), .readyForQuery(.inTransaction)]
            let error = WireMessage.errorResponse(
                "57P01", "terminating connection due to administrator command", severity: severity)
            var answer = done + (isBehindIt ? [.commandComplete("COMMIT")] : []) + [error]
            if severity == "ERROR" { answer.append(.readyForQuery(.idle)) }
            try await ScriptedServer.run([.trust, .answer(begun), .answer(answer), .close]) { server in
                let configuration = Connection.Configuration(
                    host: "127.0.0.1", port: server.port, user: "scribe", tls: .disabled)
                try await Connection.withConnection(configuration) { db in
                    let error = try await failure { try await db.transaction { _ in } }
                    switch error {
                    case .commitOutcomeUnknown(let lost):
                        #expect(
                            severity != "ERROR"
                                && lost.description
                                    == "127.0.0.1:\(server.port) ended the connection (\(severity): terminating "
                                    + "connection due to administrator command, SQLSTATE 57P01): whether the statement under way was "
                                    + "carried out is not known"
                        )
                    case .server(let error): #expect(severity == "ERROR" && !error.isFatal)
                    default: Issue.record("\(error)")
                    }
                }
            }
        }

        private static func insert(_ id: Int, _ tx: borrowing Transaction) async throws {
            try await tx.execute("INSERT INTO ledger VALUES (\(id))")
        }
    }
}
