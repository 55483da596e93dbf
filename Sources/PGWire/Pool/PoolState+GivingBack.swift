extension PoolState {
    /// A connection comes back, as `item`.
    package mutating func giveBack(_ place: Place, _ item: Item, at now: Instant, _ effects: inout Effects) {
        giveBack(place, item, isUsed: true, at: now, &effects)
    }

    /// A connection comes back that nobody has used, so that it does not count as recently used either.
    package mutating func giveBackUnused(_ place: Place, _ item: Item, at now: Instant, _ effects: inout Effects) {
        giveBack(place, item, isUsed: false, at: now, &effects)
    }

    /// The connection in a place was closed: the place is given back.
    package mutating func giveBack(
        _ place: Place, closed reason: CloseReason, at now: Instant, _ effects: inout Effects
    ) {
        guard leases.removeValue(forKey: place) != nil else { return }
        count(isClosed ? .poolClosed : reason)
        handOn(at: now, &effects)
    }

    private mutating func giveBack(
        _ place: Place, _ item: Item, isUsed: Bool, at now: Instant, _ effects: inout Effects
    ) {
        guard var resident = leases.removeValue(forKey: place)?.resident else { return }
        resident.item = item
        if isUsed { resident.idleSince = now }
        guard !isClosed, !isExpired(resident, at: now) else {
            close(item, isClosed ? .poolClosed : .lifetime, &effects)
            return handOn(at: now, &effects)
        }
        if let next = line.popFirst() {
            let offer = Offer.reuse(item, lend(resident, at: now), isStale: isStale(resident, at: now))
            effects.resumptions.append((next.waiter, .offer(offer)))
        } else {
            idle.append(resident)
            if let instant = end(of: resident) { wake(by: instant, &effects) }
        }
    }

    /// Gives a free place to who has waited longest.
    mutating func handOn(at now: Instant, _ effects: inout Effects) {
        guard let next = line.popFirst() else { return }
        effects.resumptions.append((next.waiter, .offer(.open(lend(nil, at: now)))))
    }
}
