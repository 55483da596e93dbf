/// The state machine of a pool, without clock, task or socket, so that tests can try every order of events.
///
/// A borrower holds a *slot*, of which there are as many as the pool may have connections. The borrower itself checks
/// the connection of its slot, or opens one if there is none. While a task waits, no connection is idle and no slot is
/// free: whatever becomes free goes to the first waiter at once.
package struct PoolState<Item: Sendable, Waiter: Sendable>: ~Copyable {
    package typealias CloseReason = ConnectionPool.CloseReason

    /// A slot, with a unique number.
    package struct Slot: Hashable, Sendable {
        let number: UInt64
    }

    /// What a borrower gets.
    package enum Offer: Sendable {
        /// An idle connection. The borrower must check it, by a round trip if it is stale.
        case reuse(Item, Slot, isStale: Bool)
        /// A slot without a connection, which the borrower must open.
        case open(Slot)
    }

    /// The result of borrowing or waiting.
    package enum Outcome: Sendable {
        case offer(Offer)
        case refused(PoolError)
        case cancelled
    }

    /// What the caller must do after a change, outside of the lock.
    package struct Effects {
        package var resumptions: [(waiter: Waiter, outcome: Outcome)] = []
        package var closures: [Item] = []
        /// When to call ``PoolState/tick(at:_:)``; nil when that has not changed.
        package var wake: MonotonicInstant?

        package init() {}
    }

    struct Entry {
        var item: Item
        /// When its lifetime ends.
        var expiry: MonotonicInstant?
        var idleSince: MonotonicInstant
    }

    struct Lease {
        var since: MonotonicInstant
        /// Nil while the connection is being opened.
        var entry: Entry?
        /// The connection that is open already, while hooks make it ready.
        var connected: Item?
        /// Who has it.
        var place: BorrowingPlace?
    }

    struct Waiting {
        var waiter: Waiter
        var deadline: MonotonicInstant?
        var place: BorrowingPlace?
    }

    let options: ConnectionPool.Options
    /// The server, for messages.
    let target: String
    /// The most recently used last.
    var idle: [Entry] = []
    var leases: [Slot: Lease] = [:]
    var line = WaiterQueue<Waiting>()
    var counts = ConnectionPool.Statistics()
    var nextNumber: UInt64 = 0
    var isClosed = false
    /// The instant of the last ``Effects/wake``, while it is still to come.
    package var wakesAt: MonotonicInstant?

    package init(_ options: ConnectionPool.Options, target: String) {
        self.options = options.bounded
        self.target = target
    }
}

extension PoolState {
    /// The number of connections, including those being opened.
    var total: Int { idle.count + leases.count }

    mutating func lend(_ entry: Entry?, to place: BorrowingPlace?, at now: MonotonicInstant) -> Slot {
        let slot = Slot(number: nextNumber)
        nextNumber &+= 1
        leases[slot] = Lease(since: now, entry: entry, place: place)
        return slot
    }

    mutating func close(_ item: Item, _ reason: CloseReason, _ effects: inout Effects) {
        effects.closures.append(item)
        count(reason)
    }

    mutating func count(_ reason: CloseReason) { counts.closed[reason, default: 0] += 1 }

    func isStale(_ entry: Entry, at now: MonotonicInstant) -> Bool {
        options.checkAfterIdle.map { now - entry.idleSince >= $0 } ?? false
    }

    func isExpired(_ entry: Entry, at now: MonotonicInstant) -> Bool {
        entry.expiry.map { $0 <= now } ?? false
    }

    /// Requests only the earliest wake-up: one that comes in vain costs less than cancelling it.
    mutating func wake(by instant: MonotonicInstant, _ effects: inout Effects) {
        if let wakesAt, wakesAt <= instant { return }
        wakesAt = instant
        effects.wake = instant
    }
}
