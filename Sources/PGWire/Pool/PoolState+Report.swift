extension PoolState {
    package var statistics: ConnectionPool.Statistics {
        var statistics = counts
        statistics.idle = idle.count
        statistics.inUse = leases.values.count { $0.entry != nil }
        statistics.opening = leases.count - statistics.inUse
        statistics.waiting = line.count
        return statistics
    }

    /// The error for a refused borrower.
    func refusal(_ reason: PoolError.Reason, at now: MonotonicInstant) -> PoolError {
        refusal(reason, at: now, holders(at: now))
    }

    /// Who has the connections, the longest first.
    func holders(at now: MonotonicInstant) -> [PoolError.Holder] {
        leases.values.filter { $0.entry != nil }
            .map { PoolError.Holder(place: $0.place?.description, duration: now - $0.since) }
            .sorted { $0.duration > $1.duration }
    }

    /// The error for a refused borrower, while these have the connections.
    func refusal(_ reason: PoolError.Reason, at now: MonotonicInstant, _ holders: [PoolError.Holder]) -> PoolError {
        let state = statistics
        let description =
            switch reason {
            case .closed: "the pool of connections to \(target) is closed and gives out no more"
            case .timedOut:
                "no connection to \(target) became free within \((options.acquireTimeout ?? .zero).text): "
                    + "\(occupation(state, holders)); look for what holds connections so long, such as a task that borrows a "
                    + "second one while it has one, or raise maximumConnections"
            }
        return PoolError(
            reason, inUse: state.inUse, opening: state.opening, waiting: state.waiting,
            holders: Array(holders.prefix(PoolError.maximumHolders)), description)
    }

    private func occupation(_ state: ConnectionPool.Statistics, _ holders: [PoolError.Holder]) -> String {
        var parts = ["\(state.inUse) of the pool's \(options.maximumConnections) are in use"]
        let longest = holders.prefix(3).map(\.description).joined(separator: ", ")
        if !longest.isEmpty { parts[0] += ", the longest for \(longest)" }
        if state.opening > 0 { parts.append("\(state.opening) being opened") }
        if state.waiting > 0 { parts.append("\(state.waiting) other\(state.waiting == 1 ? " waits" : "s wait")") }
        return parts.joined(separator: "; ")
    }
}
