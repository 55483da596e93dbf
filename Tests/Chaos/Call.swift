/// The calls whose time is measured, each with the moment by which it must be over.
enum Call: String, CaseIterable {
    case borrow, begin, statement, commit, giveBack = "roll back, give back"

    /// The settings of every connection and pool of a run.
    static let statementTimeout = Duration.seconds(2)
    static let connectTimeout = Duration.seconds(3)
    static let acquireTimeout = Duration.seconds(4)
    static let checkTimeout = Duration.seconds(1)

    /// So much longer than the server the client waits, and then again for a cancel.
    private static let grace = Duration.seconds(1)
    /// So long is waited for a connection that is put in order: by a cancel, a ROLLBACK, and again by the pool.
    private static let cleanup = Duration.seconds(5)

    /// When it is over at the latest, from its beginning.
    func limit(failed: Bool) -> Duration {
        switch self {
        case .borrow: Self.acquireTimeout + Self.checkTimeout + Self.connectTimeout
        case .begin, .statement:
            // Tasks are cancelled at their beginning.
            failed
                ? max(Self.statementTimeout + Self.grace * 2, Self.cleanup) : Self.statementTimeout + Self.grace
        // Nothing is cancelled there.
        case .commit: Self.statementTimeout + Self.grace
        case .giveBack: Self.cleanup * 2
        }
    }
}

/// How long calls of one kind have taken.
struct CallTimes {
    /// How much later than its limit a call may end: what a busy machine takes to go on with a task.
    static let tolerance = Duration.milliseconds(500)

    var count = 0
    var failures = 0
    var longestSuccess = Duration.zero
    var longestFailure = Duration.zero

    mutating func note(_ duration: Duration, failed: Bool) {
        count += 1
        if failed {
            failures += 1
            longestFailure = max(longestFailure, duration)
        } else {
            longestSuccess = max(longestSuccess, duration)
        }
    }

    func isInTime(_ call: Call) -> Bool {
        longestSuccess <= call.limit(failed: false) + Self.tolerance
            && longestFailure <= call.limit(failed: true) + Self.tolerance
    }
}

/// Measures the calls of one transfer, one after the other. It belongs to one task.
final class CallClock {
    private let ledger: Ledger
    private var start = ContinuousClock.now
    private(set) var current: Call

    /// A clock whose first call begins now.
    init(_ ledger: Ledger, _ first: Call) {
        self.ledger = ledger
        current = first
    }

    /// Notes how long the current call took. The next begins.
    func succeeded(then next: Call) { lap(next, failed: false) }

    /// The same of one that has failed.
    func failed(then next: Call) { lap(next, failed: true) }

    /// A transaction's closure begins, for the first time or once more.
    func bodyBegins() {
        if current == .begin { return succeeded(then: .statement) }
        // What was in between was no single call: a ROLLBACK, a pause and BEGIN.
        start = .now
        current = .statement
    }

    /// One statement of a transaction. Where it fails, what follows is a ROLLBACK.
    @discardableResult
    func statement<R>(_ body: () async throws -> R) async throws -> R {
        do {
            let result = try await body()
            succeeded(then: .statement)
            return result
        } catch {
            failed(then: .giveBack)
            throw error
        }
    }

    private func lap(_ next: Call, failed: Bool) {
        let now = ContinuousClock.now
        ledger.note(current, took: now - start, failed: failed)
        start = now
        current = next
    }
}
