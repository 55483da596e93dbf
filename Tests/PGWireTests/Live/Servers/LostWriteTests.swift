import LocalPostgres
import PGWire
import PGWireTesting
import Testing

#if canImport(Darwin)
import Darwin
#else
import Glibc
#endif

extension Live {
    /// Reading what was written when servers come and go.
    @Suite struct LostWrites {
        private static let isStandby: SQL = "SELECT pg_is_in_recovery()"

        /// The write was never replicated, its primary dies, and the standby takes over.
        @Test(arguments: [15, 18]) func aPromotedStandbyDoesNotHaveIt(_ major: Int) async throws {
            let pair = try await ServerPair.start(major)
            let (kept, lost) = try await pair.withPools { servers in
                let kept = try await servers.write { _ = try await $0.execute("CREATE TABLE note (id int, text text)") }
                    .lsn
                try await servers.read(after: kept) { _ in }
                try await pair.stopReplication()
                // More than a promotion writes.
                let lost = try await servers.write {
                    _ = try await $0.execute(
                        "INSERT INTO note SELECT n, repeat(md5(n::text), 50) FROM generate_series(1, 5000) n")
                }
                return (kept, lost.lsn)
            }
            #expect(kill(pair.primary.processIdentifier, SIGKILL) == 0)
            // Until somebody takes over it might still come.
            try await pair.withPools(fallsBack: false, within: .milliseconds(200)) { servers in
                let error = try await connectionFailure { try await servers.read(after: lost) { _ in } }
                #expect(error.reason == .behind && error.description.contains("has not received it"), "\(error)")
            }
            try await pair.onStandby { db in
                let isPromoted = try await db.fetchOne("SELECT pg_promote(true, 60)", as: Bool.self)
                #expect(isPromoted)
            }
            for target in ["any", "standby"] {
                try await pair.withPools(standby: target) { servers in
                    // What it had it has, standby or not.
                    let count = try await servers.read(after: kept) {
                        try await $0.fetchOne("SELECT count(*) FROM note", as: Int.self)
                    }
                    #expect(count == 0)
                    let start = ContinuousClock.now
                    let error = try await connectionFailure { try await servers.read(after: lost) { _ in } }
                    #expect(.now - start < .seconds(10), "there is nothing to wait for")
                    #expect(error.reason == .writeLost && !PostgresError.connection(error).isSafeToRetry)
                    #expect(
                        error.description.utf8.starts(
                            with: "the log of the primary 127.0.0.1:\(pair.standby.port) ends at ".utf8))
                    #expect(error.description.contains(" and so before \(lost), where the write is"), "\(error)")
                    let other = try await connectionFailure {
                        try await servers.pipeline(after: lost) { try $0.fetchOne(Self.isStandby, as: Bool.self) }
                    }
                    #expect(other.reason == .writeLost)
                }
            }
            await pair.stop()
        }

        @Test(arguments: [17]) func aStandbyThatIsGone(_ major: Int) async throws {
            let pair = try await ServerPair.start(major)
            try await pair.withPools { servers in
                let lsn = try await servers.write { _ = try await $0.execute("CREATE TABLE note (id int)") }.lsn
                #expect(try await servers.read(after: lsn) { try await $0.fetchOne(Self.isStandby, as: Bool.self) })
                // The pool has a connection to it.
                await pair.standby.stop()
                for lsn in [nil, lsn] {
                    #expect(
                        try await !servers.read(after: lsn) { try await $0.fetchOne(Self.isStandby, as: Bool.self) })
                    #expect(try await !servers.pipeline(after: lsn) { try $0.fetchOne(Self.isStandby, as: Bool.self) })
                }
                var alone = servers
                alone.options.fallsBackToPrimary = false
                let error = try await connectionFailure { try await alone.read(after: lsn) { _ in } }
                #expect(error.reason == .unreachable)
            }
            await pair.stop()
        }

        /// A body that has begun is not run again by itself.
        @Test func aStandbyThatGoesWhileItIsReadFrom() async throws {
            let pair = try await ServerPair.start(17)
            try await pair.withPools { servers in
                var count = 0
                await #expect(throws: PostgresError.self) {
                    try await servers.read(after: nil) { tx in
                        count += 1
                        #expect(kill(pair.standby.processIdentifier, SIGKILL) == 0)
                        _ = try await tx.fetchOne("SELECT pg_sleep(5) IS NULL", as: Bool.self)
                    }
                }
                #expect(count == 1)
            }
            await pair.stop()
        }
    }
}
