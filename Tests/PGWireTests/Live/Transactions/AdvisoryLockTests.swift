import PGWire
import Testing

extension Live {
    /// Advisory locks as scopes.
    @Suite struct AdvisoryLocks {
        /// How many hold the lock on a key that is a number.
        static func holders(_ key: Int64, _ db: Connection) async throws -> Int {
            try await db.fetchOne(
                """
                SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND granted AND objsubid = 1
                    AND (classid::bigint << 32 | objid::bigint) = \(key)
                """, as: Int.self)
        }

        @Test(arguments: LiveServer.direct) func heldInsideAndGivenBack(_ server: LiveServer) async throws {
            try await server.observed { observer in
                try await server.connected { db in
                    let value = try await db.withAdvisoryLock(4711) {
                        #expect(try await Self.holders(4711, observer) == 1)
                        // The connection can be used meanwhile.
                        return try await db.transaction { tx in try await tx.fetchOne("SELECT 5", as: Int.self) }
                    }
                    #expect(value == 5)
                    #expect(try await Self.holders(4711, observer) == 0)
                    await #expect(throws: Stop.self) { try await db.withAdvisoryLock(4711) { throw Stop() } }
                    #expect(try await Self.holders(4711, observer) == 0)
                    // Again inside is the same lock.
                    try await db.withAdvisoryLock(4711) {
                        try await db.withAdvisoryLock(4711) {}
                        #expect(try await db.tryWithAdvisoryLock(4711) { 1 } == 1)
                        #expect(try await Self.holders(4711, observer) == 1)
                    }
                    #expect(try await Self.holders(4711, observer) == 0)
                }
            }
        }

        @Test func keys() async throws {
            try await LiveServer.postgres17.connected { db in
                for name in ["nightly report", "", "Zürich \u{1F418}"] {
                    let number = try await db.fetchOne(
                        "SELECT ('x' || left(encode(sha256(convert_to(\(name)::text, 'UTF8')), 'hex'), 16))::bit(64)::bigint",
                        as: Int64.self)
                    #expect(AdvisoryLockKey(name) == AdvisoryLockKey(number))
                    try await db.withAdvisoryLock(AdvisoryLockKey(name)) {
                        let count = try await Self.holders(number, db)
                        #expect(count == 1)
                    }
                }
                let keys: [AdvisoryLockKey] = [
                    "a", "tenant \(7)", -1, 0, 1, AdvisoryLockKey(.min), AdvisoryLockKey(.max), AdvisoryLockKey(0, 1),
                    AdvisoryLockKey(-1, .min),
                ]
                #expect(Set(keys).count == keys.count)
                for key in keys {
                    try await db.withAdvisoryLock(key) {
                        try await LiveServer.postgres17.connected { other in
                            for another in keys {
                                let result: Int? = try await other.tryWithAdvisoryLock(another) { 1 }
                                #expect((result == nil) == (another == key), "\(another) while \(key)")
                            }
                        }
                    }
                }
                #expect(AdvisoryLockKey(1, 2).description == "(1, 2)")
                #expect(("a" as AdvisoryLockKey).description == "-3848465438864589366 (\"a\")")
            }
        }

        @Test(arguments: LiveServer.direct) func sharedAndNot(_ server: LiveServer) async throws {
            try await server.connected { one in
                try await server.connected { two in
                    try await one.withAdvisoryLock("shared", shared: true) {
                        let shared: Int? = try await two.tryWithAdvisoryLock("shared", shared: true) { 1 }
                        let alone: Int? = try await two.tryWithAdvisoryLock("shared") { 1 }
                        #expect(shared == 1 && alone == nil)
                    }
                    #expect(try await two.tryWithAdvisoryLock("shared") { 1 } == 1)
                }
            }
        }

        /// A session's lock taken through a pooler would be left in a server connection that is somebody else's next.
        @Test func behindATransactionPooler() async throws {
            let server = LiveServer.pgBouncer
            try await server.observed { observer in
                for configured: PoolerMode.Kind? in [nil, .transaction] {
                    try await server.connected {
                        $0.poolerMode = configured
                    } _: { db in
                        for _ in 1...2 {
                            let error = try await failure {
                                try await db.withAdvisoryLock(815) { Issue.record("it went on") }
                            }
                            guard case .usage(let text) = error else { throw error }
                            #expect(
                                text.hasPrefix("an advisory lock of the session needs a server connection of one's own")
                            )
                            #expect(text.hasSuffix("take the lock inside of a transaction, by tx.advisoryLock"))
                            _ = try await failure {
                                try await db.tryWithAdvisoryLock(815) { Issue.record("it went on") }
                            }
                        }
                        #expect(try await Self.holders(815, observer) == 0)
                        #expect(db.poolerMode.kind == .transaction)
                    }
                }
            }
        }

        @Test(arguments: LiveServer.allCases) func ofATransaction(_ server: LiveServer) async throws {
            try await server.observed { observer in
                try await server.connected { db in
                    try await db.transaction { tx in
                        try await tx.advisoryLock(99)
                        #expect(try await tx.tryAdvisoryLock(100, shared: true))
                        #expect(try await Self.holders(99, observer) == 1)
                        try await server.connected { other in
                            try await other.transaction { tx in
                                #expect(try await tx.tryAdvisoryLock(100, shared: true))
                                #expect(try await !tx.tryAdvisoryLock(99))
                                let error = try await serverFailure {
                                    try await tx.savepoint {
                                        try await $0.advisoryLock(99, timeout: .milliseconds(100))
                                    }
                                }
                                #expect(error.sqlState == .queryCanceled)
                                #expect(
                                    "\(error)".hasSuffix(
                                        "The advisory lock on 99 was not free in time: pg_locks shows who has it."))
                                // One of a savepoint goes with it.
                                await #expect(throws: Stop.self) {
                                    try await tx.savepoint { sp in
                                        try await sp.advisoryLock(101)
                                        throw Stop()
                                    }
                                }
                                #expect(try await Self.holders(101, observer) == 0)
                            }
                        }
                    }
                    #expect(try await Self.holders(99, observer) == 0)
                    #expect(try await Self.holders(100, observer) == 0)
                    try await expectFailure(
                        "this task has a transaction open on the connection: use the transaction that the closure was given, as a "
                            + "call on the connection itself would wait for it for ever"
                    ) {
                        try await db.transaction { _ in try await db.withAdvisoryLock(1) {} }
                    }
                }
            }
        }
    }
}
