#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// The server's side of one connection, for a script that is code.
///
/// Its calls wait for the client, until the server's timeout or until the server is stopped.
public final class ServerConnection {
    /// The number of the connection; 1 is the first that the server accepted.
    public let number: Int
    /// All messages received, in order.
    public private(set) var received: [FrontendRequest] = []

    /// A filter for all bytes from now on, such as TLS.
    package var filter: (any ConnectionFilter)?

    private var socket: Descriptor?
    private let stop: Int32
    private let timeout: Duration
    private var decoder = FrontendDecoder()

    init(number: Int, socket: Descriptor, stop: Int32, timeout: Duration) {
        self.number = number
        self.socket = socket
        self.stop = stop
        self.timeout = timeout
    }

    /// Receives the client's next message.
    ///
    /// - Throws: ``ScriptFailure`` when none comes in time or the connection ends;
    ///   ``FrontendDecoder/ParsingError`` when the bytes are not a message.
    public func receive() throws -> FrontendRequest {
        while true {
            if let request = try decoder.next() {
                received.append(request)
                return request
            }
            guard let bytes = try receiveBytes() else {
                throw ScriptFailure("a message was expected, but the client closed the connection" + unread)
            }
            decoder.append(bytes)
        }
    }

    /// Receives the client's next message, which must be of this kind.
    @discardableResult
    public func expect(_ kind: FrontendRequest.Kind) throws -> FrontendRequest {
        let request: FrontendRequest
        do {
            request = try receive()
        } catch {
            throw ScriptFailure("\(kind.rawValue) was expected: \(error)")
        }
        guard request.kind == kind else {
            throw ScriptFailure("\(kind.rawValue) was expected, but \(request.kind.rawValue) came")
        }
        return request
    }

    /// Receives some bytes; nil when the client has closed the connection.
    public func receiveBytes() throws -> [UInt8]? {
        guard let filter else { return try receiveFromSocket() }
        while let bytes = try receiveFromSocket() {
            let (content, reply) = try filter.receive(bytes)
            try sendToSocket(reply)
            if !content.isEmpty { return content }
        }
        return nil
    }

    private func receiveFromSocket() throws -> [UInt8]? {
        let socket = try openSocket()
        switch try wait(socket, POLLIN) {
        case .ready: break
        case .stopped: throw ScriptFailure("nothing came before the server was stopped" + unread, isStop: true)
        case .timedOut: throw ScriptFailure("nothing came within \(timeout)" + unread)
        }
        var buffer = [UInt8](repeating: 0, count: 16 * 1024)
        let count = recv(socket.number, &buffer, buffer.count, 0)
        // A reset is an end too: the client closed the connection without reading everything.
        return count > 0 ? Array(buffer.prefix(count)) : nil
    }

    /// Sends bytes, in pieces of at most `piece`; each piece is a segment of its own.
    public func send(_ bytes: [UInt8], piece: Int = .max) throws {
        try sendToSocket(filter?.send(bytes) ?? bytes, piece: piece)
    }

    func sendToSocket(_ bytes: [UInt8], piece: Int = .max) throws {
        let socket = try openSocket()
        var sent = 0
        while sent < bytes.count {
            let end = min(bytes.count, sent + min(max(piece, 1), bytes.count))
            let count = bytes[sent..<end].withUnsafeBytes {
                systemSend(socket.number, $0.baseAddress, $0.count, sendFlags)
            }
            if count >= 0 {
                sent += count
            } else if errno == EAGAIN || errno == EWOULDBLOCK {
                guard try wait(socket, POLLOUT) == .ready else {
                    throw ScriptFailure("the client took only \(sent) of \(bytes.count) bytes")
                }
            } else if errno != EINTR {
                throw ScriptFailure("the client has gone: \(SystemCallFailure(call: "send", code: errno))")
            }
        }
    }

    /// Sends messages, together.
    public func send(_ messages: [WireMessage]) throws { try send(messages.bytes) }

    /// Sends messages, together.
    public func send(_ messages: WireMessage...) throws { try send(messages.bytes) }

    /// Waits until the client closes the connection or the server is stopped; drops received bytes.
    public func waitForEnd() throws {
        do {
            while try receiveBytes() != nil {}
        } catch let failure as ScriptFailure where failure.isStop {
            return
        }
    }

    /// Closes the connection in an orderly way: the client gets the end of the stream.
    public func close() {
        guard let socket else { return }
        socket.finish()
        self.socket = nil
    }

    /// Closes the connection by a reset: the client's next call fails.
    public func reset() {
        guard let socket else { return }
        socket.reset()
        self.socket = nil
    }

    private func openSocket() throws -> Descriptor {
        guard let socket else { throw ScriptFailure("the script continues after it has closed the connection") }
        return socket
    }

    private func wait(_ socket: Descriptor, _ events: Int32) throws -> Readiness {
        try Readiness.wait(for: socket.number, events, orStop: stop, until: .now + timeout)
    }

    private var unread: String {
        decoder.pending.isEmpty ? "" : " in the middle of a message of which \(decoder.pending.count) bytes had come"
    }
}

// The methods above hide the system's function of the same name.
private func systemSend(_ descriptor: Int32, _ bytes: UnsafeRawPointer?, _ count: Int, _ flags: Int32) -> Int {
    send(descriptor, bytes, count, flags)
}

/// A filter between a script and its client's socket, such as TLS.
package protocol ConnectionFilter: AnyObject {
    /// Decodes received bytes; also returns the bytes to reply at once.
    func receive(_ bytes: [UInt8]) throws -> (content: [UInt8], reply: [UInt8])

    /// Encodes `content` for the client.
    func send(_ content: [UInt8]) throws -> [UInt8]
}
