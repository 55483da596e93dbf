import PGWire
import Synchronization

/// What was reported of each transfer, and what else there is to count.
final class Ledger: Sendable {
    /// What a transfer's caller was told.
    enum Outcome: UInt8 {
        case none
        /// It is there, once.
        case committed
        /// It is there once, or not at all.
        case unknown
        /// It is not there.
        case failed
    }

    struct Counts {
        var errors: [String: Int] = [:]
        var events: [String: Int] = [:]
        var calls: [Call: CallTimes] = [:]
        var next = 0
    }

    /// Of the transfers by their numbers. Made at once, so that it does not look like something that grows.
    private let outcomes: Mutex<[UInt8]>
    private let counts = Mutex(Counts())

    init(capacity: Int) { outcomes = Mutex([UInt8](repeating: 0, count: capacity)) }

    /// The number of the next transfer; nil when there is no room for more.
    func next() -> Int? {
        let capacity = outcomes.withLock { $0.count }
        return counts.withLock { counts in
            guard counts.next < capacity else { return nil }
            counts.next += 1
            return counts.next - 1
        }
    }

    func note(_ outcome: Outcome, of transfer: Int) { outcomes.withLock { $0[transfer] = outcome.rawValue } }

    func note(_ error: any Error) { counts.withLock { $0.errors[ErrorKind.name(error), default: 0] += 1 } }

    func note(event: String, _ count: Int = 1) { counts.withLock { $0.events[event, default: 0] += count } }

    func note(_ call: Call, took duration: Duration, failed: Bool) {
        counts.withLock { $0.calls[call, default: CallTimes()].note(duration, failed: failed) }
    }

    var report: Counts { counts.withLock { $0 } }

    func outcome(of transfer: Int) -> Outcome {
        outcomes.withLock { transfer < $0.count ? Outcome(rawValue: $0[transfer]) ?? .none : .none }
    }

    /// How many transfers were told this.
    func count(_ outcome: Outcome) -> Int { outcomes.withLock { $0.count { $0 == outcome.rawValue } } }
}

/// What kind of error it is, by what the driver says of it.
enum ErrorKind {
    static func name(_ error: any Error) -> String {
        switch error {
        case is CancellationError: "cancelled"
        case PostgresError.server(let error):
            "server: \(error.severity) \(error.sqlState) \(error.message.prefix { $0 != "\"" && $0 != "(" })"
        case PostgresError.connection(let error): "connection: \(error.reason) while \(error.phase.rawValue)"
        case PostgresError.commitOutcomeUnknown(let error): "commitOutcomeUnknown: \(error.reason)"
        case PostgresError.pool(let error): "pool: \(error.reason)"
        case PostgresError.protocolViolation(let error): "protocolViolation: \(error)"
        default: "\(error)"
        }
    }

    /// What a caller may conclude from the error of a statement that commits by itself: see the guide Errors.
    static func outcomeOfStatement(_ error: any Error) -> Ledger.Outcome {
        guard let error = error as? PostgresError else { return .unknown }
        if error.isSafeToRetry { return .failed }
        switch error {
        case .server(let error): return error.isFatal ? .unknown : .failed
        case .connection(let error): return error.phase == .query ? .unknown : .failed
        case .commitOutcomeUnknown, .protocolViolation: return .unknown
        default: return .failed
        }
    }

    /// The same of a transaction: only one error leaves it open.
    static func outcomeOfTransaction(_ error: any Error) -> Ledger.Outcome {
        if case PostgresError.commitOutcomeUnknown = error { .unknown } else { .failed }
    }
}
