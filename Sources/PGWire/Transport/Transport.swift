/// Bytes to and from one server, in clear or through TLS.
///
/// It belongs to whoever drives the connection, one task at a time. Its steps never wait, but for ``wait(for:until:)``.
package final class Transport {
    /// Why the transport cannot go on.
    package enum Failure: Error, Sendable, Hashable {
        case timedOut
        case cancelled
        /// The peer has closed the stream.
        case ended
        case system(SystemError)
        case tls(TLSFailure)

        /// What happened to the connection.
        var reason: String {
            switch self {
            case .ended: "the server closed the connection"
            case .system(let error): "the connection broke (\(error))"
            case .tls(let error): "the encrypted connection broke (\(error.reason))"
            case .timedOut, .cancelled: "the connection was given up"
            }
        }
    }

    /// Which way bytes went.
    package enum Direction: String, Sendable {
        case sent
        case received
    }

    let socket: Socket
    private let readiness: Readiness
    let poller: Poller
    @safe @exclusivity(unchecked) var adaptiveWait = AdaptiveWait()
    /// Whether something is to be received for all that is known, so that it is worth trying.
    @safe @exclusivity(unchecked) private var isReadable = false
    @safe @exclusivity(unchecked) var tls: TLSSession?
    /// What is to be sent, as it goes to the socket, and how much of it was sent.
    @safe @exclusivity(unchecked) var pending = ByteWriter()
    @safe @exclusivity(unchecked) var sentCount = 0
    /// Counts of what passed.
    @safe @exclusivity(unchecked) package internal(set) var traffic = Traffic()
    /// Where the server is, so that a cancel request goes to the very same address.
    let address: SocketAddress
    /// Sees what goes both ways on the clear side of TLS.
    @safe @exclusivity(unchecked) package var observer: ((Direction, RawSpan) -> Void)?

    private init(_ socket: consuming Socket, _ address: SocketAddress, _ poller: Poller) throws(SystemError) {
        self.address = address
        self.poller = poller
        readiness = poller.register(socket.descriptor)
        self.socket = socket
    }

    deinit { poller.forget(readiness) }

    /// Connects to `address`.
    static func connect(
        to address: SocketAddress, until deadline: ContinuousClock.Instant?
    ) async throws(Failure) -> Transport {
        let transport: Transport
        let isConnected: Bool
        do throws(SystemError) {
            let socket = try Socket(family: address.family)
            isConnected = try socket.connect(to: address)
            transport = try Transport(socket, address, .current())
        } catch {
            throw .system(error)
        }
        if !isConnected {
            try await transport.wait(for: .writable, until: deadline)
            if let error = transport.socket.takeError() { throw .system(error) }
        }
        do throws(SystemError) { try transport.socket.allowWaiting(AdaptiveWait.milliseconds) } catch {
            throw .system(error)
        }
        return transport
    }

    /// Waits until the socket is ready in one of the directions; on the caller's own thread first, unless `hasWaited` says
    /// that ``receive(into:expected:waiting:)`` has done that.
    func wait(
        for interest: Interest, until deadline: ContinuousClock.Instant?, ignoringCancellation: Bool = false,
        hasWaited: Bool = false
    ) async throws(Failure) {
        // In time counts what is there already. Whoever sends little by little must not keep us beyond the deadline.
        if let deadline, deadline <= .now, socket.poll(for: interest, milliseconds: 0) == nil { throw .timedOut }
        let isAlone = AdaptiveWait.enter()
        defer { AdaptiveWait.leave() }
        if isAlone, !hasWaited, !poller.hasReadyJobs, adaptiveWait.isWorthTrying() {
            let ready = socket.poll(for: interest, milliseconds: AdaptiveWait.milliseconds)
            adaptiveWait.note(ready != nil)
            if let ready {
                isReadable = isReadable || ready.contains(.readable)
                return
            }
        }
        switch await readiness.wait(for: interest, until: deadline, ignoringCancellation: ignoringCancellation) {
        case .ready(let ready): isReadable = isReadable || ready.contains(.readable)
        case .timedOut: throw .timedOut
        case .cancelled: throw .cancelled
        case .failed(let error): throw .system(error)
        }
    }

    /// Whether it is worth trying to receive, and forgets it: the answer to a request is never there at once, so without a
    /// wait before it the system call would be in vain.
    func takeReadable() -> Bool {
        defer { isReadable = false }
        return isReadable
    }

    /// Says that more may be there, because the last call filled all the space that it was given.
    func noteMoreToReceive() { isReadable = true }

    /// What TLS agreed on; nil in clear.
    var tlsInfo: TLSInfo? { tls.map { TLSInfo(protocolVersion: $0.protocolVersion, cipher: $0.cipher) } }
}

/// What passed through a transport, counted at the socket. Counts are exact where times are not, so tests assert them.
package struct Traffic: Sendable, Hashable {
    /// System calls that sent something.
    package var sends = 0
    /// System calls that could send nothing, as the system's buffer was full.
    package var blockedSends = 0
    /// System calls that were to receive something.
    package var receives = 0
    /// Runs of sends with a receive between them: the client's part of the round trips.
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

/// What a TLS connection agreed on.
public struct TLSInfo: Sendable, Hashable {
    /// The version, such as `TLSv1.3`.
    public var protocolVersion: String
    /// The cipher, such as `TLS_AES_256_GCM_SHA384`.
    public var cipher: String
}
