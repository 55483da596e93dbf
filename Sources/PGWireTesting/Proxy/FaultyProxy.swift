public import PGWire
import Synchronization

/// A TCP proxy for tests, between a real client and a real server, that does what networks do on their worst days: it
/// delays, cuts, stalls, splits and corrupts what goes through, or refuses connections. It knows nothing of any protocol.
///
/// ```swift
/// try await FaultyProxy.run(to: configuration.endpoints[0]) { proxy in
///     let pool = ConnectionPool(proxy.redirect(configuration))
///     try await pool.withConnection { db in
///         proxy.faults.toClient.cutsAfter = 9     // from now on: in the middle of the next answer
///         try await db.execute("SELECT 1")        // what does my program do now?
///     }
/// }
/// ```
///
/// Each connection is carried by a thread of its own; no thread and no socket is left after ``stop()``.
public final class FaultyProxy: Sendable {
    private struct State {
        var faults: Faults
        var acceptor: ProxyAcceptor?
        var connections: [ProxiedConnection] = []
        var connectionCount = 0
    }

    /// Shared with the thread that accepts, which must not keep the proxy itself alive.
    private final class Shared: Sendable {
        let endpoint: Endpoint
        let state: Mutex<State>
        let rewriting: (@Sendable () -> any StreamRewriting)?
        let forwarded = ForwardedBytes()

        init(_ endpoint: Endpoint, _ faults: Faults, _ rewriting: (@Sendable () -> any StreamRewriting)?) {
            self.endpoint = endpoint
            self.rewriting = rewriting
            state = Mutex(State(faults: faults))
        }

        func accept(_ client: Descriptor) {
            let ended = state.withLock { state -> [ProxiedConnection] in
                state.connectionCount += 1
                let ended = state.connections.filter { !$0.isOpen }
                state.connections.removeAll { !$0.isOpen }
                // Without a thread for it the client sees the end of the stream.
                if let connection = try? ProxiedConnection(client, to: endpoint, state.faults, rewriting, forwarded) {
                    state.connections.append(connection)
                }
                return ended
            }
            for connection in ended { connection.join() }
        }
    }

    /// The port that it listens on, at 127.0.0.1.
    public var port: UInt16 { reservedPort.port }
    private let reservedPort: ReservedPort
    private let shared: Shared

    /// Starts to listen, and forwards what comes to `endpoint`, a TCP or Unix socket.
    public convenience init(to endpoint: Endpoint, faults: Faults = Faults()) throws {
        try self.init(to: endpoint, faults: faults, rewriting: nil)
    }

    /// Starts to listen; what each connection's server says goes through what `rewriting` makes for it.
    package init(
        to endpoint: Endpoint, faults: Faults = Faults(), rewriting: (@Sendable () -> any StreamRewriting)?
    ) throws {
        reservedPort = try ReservedPort()
        shared = Shared(endpoint, faults, rewriting)
        try admit()
    }

    deinit { stop() }

    /// Starts a proxy, calls `body` with it and stops it. Errors of `body` come out unchanged.
    @discardableResult
    public static func run<R>(
        to endpoint: Endpoint, faults: Faults = Faults(),
        _ body: nonisolated(nonsending) (FaultyProxy) async throws -> R
    ) async throws -> R {
        let proxy = try FaultyProxy(to: endpoint, faults: faults)
        defer { proxy.stop() }
        return try await body(proxy)
    }

    /// How to connect through the proxy: the configuration with the proxy as its only server.
    public func redirect(_ configuration: Connection.Configuration) -> Connection.Configuration {
        var configuration = configuration
        configuration.endpoints = [Endpoint(host: "127.0.0.1", port: port)]
        return configuration
    }

    /// What goes wrong. A change holds for new connections from their beginnings, and for open ones from now on: for each
    /// byte that is sent after it.
    public var faults: Faults {
        get { shared.state.withLock { $0.faults } }
        set {
            // At once, so that no connection is accepted in between.
            shared.state.withLock { state in
                state.faults = newValue
                for connection in state.connections { connection.change(to: newValue) }
            }
        }
    }

    /// Lets other things go wrong on the connections that are open now, from now on; new ones are none of its business. So
    /// fares who meets a firewall that has forgotten the connections it knew.
    public func applyToOpenConnections(_ faults: Faults) {
        shared.state.withLock { state in
            for connection in state.connections { connection.change(to: faults) }
        }
    }

    /// Cuts all open connections; when it returns, they have ended. New ones are accepted as before.
    public func cut(_ cut: Cut = .close) {
        let connections = shared.state.withLock { state in
            defer { state.connections = [] }
            return state.connections
        }
        for connection in connections { connection.cut(cut) }
    }

    /// Lets nobody connect any more, as if no server ran; open connections stay. Safe to call again.
    public func refuse() {
        let acceptor = shared.state.withLock { state in
            defer { state.acceptor = nil }
            return state.acceptor
        }
        acceptor?.stop()
    }

    /// Lets clients connect again, at the same port, after ``refuse()``.
    public func admit() throws {
        try shared.state.withLock { state in
            guard state.acceptor == nil else { return }
            state.acceptor = try ProxyAcceptor(on: reservedPort) { [shared] in shared.accept($0) }
        }
    }

    /// How many connections were accepted so far.
    public var connectionCount: Int { shared.state.withLock { $0.connectionCount } }

    /// How many connections are open.
    public var openConnectionCount: Int { shared.state.withLock { $0.connections.count { $0.isOpen } } }

    /// How many bytes were forwarded to the server so far.
    public var bytesToServer: Int { shared.forwarded.toServer.load(ordering: .relaxed) }

    /// How many bytes were forwarded to clients so far.
    public var bytesToClient: Int { shared.forwarded.toClient.load(ordering: .relaxed) }

    /// Stops listening and closes all connections. When it returns, everything has ended. Safe to call again.
    public func stop() {
        refuse()
        cut(.close)
    }
}
