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
            configuration.startupParameters["synchronous_commit"] = "local"
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
                        #expect(lost.description.contains(" ended the connection (FATAL: "), "\(lost)")
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

        private static func insert(_ id: Int, _ tx: borrowing Transaction) async throws {
            try await tx.execute("INSERT INTO ledger VALUES (\(id))")
        }
    }
}
