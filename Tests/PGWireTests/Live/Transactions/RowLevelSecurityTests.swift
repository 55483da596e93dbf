import LocalPostgres
import PGWire
import Testing

extension Live {
    /// Users' claims through a transaction pooler, where all of them share a few server connections.
    @Suite struct RowLevelSecurity {
        private static let userCount = 32
        private static let transactionsPerUser = 313
        private static let poolSize = 4

        /// Its notes belong to 32 users, and each may see and write its own.
        private static let tables = """
            DROP TABLE IF EXISTS note;
            CREATE TABLE note (id int GENERATED ALWAYS AS IDENTITY, owner text NOT NULL, title text NOT NULL);
            INSERT INTO note (owner, title) SELECT 'user' || u, 'note ' || n
                FROM generate_series(1, \(userCount)) u, generate_series(1, 3) n;
            ALTER TABLE note ENABLE ROW LEVEL SECURITY;
            CREATE POLICY own ON note
                USING (owner = nullif(current_setting('request.jwt.claims', true), '')::json ->> 'sub');
            GRANT SELECT, INSERT ON note TO pgwire_authenticated;
            """

        private struct Outcome {
            var flights = 0
            var plainFlights = 0
            var processes: Set<Int32> = []
        }

        @Test func eachSeesItsOwnRowsAndNothingIsLeft() async throws {
            var options = LocalPgBouncer.Options()
            options.poolSize = Self.poolSize
            let cluster = try await LiveServers.postgres15.value
            let pooler = try await LocalPgBouncer.start(inFrontOf: cluster, options)
            try await Connection.withConnection(Connection.Configuration(cluster.connectionURI)) { db in
                try await db.createRole("pgwire_authenticated")
                try await db.execute(script: Self.tables)
            }
            let configuration = try Connection.Configuration(pooler.connectionURI)
            let start = ContinuousClock.now
            let outcomes = try await withThrowingTaskGroup(of: Outcome.self) { group in
                for user in 1...Self.userCount {
                    group.addTask { try await Self.work(as: "user\(user)", configuration) }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            let count = Self.userCount * Self.transactionsPerUser
            print("row level security: \(count) transactions of \(Self.userCount) users in \(start.duration(to: .now))")
            #expect(outcomes.allSatisfy { $0.flights == $0.plainFlights * Self.transactionsPerUser })
            // They have shared server connections.
            #expect(outcomes.reduce(into: Set()) { $0.formUnion($1.processes) }.count <= Self.poolSize)
            #expect(outcomes.contains { $0.processes.count > 1 })
            var seen: Set<Int32> = []
            try await Self.inspect(configuration, &seen)
            #expect(seen.count == Self.poolSize)
            await pooler.stop()
        }

        private static func work(as user: String, _ configuration: Connection.Configuration) async throws -> Outcome {
            try await Connection.withConnection(configuration) { db in
                var outcome = Outcome()
                var before = try await db.traffic().flights
                try await db.transaction { tx in try await tx.execute("SELECT 1") }
                outcome.plainFlights = try await db.traffic().flights - before
                before = try await db.traffic().flights
                for number in 1...transactionsPerUser {
                    let settings = TransactionSettings.role("pgwire_authenticated")
                        .claims(["sub": user, "number": "\(number)"]).searchPath("public").lockTimeout(.seconds(9))
                    let rows = try await db.transaction(settings: settings) { tx in
                        try await tx.fetchAll(
                            "SELECT owner, current_user::text, pg_backend_pid() FROM note",
                            as: (String, String, Int32).self)
                    }
                    #expect(rows.count == 3)
                    #expect(rows.allSatisfy { $0.0 == user && $0.1 == "pgwire_authenticated" })
                    outcome.processes.formUnion(rows.map(\.2))
                }
                outcome.flights = try await db.traffic().flights - before
                // Neither can it write what is another's.
                let error = try await serverFailure {
                    try await db.transaction(settings: .role("pgwire_authenticated").claims(["sub": user])) { tx in
                        try await tx.execute("INSERT INTO note (owner, title) VALUES ('somebody else', 'x')")
                    }
                }
                #expect(error.sqlState == .insufficientPrivilege)
                return outcome
            }
        }

        /// Looks into all server connections: each is kept by a transaction until all were seen. The name of the application is
        /// what PgBouncer itself passes on.
        private static func inspect(_ configuration: Connection.Configuration, _ seen: inout Set<Int32>) async throws {
            var found = seen
            try await Connection.withConnection(configuration) { db in
                try await db.transaction { tx in
                    let sql: SQL = """
                        SELECT pg_backend_pid(), current_user = session_user AND current_setting('role') = 'none',
                            nullif(current_setting('request.jwt.claims', true), '') IS NULL,
                            (SELECT string_agg(name, ' ') FROM pg_settings WHERE source = 'session'
                                AND setting <> reset_val AND name NOT LIKE 'transaction%' AND name <> 'application_name'),
                            (SELECT count(*) FROM pg_prepared_statements)
                        """
                    let (process, hasNoRole, hasNoClaims, settings, statements) = try await tx.fetchOne(
                        sql, as: (Int32, Bool, Bool, String?, Int).self)
                    #expect(hasNoRole && hasNoClaims && statements == 0)
                    #expect(settings == nil)
                    found.insert(process)
                    if found.count < poolSize { try await inspect(configuration, &found) }
                }
            }
            seen = found
        }
    }
}
