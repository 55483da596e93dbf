import PGWire

/// A pool's state that a test plays: borrowers are letters, connections are numbers, and the clock, in seconds, stands
/// still unless the test moves it. Every call returns what it brought about.
final class PlayedPool {
    private var state: PoolState<Int, String>
    private let start = MonotonicInstant.now
    private(set) var now = 0.0
    private var slots: [String: PoolState<Int, String>.Slot] = [:]
    private var connections: [String: Int] = [:]
    private var tickets: [String: UInt64] = [:]
    private var lastConnection = 0

    /// A pool of two, without limits of time, unless `change` says otherwise.
    init(_ change: (inout ConnectionPool.Options) -> Void = { _ in }) {
        var options = ConnectionPool.Options(maximumConnections: 2)
        options.acquireTimeout = nil
        options.idleTimeout = nil
        options.maximumLifetime = nil
        options.checkAfterIdle = nil
        change(&options)
        state = PoolState(options, target: "db:5432")
    }

    var statistics: ConnectionPool.Statistics { state.statistics }
    var isDrained: Bool { state.isDrained }
    var lent: [Int] { state.lent.sorted() }
    /// The second at which the state wants to be woken.
    var wakesAt: Double? { state.wakesAt.map(seconds) }

    func wait(_ seconds: Double) { now += seconds }

    /// Asks for a connection, and stands in line when there is none.
    func borrow(_ borrower: String) -> [String] {
        play { state, now, effects in
            if let outcome = state.borrow(at: now, &effects) { return note(borrower, outcome) }
            let ticket = state.takeTicket()
            tickets[borrower] = ticket
            if let outcome = state.wait(borrower, ticket: ticket, at: now, &effects) { return note(borrower, outcome) }
            return "\(borrower) waits"
        }
    }

    /// The borrower has opened the connection for which it had a slot. The number is the next one.
    func open(_ borrower: String, jitter: Double = 0) -> [String] {
        play { state, now, _ in
            guard let slot = slots[borrower] else { return "\(borrower) has no slot" }
            lastConnection += 1
            if let error = state.opened(slot, lastConnection, at: now, jitter: jitter) { return "\(error)" }
            connections[borrower] = lastConnection
            return "\(borrower) has \(lastConnection)"
        }
    }

    /// As ``borrow(_:)`` and ``open(_:jitter:)``, where a connection must be opened.
    func take(_ borrower: String) -> [String] {
        let events = borrow(borrower)
        return events == ["\(borrower) opens"] ? open(borrower) : events
    }

    func failToOpen(_ borrower: String) -> [String] {
        leave(borrower) { state, slot, _, now, effects in state.failedToOpen(slot, at: now, &effects) }
    }

    func giveBack(_ borrower: String) -> [String] {
        leave(borrower) { state, slot, item, now, effects in state.giveBack(slot, item, at: now, &effects) }
    }

    func giveBackUnused(_ borrower: String) -> [String] {
        leave(borrower) { state, slot, item, now, effects in state.giveBackUnused(slot, item, at: now, &effects) }
    }

    func giveBackClosed(_ borrower: String) -> [String] {
        leave(borrower) { state, slot, _, now, effects in
            state.giveBack(slot, closed: .broken, at: now, &effects)
        }
    }

    /// The borrower found its connection dead.
    func replace(_ borrower: String, mayReuse: Bool = true) -> [String] {
        play { state, now, effects in
            guard let slot = slots[borrower] else { return "\(borrower) has no slot" }
            return note(borrower, state.replace(slot, mayReuse: mayReuse, at: now, &effects))
        }
    }

    func cancel(_ borrower: String) -> [String] {
        play { state, _, effects in
            if let ticket = tickets[borrower] { state.cancel(ticket: ticket, &effects) }
            return nil
        }
    }

    /// Makes a slot towards the minimum; the borrower is to open it.
    func reserve(_ borrower: String) -> [String] {
        play { state, now, _ in
            slots[borrower] = state.reserve(at: now)
            return slots[borrower] == nil ? "enough" : "\(borrower) opens"
        }
    }

    func tick() -> [String] {
        play { state, now, effects in
            state.tick(at: now, &effects)
            return nil
        }
    }

    func close() -> [String] {
        play { state, now, effects in
            state.close(at: now, &effects)
            return nil
        }
    }

    private typealias State = PoolState<Int, String>

    private func leave(
        _ borrower: String, _ change: (inout State, State.Slot, Int, MonotonicInstant, inout State.Effects) -> Void
    ) -> [String] {
        play { state, now, effects in
            guard let slot = slots.removeValue(forKey: borrower) else { return "\(borrower) has no slot" }
            change(&state, slot, connections.removeValue(forKey: borrower) ?? 0, now, &effects)
            return nil
        }
    }

    private func play(_ change: (inout State, MonotonicInstant, inout State.Effects) -> String?) -> [String] {
        var effects = State.Effects()
        let event = change(&state, start + .milliseconds(Int64(now * 1000)), &effects)
        return (event.map { [$0] } ?? [])
            + effects.resumptions.map { note($0.waiter, $0.outcome) }
            + effects.closures.map { "\($0) is closed" }
            + (effects.wake.map { ["wake at \(seconds($0))"] } ?? [])
    }

    private func note(_ borrower: String, _ outcome: State.Outcome) -> String {
        switch outcome {
        case .offer(.open(let slot)):
            slots[borrower] = slot
            return "\(borrower) opens"
        case .offer(.reuse(let item, let slot, let isStale)):
            slots[borrower] = slot
            connections[borrower] = item
            return "\(borrower) gets \(item)\(isStale ? ", stale" : "")"
        case .refused(let error): return "\(borrower) is refused: \(error)"
        case .cancelled: return "\(borrower) is cancelled"
        }
    }

    private func seconds(_ instant: MonotonicInstant) -> Double {
        let (seconds, attoseconds) = (instant - start).components
        return Double(seconds) + Double(attoseconds / 1_000_000_000_000_000) / 1000
    }
}
