extension PoolState {
    /// Returns a connection, as `item`.
    package mutating func giveBack(_ slot: Slot, _ item: Item, at now: MonotonicInstant, _ effects: inout Effects) {
        giveBack(slot, item, isUsed: true, at: now, &effects)
    }

    /// Returns a connection that was not used, which does not count as a use.
    package mutating func giveBackUnused(_ slot: Slot, _ item: Item, at now: MonotonicInstant, _ effects: inout Effects)
    {
        giveBack(slot, item, isUsed: false, at: now, &effects)
    }

    /// Notes that the connection of a slot was closed, which frees the slot.
    package mutating func giveBack(
        _ slot: Slot, closed reason: CloseReason, at now: MonotonicInstant, _ effects: inout Effects
    ) {
        guard leases.removeValue(forKey: slot) != nil else { return }
        count(isClosed ? .poolClosed : reason)
        handOn(at: now, &effects)
    }

    private mutating func giveBack(
        _ slot: Slot, _ item: Item, isUsed: Bool, at now: MonotonicInstant, _ effects: inout Effects
    ) {
        guard var entry = leases.removeValue(forKey: slot)?.entry else { return }
        entry.item = item
        if isUsed { entry.idleSince = now }
        guard !isClosed, !isExpired(entry, at: now) else {
            close(item, isClosed ? .poolClosed : .lifetime, &effects)
            return handOn(at: now, &effects)
        }
        if let next = line.popFirst() {
            let offer = Offer.reuse(item, lend(entry, to: next.place, at: now), isStale: isStale(entry, at: now))
            effects.resumptions.append((next.waiter, .offer(offer)))
        } else {
            idle.append(entry)
            if let instant = end(of: entry) { wake(by: instant, &effects) }
        }
    }

    /// Lends a free slot to the first waiter.
    mutating func handOn(at now: MonotonicInstant, _ effects: inout Effects) {
        guard let next = line.popFirst() else { return }
        effects.resumptions.append((next.waiter, .offer(.open(lend(nil, to: next.place, at: now)))))
    }
}
