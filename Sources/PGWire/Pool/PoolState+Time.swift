extension PoolState {
    /// Refuses waiters whose deadline has passed, and closes connections that are idle for too long or too old.
    package mutating func tick(at now: MonotonicInstant, _ effects: inout Effects) {
        var holders: [PoolError.Holder]?
        while let first = line.first, let deadline = first.deadline, deadline <= now {
            _ = line.popFirst()
            counts.timedOut += 1
            // They are the same for all whose time is over at once, of whom there may be thousands.
            let known = holders ?? self.holders(at: now)
            holders = known
            effects.resumptions.append((first.waiter, .refused(refusal(.timedOut, at: now, known))))
        }
        expireIdle(at: now, &effects)
        wakesAt = nil
        if let deadline = line.first?.deadline { wake(by: deadline, &effects) }
        for entry in idle {
            if let instant = end(of: entry) { wake(by: instant, &effects) }
        }
    }

    private mutating func expireIdle(at now: MonotonicInstant, _ effects: inout Effects) {
        var spare = total - options.minimumConnections
        var kept: [Entry] = []
        for entry in idle {
            if isExpired(entry, at: now) {
                close(entry.item, .lifetime, &effects)
            } else if spare > 0, let timeout = options.idleTimeout, entry.idleSince + timeout <= now {
                close(entry.item, .idle, &effects)
            } else {
                kept.append(entry)
                continue
            }
            spare -= 1
        }
        idle = kept
    }

    /// When an idle connection is to be closed; nil for never.
    func end(of entry: Entry) -> MonotonicInstant? {
        let isSpare = total > options.minimumConnections
        let idleEnd = isSpare ? options.idleTimeout.map { entry.idleSince + $0 } : nil
        guard let expiry = entry.expiry, let idleEnd else { return idleEnd ?? entry.expiry }
        return min(expiry, idleEnd)
    }

    /// Closes the pool: refuses all waiters, and closes idle connections.
    package mutating func close(at now: MonotonicInstant, _ effects: inout Effects) {
        isClosed = true
        let refused = line.removeAll()
        for waiting in refused { effects.resumptions.append((waiting.waiter, .refused(refusal(.closed, at: now)))) }
        for entry in idle { close(entry.item, .poolClosed, &effects) }
        idle = []
        wakesAt = nil
    }

    /// Whether the pool is closed and no connection is in use.
    package var isDrained: Bool { isClosed && leases.isEmpty }

    /// The connections in use.
    package var lent: [Item] { leases.values.compactMap { $0.entry?.item ?? $0.connected } }
}
