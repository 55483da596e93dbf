extension PoolState {
    /// Lends an idle connection, or a slot to open one; nil when the borrower must wait. Nobody is overtaken, as
    /// nothing is free while somebody waits.
    package mutating func borrow(
        from place: BorrowingPlace? = nil, at now: MonotonicInstant, _ effects: inout Effects
    ) -> Outcome? {
        if isClosed { return .refused(refusal(.closed, at: now)) }
        return offer(to: place, at: now, &effects).map(Outcome.offer)
    }

    /// A ticket for ``wait(_:ticket:at:_:)``.
    package mutating func takeTicket() -> UInt64 { line.takeTicket() }

    /// Queues a waiter, unless a connection or slot is free by now: then the outcome is returned instead.
    package mutating func wait(
        _ waiter: Waiter, ticket: UInt64, from place: BorrowingPlace? = nil, at now: MonotonicInstant,
        _ effects: inout Effects
    ) -> Outcome? {
        if let outcome = borrow(from: place, at: now, &effects) { return outcome }
        let deadline = options.acquireTimeout.map { now + $0 }
        if let deadline, deadline <= now {
            counts.timedOut += 1
            return .refused(refusal(.timedOut, at: now))
        }
        line.append(Waiting(waiter: waiter, deadline: deadline, place: place), ticket: ticket)
        if let deadline { wake(by: deadline, &effects) }
        return nil
    }

    /// Removes a waiter from the queue, if it is still there.
    package mutating func cancel(ticket: UInt64, _ effects: inout Effects) {
        guard let waiting = line.remove(ticket) else { return }
        effects.resumptions.append((waiting.waiter, .cancelled))
    }

    /// Lends a slot to open a connection towards the minimum; nil when the minimum is reached.
    package mutating func reserve(at now: MonotonicInstant) -> Slot? {
        guard !isClosed, total < options.minimumConnections else { return nil }
        return lend(nil, to: nil, at: now)
    }

    /// Notes the connection of a slot while it is made ready, so that it is closed with the others.
    package mutating func connected(_ slot: Slot, _ item: Item) {
        leases[slot]?.connected = item
    }

    /// Notes that the connection of a slot was opened. Its lifetime is shortened by up to a tenth: `jitter` from 0 to
    /// 1.
    ///
    /// - Returns: an error when the pool was closed meanwhile; the connection must be closed, and the slot is gone.
    package mutating func opened(_ slot: Slot, _ item: Item, at now: MonotonicInstant, jitter: Double) -> PoolError? {
        counts.opened += 1
        guard !isClosed else {
            leases[slot] = nil
            count(.poolClosed)
            return refusal(.closed, at: now)
        }
        let expiry = options.maximumLifetime.map { now + $0 * (1 - min(max(jitter, 0), 1) / 10) }
        leases[slot]?.connected = nil
        leases[slot]?.entry = Entry(item: item, expiry: expiry, idleSince: now)
        return nil
    }

    /// Notes that opening failed, which frees the slot.
    package mutating func failedToOpen(_ slot: Slot, at now: MonotonicInstant, _ effects: inout Effects) {
        guard leases.removeValue(forKey: slot) != nil else { return }
        counts.failedToOpen += 1
        handOn(at: now, &effects)
    }

    /// Replaces the connection of a slot, which was dead and is closed.
    ///
    /// - Parameter mayReuse: whether another idle connection may replace it. Not after a check that took time, which
    ///   must not be spent again.
    package mutating func replace(
        _ slot: Slot, mayReuse: Bool, at now: MonotonicInstant, _ effects: inout Effects
    ) -> Outcome {
        let place = leases.removeValue(forKey: slot)?.place
        count(isClosed ? .poolClosed : .broken)
        if isClosed { return .refused(refusal(.closed, at: now)) }
        if mayReuse, let entry = takeIdle(at: now, &effects) {
            return .offer(.reuse(entry.item, lend(entry, to: place, at: now), isStale: isStale(entry, at: now)))
        }
        return .offer(.open(lend(nil, to: place, at: now)))
    }

    private mutating func offer(to place: BorrowingPlace?, at now: MonotonicInstant, _ effects: inout Effects) -> Offer?
    {
        if let entry = takeIdle(at: now, &effects) {
            return .reuse(entry.item, lend(entry, to: place, at: now), isStale: isStale(entry, at: now))
        }
        return total < options.maximumConnections ? .open(lend(nil, to: place, at: now)) : nil
    }

    /// The idle connection that was used last, unless it is too old.
    private mutating func takeIdle(at now: MonotonicInstant, _ effects: inout Effects) -> Entry? {
        while let entry = idle.popLast() {
            guard isExpired(entry, at: now) else { return entry }
            close(entry.item, .lifetime, &effects)
        }
        return nil
    }
}
