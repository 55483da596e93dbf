import LocalPostgres
import PGWire
import Testing

extension Live {
    /// A little of `make chaos` and `make growth`. Processes of their own: threads and memory of this one are those of all tests.
    @Suite(.serialized) struct ChaosTests {
        @Test(arguments: [("run", "6"), ("connections", "300"), ("borrowings", "20000")])
        func nothingIsUntrueAndNothingGrows(_ way: String, _ count: String) async throws {
            let (status, text) = try await BlockingThread.run {
                try ChildProcess.output(of: [Probe.program("pgwire-chaos"), way, count])
            }
            #expect(status == 0, "\(text)")
            // What it printed says that there was something to survive.
            let signs = ["run": "server: restart", "connections": "cancelled", "borrowings": "division by zero"]
            #expect(text.utf8.contains((signs[way] ?? "?").utf8), "\(text)")
            print(text)
        }
    }
}
