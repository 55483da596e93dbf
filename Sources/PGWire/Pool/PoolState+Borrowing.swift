extension PoolState {
    /// A connection, or a slot for one; nil when one must wait. Nobody is overtaken, as nothing is free while somebody
    /// waits.
    package mutating func borrow(at now: Instant, _ effects: inout Effects) -> Outcome? {
        if isClosed { return .refused(refusal(.closed, at: now)) }
        return offer(at: now, &effects).map(Outcome.offer)
    }

    /// A ticket for ``wait(_:ticket:at:_:)``.
    package mutating func takeTicket() -> UInt64 { line.takeTicket() }

    /// Stands in line, unless it is not necessary any more: then the outcome is returned and the waiter forgotten.
    package mutating func wait(
        _ waiter: Waiter, ticket: UInt64, at now: Instant, _ effects: inout Effects
    ) -> Outcome? {
        if let outcome = borrow(at: now, &effects) { return outcome }
        let deadline = options.acquireTimeout.map { now + $0 }
        if let deadline, deadline <= now {
            counts.timedOut += 1
            return .refused(refusal(.timedOut, at: now))
        }
        line.append(Waiting(waiter: waiter, deadline: deadline), ticket: ticket)
        if let deadline { wake(by: deadline, &effects) }
        return nil
    }

    /// Takes a waiter out of the line; nothing happens when it is no longer there.
    package mutating func cancel(ticket: UInt64, _ effects: inout Effects) {
        guard let waiting = line.remove(ticket) else { return }
        effects.resumptions.append((waiting.waiter, .cancelled))
    }

    /// A slot for a connection towards the minimum; nil when there are as many.
    package mutating func reserve(at now: Instant) -> Slot? {
        guard !isClosed, total < options.minimumConnections else { return nil }
        return lend(nil, at: now)
    }

    /// The connection in a slot was opened. Its life-time is shortened by up to a tenth, by `jitter` from 0 to 1.
    ///
    /// - Returns: why it cannot be used, when the pool was closed meanwhile: it must be closed, and the slot is gone.
    package mutating func opened(_ slot: Slot, _ item: Item, at now: Instant, jitter: Double) -> PoolError? {
        counts.opened += 1
        guard !isClosed else {
            leases[slot] = nil
            count(.poolClosed)
            return refusal(.closed, at: now)
        }
        let expiry = options.maximumLifetime.map { now + $0 * (1 - min(max(jitter, 0), 1) / 10) }
        leases[slot]?.entry = Entry(item: item, expiry: expiry, idleSince: now)
        return nil
    }

    /// Opening failed: the slot is given back.
    package mutating func failedToOpen(_ slot: Slot, at now: Instant, _ effects: inout Effects) {
        guard leases.removeValue(forKey: slot) != nil else { return }
        counts.failedToOpen += 1
        handOn(at: now, &effects)
    }

    /// The connection in a slot turned out to be dead, and was closed: what there is instead.
    ///
    /// - Parameter mayReuse: whether another idle one will do. Where it took time to find out, the borrower is not to
    ///   spend that time once more.
    package mutating func replace(
        _ slot: Slot, mayReuse: Bool, at now: Instant, _ effects: inout Effects
    ) -> Outcome {
        leases[slot] = nil
        count(isClosed ? .poolClosed : .broken)
        if isClosed { return .refused(refusal(.closed, at: now)) }
        if mayReuse, let entry = takeIdle(at: now, &effects) {
            return .offer(.reuse(entry.item, lend(entry, at: now), isStale: isStale(entry, at: now)))
        }
        return .offer(.open(lend(nil, at: now)))
    }

    private mutating func offer(at now: Instant, _ effects: inout Effects) -> Offer? {
        if let entry = takeIdle(at: now, &effects) {
            return .reuse(entry.item, lend(entry, at: now), isStale: isStale(entry, at: now))
        }
        return total < options.maximumConnections ? .open(lend(nil, at: now)) : nil
    }

    /// The idle connection that was used last, unless it is too old.
    private mutating func takeIdle(at now: Instant, _ effects: inout Effects) -> Entry? {
        while let entry = idle.popLast() {
            guard isExpired(entry, at: now) else { return entry }
            close(entry.item, .lifetime, &effects)
        }
        return nil
    }
}
