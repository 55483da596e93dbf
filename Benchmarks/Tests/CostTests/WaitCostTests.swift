import PGWire
import Testing

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// What a wait leaves behind that ended long before its deadline.
@Suite struct WaitCosts {
    /// The memory of this process in bytes.
    private static func residentMemory() throws -> Int {
        let pages = try String(contentsOfFile: "/proc/self/statm", encoding: .utf8).split(separator: " ")
        return try #require(pages.dropFirst().first.flatMap { Int($0) }) * 4096
    }

    private static func select(_ count: Int, _ db: Connection) async throws {
        for _ in 0..<count { try await db.execute("SELECT") }
    }

    /// Calls that wait for one another, each for half a minute at most.
    @Test func aWaitForAConnectionLeavesNothing() async throws {
        try await Server.connected(timeout: .seconds(30)) { db in
            func both(_ count: Int) async throws {
                async let one: Void = Self.select(count, db)
                async let other: Void = Self.select(count, db)
                _ = try await (one, other)
            }
            try await both(1_000)
            let before = try Self.residentMemory()
            try await both(25_000)
            let growth = try Self.residentMemory() - before
            #expect(growth < 6 << 20, "\(growth) bytes")
        }
    }
}
