/// What a change of a pool's state has brought, for whoever observes.
struct PoolDifference: Sendable {
    let after: ConnectionPool.Statistics
    let opened: Int
    let failedToOpen: Int
    let closed: [(reason: PoolCloseReason, count: Int)]

    init(from before: ConnectionPool.Statistics, to after: ConnectionPool.Statistics) {
        self.after = after
        opened = after.opened - before.opened
        failedToOpen = after.failedToOpen - before.failedToOpen
        closed = PoolCloseReason.allCases.compactMap { reason in
            let count = after.closed[reason, default: 0] - before.closed[reason, default: 0]
            return count > 0 ? (reason, count) : nil
        }
    }
}

/// What is told of a pool. Without an observer none of it is called.
extension ConnectionPool {
    /// ``borrow(_:)``, from beginning to end.
    func observedBorrow(_ place: BorrowingPlace?) async throws -> LeasedConnection {
        let observation = configuration.observer?.borrowingBegins(
            PoolBorrowing(pool: observed(statistics), place: place))
        let start = MonotonicInstant.now
        func end(_ connection: ObservedConnection?, _ error: (any Error)?) {
            observation?.end(
                PoolBorrowing.End(
                    pool: observed(statistics), connection: connection, duration: start.duration(to: .now),
                    failure: error.map(ObservedFailure.init)))
        }
        do {
            let leased = try await borrow(place)
            let connection = leased.connection._handle.connection.observation
            connection?.place = place
            end(connection?.connection, nil)
            return leased
        } catch {
            end(nil, error)
            throw error
        }
    }

    /// Tells that a connection is no longer in use.
    func tellReturn(_ leased: LeasedConnection, _ start: MonotonicInstant) {
        let connection = leased.connection._handle.connection.observation?.connection
        configuration.observer?.happened(
            .poolReturned(observed(statistics), connection, use: start.duration(to: .now)))
    }

    /// Tells what a change has brought.
    func tell(_ difference: PoolDifference) {
        guard let observer = configuration.observer else { return }
        let pool = observed(difference.after)
        for _ in 0..<max(difference.opened, 0) { observer.happened(.poolOpened(pool)) }
        for _ in 0..<max(difference.failedToOpen, 0) { observer.happened(.poolFailedToOpen(pool)) }
        for (reason, count) in difference.closed {
            for _ in 0..<count { observer.happened(.poolClosed(pool, reason)) }
        }
    }

    private func observed(_ statistics: Statistics) -> ObservedPool {
        ObservedPool(
            name: configuration.poolName, maximum: options.maximumConnections, idle: statistics.idle,
            inUse: statistics.inUse + statistics.opening, waiting: statistics.waiting)
    }
}

extension NullPool {
    /// Waits for a permit, from beginning to end, and counts the connection that is made with it.
    func observedAcquire(_ observer: any DatabaseObserver) async throws {
        let pool = ObservedPool(
            name: configuration.poolName, maximum: maximumConnections, idle: 0, inUse: inUse, waiting: waiterCount)
        let observation = observer.borrowingBegins(PoolBorrowing(pool: pool, place: nil))
        let start = MonotonicInstant.now
        func end(_ error: (any Error)?) {
            let pool = ObservedPool(
                name: configuration.poolName, maximum: maximumConnections, idle: 0, inUse: inUse,
                waiting: waiterCount)
            observation?.end(
                PoolBorrowing.End(
                    pool: pool, connection: nil, duration: start.duration(to: .now),
                    failure: error.map(ObservedFailure.init)))
        }
        do { try await acquire() } catch {
            end(error)
            throw error
        }
        end(nil)
    }
}

extension Connection.Configuration {
    fileprivate var poolName: String {
        endpoints.map(\.description).joined(separator: ",") + "/" + (database ?? user)
    }
}
