import CAllocationCounter
import PGWire
import Testing

extension Live {
    /// What it costs when nobody observes, counted: allocations are the same on every machine.
    @Suite struct ObservingCosts {
        /// Does nothing with what it is told.
        struct Nobody: DatabaseObserver {}

        /// Two are its text and its values; an unoptimised build makes two more.
        private static let allocationsOfAStatement = 4

        /// The fewest allocations of a statement that was carried out on one thread.
        private func allocations(_ change: (inout Connection.Configuration) -> Void) async throws -> Int {
            try await LiveServer.postgres18.connected(change) { db in
                var fewest = Int.max
                for _ in 0..<300 {
                    let before = allocation_count()
                    try await db.forEachRow("SELECT 1", as: Int.self) { _ in }
                    let after = allocation_count()
                    // The task may have gone on in another thread, whose count is another.
                    if after > before { fewest = min(fewest, Int(after - before)) }
                }
                return fewest
            }
        }

        @Test func withoutAnObserverNothingIsAllocated() async throws {
            let without = try await allocations { _ in }
            let with = try await allocations { $0.observer = Nobody() }
            #expect(without <= Self.allocationsOfAStatement)
            #expect(with > without)
        }
    }
}
