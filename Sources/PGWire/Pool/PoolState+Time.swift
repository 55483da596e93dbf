extension PoolState {
    /// Refuses those who have waited too long, and closes what was idle for too long or is too old.
    package mutating func tick(at now: Instant, _ effects: inout Effects) {
        while let first = line.first, let deadline = first.deadline, deadline <= now {
            _ = line.popFirst()
            counts.timedOut += 1
            effects.resumptions.append((first.waiter, .refused(refusal(.timedOut, at: now))))
        }
        expireIdle(at: now, &effects)
        wakesAt = nil
        if let deadline = line.first?.deadline { wake(by: deadline, &effects) }
        for entry in idle {
            if let instant = end(of: entry) { wake(by: instant, &effects) }
        }
    }

    private mutating func expireIdle(at now: Instant, _ effects: inout Effects) {
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
    func end(of entry: Entry) -> Instant? {
        let isSpare = total > options.minimumConnections
        let idleEnd = isSpare ? options.idleTimeout.map { entry.idleSince + $0 } : nil
        guard let expiry = entry.expiry, let idleEnd else { return idleEnd ?? entry.expiry }
        return min(expiry, idleEnd)
    }

    /// Gives out nothing more, refuses those who wait, and closes what is idle.
    package mutating func close(at now: Instant, _ effects: inout Effects) {
        isClosed = true
        let refused = line.removeAll()
        for waiting in refused { effects.resumptions.append((waiting.waiter, .refused(refusal(.closed, at: now)))) }
        for entry in idle { close(entry.item, .poolClosed, &effects) }
        idle = []
        wakesAt = nil
    }

    /// Whether the pool is closed and all has come back.
    package var isDrained: Bool { isClosed && leases.isEmpty }

    /// The connections in use.
    package var lent: [Item] { leases.values.compactMap(\.entry?.item) }
}
