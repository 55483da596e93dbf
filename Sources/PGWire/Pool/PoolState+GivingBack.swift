extension PoolState {
    /// A connection comes back, as `item`.
    package mutating func giveBack(_ slot: Slot, _ item: Item, at now: Instant, _ effects: inout Effects) {
        giveBack(slot, item, isUsed: true, at: now, &effects)
    }

    /// A connection comes back that nobody has used, so that it does not count as recently used either.
    package mutating func giveBackUnused(_ slot: Slot, _ item: Item, at now: Instant, _ effects: inout Effects) {
        giveBack(slot, item, isUsed: false, at: now, &effects)
    }

    /// The connection in a slot was closed: the slot is given back.
    package mutating func giveBack(
        _ slot: Slot, closed reason: CloseReason, at now: Instant, _ effects: inout Effects
    ) {
        guard leases.removeValue(forKey: slot) != nil else { return }
        count(isClosed ? .poolClosed : reason)
        handOn(at: now, &effects)
    }

    private mutating func giveBack(
        _ slot: Slot, _ item: Item, isUsed: Bool, at now: Instant, _ effects: inout Effects
    ) {
        guard var entry = leases.removeValue(forKey: slot)?.entry else { return }
        entry.item = item
        if isUsed { entry.idleSince = now }
        guard !isClosed, !isExpired(entry, at: now) else {
            close(item, isClosed ? .poolClosed : .lifetime, &effects)
            return handOn(at: now, &effects)
        }
        if let next = line.popFirst() {
            let offer = Offer.reuse(item, lend(entry, at: now), isStale: isStale(entry, at: now))
            effects.resumptions.append((next.waiter, .offer(offer)))
        } else {
            idle.append(entry)
            if let instant = end(of: entry) { wake(by: instant, &effects) }
        }
    }

    /// Gives a free slot to who has waited longest.
    mutating func handOn(at now: Instant, _ effects: inout Effects) {
        guard let next = line.popFirst() else { return }
        effects.resumptions.append((next.waiter, .offer(.open(lend(nil, at: now)))))
    }
}
