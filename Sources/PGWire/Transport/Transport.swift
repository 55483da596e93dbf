/// A byte stream to one server, with or without TLS.
///
/// One task uses it at a time. Its calls do not wait, except ``wait(for:until:)``.
package final class Transport {
    /// Why the transport failed.
    package enum Failure: Error, Sendable, Hashable {
        case timedOut
        case cancelled
        /// The peer closed the stream.
        case ended
        case system(SystemError)
        case tls(TLSFailure)
        /// The user's own code gave no socket.
        case notProvided(String)

        /// What happened to the connection.
        var reason: String {
            switch self {
            case .ended: "the server closed the connection"
            case .system(let error): "the connection broke (\(error))"
            case .tls(let error): "the encrypted connection broke (\(error.reason))"
            case .notProvided(let reason): reason
            case .timedOut, .cancelled: "the connection was given up"
            }
        }
    }

    /// The direction of bytes.
    package enum Direction: String, Sendable {
        case sent
        case received
    }

    let socket: Socket
    private let readiness: Readiness
    let poller: Poller
    @safe @exclusivity(unchecked) var adaptiveWait = AdaptiveWait()
    /// Whether there may be something to receive.
    @safe @exclusivity(unchecked) private var isReadable = false
    /// Whether the stream's end was told, which is not told again: it has to be received.
    @safe @exclusivity(unchecked) private var hasEnd = false
    @safe @exclusivity(unchecked) var tls: TLSSession?
    /// The bytes to send, encrypted with TLS, and the number of those sent.
    @safe @exclusivity(unchecked) var pending = ByteWriter()
    @safe @exclusivity(unchecked) var sentCount = 0
    /// What has come in TLS records since the last of them that held data, and what they made TLS answer that is still to be sent.
    @safe @exclusivity(unchecked) var dataless = (received: 0, answered: 0)
    /// Counts of calls and bytes.
    @safe @exclusivity(unchecked) package internal(set) var traffic = Traffic()
    /// How the server was reached, as a CancelRequest must reach it too.
    let route: Route
    /// Called with the unencrypted bytes in both directions.
    @safe @exclusivity(unchecked) package var observer: ((Direction, RawSpan) -> Void)?

    private init(_ socket: consuming Socket, _ route: Route, _ poller: Poller) throws(SystemError) {
        self.route = route
        self.poller = poller
        readiness = poller.register(socket.descriptor)
        self.socket = socket
    }

    deinit { poller.forget(readiness) }

    /// Connects by `route`.
    static func connect(
        by route: Route, _ tcp: Connection.Configuration.TCP, until deadline: MonotonicInstant?
    ) async throws(Failure) -> Transport {
        let transport: Transport
        if case .address(let address) = route {
            transport = try await connect(to: address, tcp, until: deadline)
        } else {
            guard let descriptor = try await route.connectedDescriptor(until: deadline) else {
                throw .notProvided("there is no socket")
            }
            do throws(SystemError) {
                transport = try Transport(Socket(adopting: descriptor), route, .current())
            } catch {
                throw .notProvided("the descriptor is none of a connected stream socket (\(error))")
            }
        }
        do throws(SystemError) { try transport.socket.allowWaiting(AdaptiveWait.milliseconds) } catch {
            throw .system(error)
        }
        return transport
    }

    private static func connect(
        to address: SocketAddress, _ tcp: Connection.Configuration.TCP, until deadline: MonotonicInstant?
    ) async throws(Failure) -> Transport {
        let transport: Transport
        let isConnected: Bool
        do throws(SystemError) {
            let socket = try Socket(family: address.family)
            if !address.isUnixSocket { try socket.configure(tcp) }
            isConnected = try socket.connect(to: address)
            transport = try Transport(socket, .address(address), .current())
        } catch {
            throw .system(error)
        }
        if !isConnected {
            try await transport.wait(for: .writable, until: deadline)
            if let error = transport.socket.takeError() { throw .system(error) }
        }
        return transport
    }

    /// The user that the process at the other end of a Unix socket runs as: its name, or its ID where it has none.
    func peerUser() throws(SystemError) -> String {
        let userID = try socket.peerUserID()
        return OperatingSystem.userName(of: userID) ?? "\(userID)"
    }

    /// Waits until the socket is ready in one of the directions; first on the caller's thread, unless `hasWaited` says
    /// that ``receive(into:expected:waiting:)`` has done so.
    func wait(
        for interest: Interest, until deadline: MonotonicInstant?, ignoringCancellation: Bool = false,
        hasWaited: Bool = false
    ) async throws(Failure) {
        // After the deadline only bytes that have arrived already count, so that a peer that sends byte by byte cannot
        // defer it.
        if let deadline, deadline <= .now, socket.poll(for: interest, milliseconds: 0) == nil { throw .timedOut }
        let isAlone = AdaptiveWait.enter()
        defer { AdaptiveWait.leave() }
        if isAlone, !hasWaited, !poller.hasReadyJobs, adaptiveWait.isWorthTrying() {
            let ready = socket.poll(for: interest, milliseconds: AdaptiveWait.milliseconds)
            adaptiveWait.note(ready != nil)
            if let ready {
                note(ready)
                return
            }
        }
        let staysWatched = adaptiveWait.suspends()
        switch await readiness.wait(
            for: interest, until: deadline, ignoringCancellation: ignoringCancellation, staysWatched: staysWatched)
        {
        case .ready(let ready): note(ready)
        case .timedOut: throw .timedOut
        case .cancelled: throw .cancelled
        case .failed(let error): throw .system(error)
        }
    }

    /// Waits for what may take for ever to come: never on the caller's thread, and without counting among the tasks that
    /// wait for an answer (``AdaptiveWait``), as no answer is due.
    func waitForArrivals(until deadline: MonotonicInstant?) async throws(Failure) {
        let interest: Interest = hasPending ? [.readable, .writable] : .readable
        switch await readiness.wait(for: interest, until: deadline, ignoringCancellation: false) {
        case .ready(let ready): note(ready)
        case .timedOut: throw .timedOut
        case .cancelled: throw .cancelled
        case .failed(let error): throw .system(error)
        }
    }

    /// Ends such a wait, or the next one, although nothing has come. Any task may call it.
    var wake: @Sendable () -> Void { { [readiness] in readiness.wake() } }

    /// Returns and clears whether there may be something to receive. An answer is never there at once, so a receive
    /// before the first wait would be wasted.
    func takeReadable() -> Bool {
        defer { isReadable = hasEnd }
        return isReadable
    }

    /// Notes that there may be more to receive, as the last call filled its buffer.
    func noteMoreToReceive() { isReadable = true }

    private func note(_ ready: Interest) {
        if ready.contains(.readable) { isReadable = true }
        if ready.contains(.ended) { hasEnd = true }
    }

    /// The TLS version and cipher; nil without TLS.
    var tlsInfo: TLSInfo? { tls.map { TLSInfo(protocolVersion: $0.protocolVersion, cipher: $0.cipher) } }
}

/// Counts of a transport's system calls and bytes. Tests assert them, as they are exact where times are not.
package struct Traffic: Sendable, Hashable {
    /// System calls that sent bytes.
    package var sends = 0
    /// Send calls that found the system's buffer full.
    package var blockedSends = 0
    /// Receive calls.
    package var receives = 0
    /// Runs of sends between two receives: the number of round trips.
    package var flights = 0
    package var bytesSent = 0
    package var bytesReceived = 0
    private var lastWasSend = false

    mutating func note(sent count: Int) {
        sends += 1
        bytesSent += count
        if !lastWasSend { flights += 1 }
        lastWasSend = true
    }

    mutating func note(received count: Int?) {
        receives += 1
        guard let count, count > 0 else { return }
        bytesReceived += count
        lastWasSend = false
    }
}

/// The negotiated parameters of a TLS connection.
public struct TLSInfo: Sendable, Hashable {
    /// The version, such as `TLSv1.3`.
    public var protocolVersion: String
    /// The cipher, such as `TLS_AES_256_GCM_SHA384`.
    public var cipher: String
}
