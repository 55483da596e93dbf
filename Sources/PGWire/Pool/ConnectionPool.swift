import Synchronization

/// Connections that are kept from one use to the next, at most so many at once.
///
/// ```swift
/// let pool = ConnectionPool(configuration, .init(maximumConnections: 20))
/// let count = try await pool.withConnection { db in try await db.fetchOne("SELECT count(*) FROM player", as: Int.self) }
/// await pool.drain(within: .seconds(10))
/// ```
///
/// There is nothing to start. Who borrows a connection opens it if need be, so that each hears its own errors and one
/// slow connection attempt holds up nobody else. When all are in use, those who wait are served first come, first served,
/// each for at most ``Options/acquireTimeout``. The connection that was used last is given out first, so that those
/// beyond need become idle, and are closed after ``Options/idleTimeout``. Before it is given out a connection is looked
/// at: one that the server has ended meanwhile, as after a restart, is replaced, and the borrower notices nothing.
///
/// Whoever drops the last reference closes what is idle, too; ``drain(within:)`` also waits for what is in use.
///
/// Behind a transaction pooler use ``NullPool``: there a connection of the client's is cheap and holds nothing, so that
/// keeping it gains little. In front of a server, or a pooler in session mode, this one saves a login for each use.
public final class ConnectionPool: ConnectionProvider {
    /// How the connections are made.
    public let configuration: Connection.Configuration
    /// How many are kept, and for how long; with numbers out of range brought into it.
    public let options: Options

    typealias State = PoolState<Connection, Waiter>

    /// A task that waits for a connection.
    struct Waiter: Sendable {
        let continuation: CheckedContinuation<State.Outcome, Never>
    }

    struct Shared: ~Copyable {
        var state: State
        /// Sleeps until the state's next ``PoolState/tick(at:_:)``; nil while there is nothing to wait for.
        var timer: Task<Void, Never>?
        /// Those who wait until all has come back.
        var drains = WaiterQueue<CheckedContinuation<Void, Never>>()
    }

    let shared: Mutex<Shared>

    /// A pool, which opens nothing until somebody needs it.
    public init(_ configuration: Connection.Configuration, _ options: Options = Options()) {
        self.configuration = configuration
        self.options = options.bounded
        let target = configuration.endpoints.map(\.description).joined(separator: " or ")
        shared = Mutex(Shared(state: State(options, target: target)))
    }

    deinit { shared.withLock { $0.timer?.cancel() } }

    @discardableResult
    public func withConnection<R>(_ body: (Connection) async throws -> R) async throws -> R {
        let leased = try await borrow()
        do {
            let result = try await body(leased.connection)
            await giveBack(leased)
            return result
        } catch {
            await giveBack(leased)
            throw error
        }
    }

    /// What the pool has now, and what it has done so far.
    public var statistics: Statistics { shared.withLock { $0.state.statistics } }

    /// Whether a timer runs that will close what is idle, or refuse those who wait.
    package var hasTimer: Bool { shared.withLock { $0.timer != nil } }

    /// Changes the state, and then, when nobody holds it any more, does what that brings about.
    func update<R: Sendable>(
        _ change: (inout State, ContinuousClock.Instant, inout State.Effects) -> R
    ) -> R {
        var effects = State.Effects()
        let (result, drains) = shared.withLock { shared in
            let result = change(&shared.state, .now, &effects)
            if let instant = effects.wake { setTimer(at: instant, &shared) }
            if shared.state.wakesAt == nil {
                shared.timer?.cancel()
                shared.timer = nil
            }
            return (result, shared.state.isDrained ? shared.drains.removeAll() : [])
        }
        for (waiter, outcome) in effects.resumptions { waiter.continuation.resume(returning: outcome) }
        for connection in effects.closures { connection.closeUnused() }
        for drain in drains { drain.resume() }
        return result
    }

    /// Detached, as it is nobody's in particular: it must take along neither the task-local values of whoever happened to
    /// call, nor keep the pool alive.
    private func setTimer(at instant: ContinuousClock.Instant, _ shared: inout Shared) {
        shared.timer?.cancel()
        shared.timer = Task.detached { [weak self] in
            do { try await Task.sleep(until: instant, clock: .continuous) } catch { return }
            self?.update { state, now, effects in state.tick(at: now, &effects) }
        }
    }
}
