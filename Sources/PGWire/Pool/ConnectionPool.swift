import Synchronization

/// A pool of connections that are reused, with a maximum number at once.
///
/// ```swift
/// let pool = ConnectionPool(configuration, .init(maximumConnections: 20))
/// let count = try await pool.withConnection { db in try await db.fetchOne("SELECT count(*) FROM player", as: Int.self) }
/// await pool.drain(within: .seconds(10))
/// ```
///
/// There is nothing to start. The borrowing task opens a connection if there is none, so that it gets the errors and a
/// slow attempt delays no other task. When all are in use, tasks wait for at most ``Options/acquireTimeout``, first
/// in, first out. The most recently used connection is lent first, so that surplus ones become idle and are closed
/// after ``Options/idleTimeout``. A connection is checked before it is lent: one that the server has closed, as in a
/// restart, is replaced.
///
/// Releasing the last reference closes idle connections; ``drain(within:)`` also waits for those in use.
///
/// Behind a transaction pooler use ``NullPool``: client connections are cheap there and hold no server connection, so
/// that reusing them gains little. With a server, or a pooler in session mode, this pool saves the login for each use.
public final class ConnectionPool: ConnectionProvider {
    /// The configuration of the connections.
    public let configuration: Connection.Configuration
    /// The options, with numbers brought into their ranges.
    public let options: Options
    /// What is done with its connections beside lending them.
    public let hooks: Hooks

    typealias State = PoolState<Connection, Waiter>

    /// A task that waits for a connection.
    struct Waiter: Sendable {
        let task: SuspendedTask<State.Outcome>
    }

    struct Shared: ~Copyable {
        var state: State
        /// Sleeps until the next ``PoolState/tick(at:_:)``; nil while none is due.
        var timer: Task<Void, Never>?
        /// The calls of ``drain(within:)`` that wait.
        var drains = WaiterQueue<SuspendedTask<Void>>()
    }

    let shared: Mutex<Shared>
    /// Whether the configuration has an observer: what is asked for each use.
    private let isObserved: Bool

    /// A pool, which opens connections on demand.
    public init(
        _ configuration: Connection.Configuration, _ options: Options = Options(), hooks: Hooks = Hooks()
    ) {
        self.hooks = hooks
        self.configuration = configuration
        isObserved = configuration.observer != nil
        self.options = options.bounded
        let target = configuration.endpoints.map(\.description).joined(separator: " or ")
        shared = Mutex(Shared(state: State(options, target: target)))
    }

    deinit { shared.withLock { $0.timer?.cancel() } }

    /// Runs `body` with a connection of the pool; see ``ConnectionProvider/withConnection(_:)``.
    ///
    /// The place in the source is told to those who wait in vain, where the connection is held long.
    @discardableResult
    public func withConnection<R>(
        fileID: String = #fileID, line: Int = #line, _ body: (Connection) async throws -> R
    ) async throws -> R {
        try await lend(to: BorrowingPlace(fileID: fileID, line: line), body)
    }

    /// The same, for those who know it as a ``ConnectionProvider``.
    @_disfavoredOverload
    @discardableResult
    public func withConnection<R>(_ body: (Connection) async throws -> R) async throws -> R {
        try await lend(to: BorrowingPlace.current, body)
    }

    private func lend<R>(to place: BorrowingPlace?, _ body: (Connection) async throws -> R) async throws -> R {
        let leased = isObserved ? try await observedBorrow(place) : try await borrow(place)
        let start = isObserved ? MonotonicInstant.now : nil
        do {
            let result = try await body(leased.connection)
            if let start { tellReturn(leased, start) }
            await giveBack(leased)
            return result
        } catch {
            if let start { tellReturn(leased, start) }
            await giveBack(leased)
            throw error
        }
    }

    /// The current state of the pool, and counts since it was made.
    public var statistics: Statistics { shared.withLock { $0.state.statistics } }

    /// Whether a timer is running.
    package var hasTimer: Bool { shared.withLock { $0.timer != nil } }

    /// Changes the state, then performs the effects outside of the lock.
    @inline(never)
    func update<R: Sendable>(
        _ change: (inout State, MonotonicInstant, inout State.Effects) -> R
    ) -> R {
        var effects = State.Effects()
        let (result, rest) = shared.withLock { shared in
            let before = isObserved ? shared.state.statistics : nil
            let result = change(&shared.state, .now, &effects)
            return (result, settle(&shared, effects.wake, before))
        }
        perform(effects, rest)
        return result
    }

    /// What is left to do outside of the lock.
    private struct Rest {
        var drains: [SuspendedTask<Void>]
        var difference: PoolDifference?
    }

    // Both apart, as each change has a copy of what calls them.
    /// Sets the timer as the changed state wants it.
    @inline(never)
    private func settle(
        _ shared: inout Shared, _ wake: MonotonicInstant?, _ before: Statistics?
    ) -> Rest {
        let difference = before.map { PoolDifference(from: $0, to: shared.state.statistics) }
        if let wake { setTimer(at: wake, &shared) }
        if shared.state.wakesAt == nil {
            shared.timer?.cancel()
            shared.timer = nil
        }
        return Rest(drains: shared.state.isDrained ? shared.drains.removeAll() : [], difference: difference)
    }

    @inline(never)
    private func perform(_ effects: State.Effects, _ rest: Rest) {
        if let difference = rest.difference { tell(difference) }
        for (waiter, outcome) in effects.resumptions { waiter.task.resume(returning: outcome) }
        for connection in effects.closures { connection.closeUnused() }
        for drain in rest.drains { drain.resume() }
    }

    /// Detached, so that it does not inherit the task-local values of the caller; weak, so that it does not keep the
    /// pool alive.
    private func setTimer(at instant: MonotonicInstant, _ shared: inout Shared) {
        shared.timer?.cancel()
        shared.timer = Task.detached { [weak self] in
            do { try await Task.sleep(for: instant - .now) } catch { return }
            self?.update { state, now, effects in state.tick(at: now, &effects) }
        }
    }
}
