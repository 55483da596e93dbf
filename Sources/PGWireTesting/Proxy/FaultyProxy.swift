public import PGWire
import Synchronization

/// A TCP proxy for tests that injects network faults between a client and a server: it delays, cuts, stalls, splits
/// and corrupts the streams, or refuses connections. It knows no protocol, unless it is to change messages.
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
/// Each connection has a thread of its own. No thread and no socket is left after ``stop()``.
public final class FaultyProxy: Sendable {
    private struct State {
        var faults: Faults
        var acceptor: ProxyAcceptor?
        var connections: [ProxiedConnection] = []
        var connectionCount = 0
    }

    /// Shared with the accepting thread, which must not keep the proxy alive.
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
                // Without a thread the client gets the end of the stream.
                if let connection = try? ProxiedConnection(client, to: endpoint, state.faults, rewriting, forwarded) {
                    state.connections.append(connection)
                }
                return ended
            }
            for connection in ended { connection.join() }
        }
    }

    /// The port on 127.0.0.1 that it listens on.
    public var port: UInt16 { reservedPort.port }
    private let reservedPort: ReservedPort
    private let shared: Shared

    /// Starts a proxy to `endpoint`, a TCP or Unix socket.
    public convenience init(to endpoint: Endpoint, faults: Faults = Faults()) throws {
        try self.init(to: endpoint, faults: faults, rewriting: nil)
    }

    /// Starts a proxy that changes the server's messages: single ones can be dropped, doubled, swapped, held back or made up. For
    /// each connection `makeChange` is called; what it returns gets each message, and returns what is forwarded in its place. The
    /// connection must not be encrypted (`TLS.disabled`).
    ///
    /// ```swift
    /// // The answer to the third statement is lost.
    /// let proxy = try FaultyProxy(to: endpoint) {
    ///     var count = 0
    ///     return { message in
    ///         if message.type == UInt8(ascii: "C") { count += 1 }
    ///         return message.type == UInt8(ascii: "C") && count == 3 ? [] : [message]
    ///     }
    /// }
    /// ```
    public convenience init(
        to endpoint: Endpoint, faults: Faults = Faults(),
        changingMessages makeChange: @escaping @Sendable () -> (WireMessage) -> [WireMessage]
    ) throws {
        try self.init(to: endpoint, faults: faults, rewriting: { MessageRewriting(makeChange()) })
    }

    /// Starts a proxy that rewrites the server's stream of each connection.
    package init(
        to endpoint: Endpoint, faults: Faults = Faults(), rewriting: (@Sendable () -> any StreamRewriting)?
    ) throws {
        reservedPort = try ReservedPort()
        shared = Shared(endpoint, faults, rewriting)
        try admit()
    }

    deinit { stop() }

    /// Starts a proxy, calls `body` with it and stops it. Errors of `body` are thrown unchanged.
    @discardableResult
    public static func run<R>(
        to endpoint: Endpoint, faults: Faults = Faults(),
        _ body: nonisolated(nonsending) (FaultyProxy) async throws -> R
    ) async throws -> R {
        let proxy = try FaultyProxy(to: endpoint, faults: faults)
        defer { proxy.stop() }
        return try await body(proxy)
    }

    /// The configuration with the proxy as its only server.
    public func redirect(_ configuration: Connection.Configuration) -> Connection.Configuration {
        var configuration = configuration
        configuration.endpoints = [Endpoint(host: "127.0.0.1", port: port)]
        return configuration
    }

    /// The faults. A change applies to new connections from their start, and to open ones for bytes sent after it.
    public var faults: Faults {
        get { shared.state.withLock { $0.faults } }
        set {
            // Within one lock, so that no connection is accepted in between.
            shared.state.withLock { state in
                state.faults = newValue
                for connection in state.connections { connection.change(to: newValue) }
            }
        }
    }

    /// Changes the faults of the open connections only, for bytes sent after it; as when a firewall has dropped its
    /// connections.
    public func applyToOpenConnections(_ faults: Faults) {
        shared.state.withLock { state in
            for connection in state.connections { connection.change(to: faults) }
        }
    }

    /// Cuts all open connections and waits until they have ended. New ones are still accepted.
    public func cut(_ cut: Cut = .close) {
        let connections = shared.state.withLock { state in
            defer { state.connections = [] }
            return state.connections
        }
        for connection in connections { connection.cut(cut) }
    }

    /// Refuses new connections, as if no server were running; open ones stay. May be called again.
    public func refuse() {
        let acceptor = shared.state.withLock { state in
            defer { state.acceptor = nil }
            return state.acceptor
        }
        acceptor?.stop()
    }

    /// Accepts connections on the same port again, after ``refuse()``.
    public func admit() throws {
        try shared.state.withLock { state in
            guard state.acceptor == nil else { return }
            state.acceptor = try ProxyAcceptor(on: reservedPort) { [shared] in shared.accept($0) }
        }
    }

    /// The number of connections accepted so far.
    public var connectionCount: Int { shared.state.withLock { $0.connectionCount } }

    /// The number of open connections.
    public var openConnectionCount: Int { shared.state.withLock { $0.connections.count { $0.isOpen } } }

    /// The number of bytes forwarded to the server so far.
    public var bytesToServer: Int { shared.forwarded.toServer.load(ordering: .relaxed) }

    /// The number of bytes forwarded to clients so far.
    public var bytesToClient: Int { shared.forwarded.toClient.load(ordering: .relaxed) }

    /// Stops listening, closes all connections and waits until they have ended. May be called again.
    public func stop() {
        refuse()
        cut(.close)
    }
}
