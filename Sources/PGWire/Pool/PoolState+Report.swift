extension PoolState {
    package var statistics: ConnectionPool.Statistics {
        var statistics = counts
        statistics.idle = idle.count
        statistics.inUse = leases.values.count { $0.entry != nil }
        statistics.opening = leases.count - statistics.inUse
        statistics.waiting = line.count
        return statistics
    }

    /// Why nothing is given out, in one sentence.
    func refusal(_ reason: PoolError.Reason, at now: Instant) -> PoolError {
        let state = statistics
        let longest = leases.values.filter { $0.entry != nil }.map { now - $0.since }.max()
        let description =
            switch reason {
            case .closed: "the pool of connections to \(target) is closed and gives out no more"
            case .timedOut:
                "no connection to \(target) became free within \((options.acquireTimeout ?? .zero).text): "
                    + "\(occupation(state, longest)); look for what holds connections so long, such as a task that borrows a "
                    + "second one while it has one, or raise maximumConnections"
            }
        return PoolError(
            reason, inUse: state.inUse, opening: state.opening, waiting: state.waiting, longestUse: longest,
            description)
    }

    private func occupation(_ state: ConnectionPool.Statistics, _ longest: Duration?) -> String {
        var parts = ["\(state.inUse) of the pool's \(options.maximumConnections) are in use"]
        if let longest { parts[0] += ", the longest for \(longest.text)" }
        if state.opening > 0 { parts.append("\(state.opening) being opened") }
        if state.waiting > 0 { parts.append("\(state.waiting) other\(state.waiting == 1 ? " waits" : "s wait")") }
        return parts.joined(separator: "; ")
    }
}
