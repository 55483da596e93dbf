import LocalPostgres
import PGWire
import Synchronization

/// What became of the work of many tasks.
final class Tally: Sendable {
    private let state = Mutex<(next: Int, outcomes: [String: Int])>((0, [:]))

    /// The number of the next piece of work; nil when there were `count`.
    func next(of count: Int) -> Int? {
        state.withLock { state in
            guard state.next < count else { return nil }
            state.next += 1
            return state.next
        }
    }

    func note(_ outcome: String) { state.withLock { $0.outcomes[outcome, default: 0] += 1 } }

    var outcomes: [String: Int] { state.withLock { $0.outcomes } }

    func show() {
        for (name, count) in outcomes.sorted(by: { $0.value > $1.value }) { say("    \(count) × \(name)") }
    }
}

/// Runs the same work twice, a little of it to warm up and all of it to measure.
enum Churn {
    /// Dispatch keeps some of what it hands work over with, up to 128 KiB for each of its threads.
    static let allowance = Allowance(heap: 1 << 20, resident: 8 << 20)

    /// Runs `body` with a server of its own.
    static func withServer<R>(_ body: (LocalPostgres) async throws -> R) async throws -> R {
        let server = try await LocalPostgres.start()
        do {
            let result = try await body(server)
            await server.stop()
            return result
        } catch {
            await server.stop()
            throw error
        }
    }

    /// Whether nothing has grown.
    static func measure(_ count: Int, _ work: (Int, Tally) async throws -> Void) async throws
        -> Bool
    {
        // What is made once, and kept: libraries, caches, threads, the pages of the heap.
        try await work(max(count / 10, min(count, 500)), Tally())
        let before = Resources.now
        say("before  \(before)")
        let start = ContinuousClock.now
        let tally = Tally()
        try await work(count, tally)
        let seconds = (ContinuousClock.now - start) / .seconds(1)
        say("\(count) in \((seconds * 10).rounded() / 10) s")
        tally.show()
        let after = await Resources.settled(before, allowance)
        say("after   \(after)")
        let problems = allowance.problems(before, after)
        for problem in problems { say("problem: \(problem)") }
        return problems.isEmpty
    }
}
