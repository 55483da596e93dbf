/// Which connections a pool has and who waits for one: all of its decisions, without clock, task or socket, so that tests
/// can play every order of events.
///
/// A borrower holds a *slot* from the moment that it gets one until it gives it back; there are as many as the pool may
/// have connections. Whether a connection in its place is good, and opening one where there is none, is the borrower's
/// own business. While somebody waits, no connection is idle and no slot is free: what comes free goes to who has waited
/// longest at once.
package struct PoolState<Item: Sendable, Waiter: Sendable>: ~Copyable {
    package typealias Instant = ContinuousClock.Instant
    package typealias CloseReason = ConnectionPool.CloseReason

    /// A slot, by a number that no other slot ever has.
    package struct Slot: Hashable, Sendable {
        let number: UInt64
    }

    /// What a borrower gets.
    package enum Offer: Sendable {
        /// A connection that others used before. It must show that it is alive, by an answer if it is stale.
        case reuse(Item, Slot, isStale: Bool)
        /// A slot for a connection that the borrower opens.
        case open(Slot)
    }

    /// How waiting ends.
    package enum Outcome: Sendable {
        case offer(Offer)
        case refused(PoolError)
        case cancelled
    }

    /// What is to be done after a change, once nobody holds the state.
    package struct Effects {
        package var resumptions: [(waiter: Waiter, outcome: Outcome)] = []
        package var closures: [Item] = []
        /// When ``PoolState/tick(at:_:)`` is to be called; nil when nothing has changed about that.
        package var wake: Instant?

        package init() {}
    }

    struct Entry {
        var item: Item
        /// When its life-time ends.
        var expiry: Instant?
        var idleSince: Instant
    }

    struct Lease {
        var since: Instant
        /// Nil while the connection is being opened.
        var entry: Entry?
    }

    struct Waiting {
        var waiter: Waiter
        var deadline: Instant?
    }

    let options: ConnectionPool.Options
    /// What the pool's connections are to, for messages.
    let target: String
    /// The most recently used last.
    var idle: [Entry] = []
    var leases: [Slot: Lease] = [:]
    var line = WaiterQueue<Waiting>()
    var counts = ConnectionPool.Statistics()
    var nextNumber: UInt64 = 0
    var isClosed = false
    /// The instant of the last ``Effects/wake``, while it is still to come.
    package var wakesAt: Instant?

    package init(_ options: ConnectionPool.Options, target: String) {
        self.options = options.bounded
        self.target = target
    }
}

extension PoolState {
    /// How many slots are taken, by connections or for them.
    var total: Int { idle.count + leases.count }

    mutating func lend(_ entry: Entry?, at now: Instant) -> Slot {
        let slot = Slot(number: nextNumber)
        nextNumber &+= 1
        leases[slot] = Lease(since: now, entry: entry)
        return slot
    }

    mutating func close(_ item: Item, _ reason: CloseReason, _ effects: inout Effects) {
        effects.closures.append(item)
        count(reason)
    }

    mutating func count(_ reason: CloseReason) { counts.closed[reason, default: 0] += 1 }

    func isStale(_ entry: Entry, at now: Instant) -> Bool {
        options.checkAfterIdle.map { now - entry.idleSince >= $0 } ?? false
    }

    func isExpired(_ entry: Entry, at now: Instant) -> Bool {
        entry.expiry.map { $0 <= now } ?? false
    }

    /// One wake-up at a time is asked for, the earliest; that it may come in vain costs less than to call it off.
    mutating func wake(by instant: Instant, _ effects: inout Effects) {
        if let wakesAt, wakesAt <= instant { return }
        wakesAt = instant
        effects.wake = instant
    }
}
