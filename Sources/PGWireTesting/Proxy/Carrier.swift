import Synchronization

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// The two sockets of a ``ProxiedConnection`` and the bytes in flight between them. Its calls do not block, except
/// ``wait(orWakeUp:)``.
struct Carrier {
    private let client: Descriptor
    private let server: Descriptor
    private var toServer: ProxiedStream
    private var toClient: ProxiedStream
    private var rewriting: (any StreamRewriting)?
    private var hasEndedToServer = false
    private var hasEndedToClient = false
    /// Whether the socket's buffer was full at the last attempt.
    private var isServerFull = false
    private var isClientFull = false

    /// The sockets that may be ready.
    struct Ready {
        var client: Bool
        var server: Bool
    }

    init(
        _ client: Descriptor, _ server: Descriptor, _ faults: FaultyProxy.Faults, _ rewriting: (any StreamRewriting)?
    ) {
        (self.client, self.server, self.rewriting) = (client, server, rewriting)
        toServer = ProxiedStream(faults.toServer, cut: faults.cut, at: .now)
        toClient = ProxiedStream(faults.toClient, cut: faults.cut, at: .now)
    }

    /// Whether both streams have ended.
    var isDone: Bool { hasEndedToServer && hasEndedToClient }

    mutating func change(to faults: FaultyProxy.Faults) {
        toServer.change(to: faults.toServer, cut: faults.cut, at: .now)
        toClient.change(to: faults.toClient, cut: faults.cut, at: .now)
    }

    /// Sends the bytes that are due. Returns how to cut the connection, if it is to be cut.
    mutating func forward(_ forwarded: ForwardedBytes) -> FaultyProxy.Cut? {
        Self.send(&toServer, server, &isServerFull, &hasEndedToServer, forwarded.toServer)
            ?? Self.send(&toClient, client, &isClientFull, &hasEndedToClient, forwarded.toClient)
    }

    private static func send(
        _ stream: inout ProxiedStream, _ sink: Descriptor, _ isFull: inout Bool, _ hasEnded: inout Bool,
        _ forwarded: borrowing Atomic<Int>
    ) -> FaultyProxy.Cut? {
        isFull = false
        while let output = stream.output(at: .now) {
            switch output {
            case .cut(let cut): return cut
            case .end:
                shutdown(sink.number, Int32(SHUT_WR))
                hasEnded = true
                stream.note(sent: 0)
            case .bytes(let bytes):
                let count = bytes.withUnsafeBytes { systemSend(sink.number, $0.baseAddress, $0.count, sendFlags) }
                if count >= 0 {
                    forwarded.add(count, ordering: .relaxed)
                    stream.note(sent: count)
                } else if errno == EAGAIN || errno == EWOULDBLOCK {
                    isFull = true
                    return nil
                } else if errno != EINTR {
                    // Bytes that the receiver sent before it left may still arrive.
                    stream.discard()
                    hasEnded = true
                }
            }
        }
        return nil
    }

    /// Receives available bytes.
    mutating func receive(_ ready: Ready) {
        var nothing: (any StreamRewriting)?
        if ready.client { Self.receive(client, &toServer, &nothing) }
        if ready.server { Self.receive(server, &toClient, &rewriting) }
    }

    private static func receive(
        _ source: Descriptor, _ stream: inout ProxiedStream, _ rewriting: inout (any StreamRewriting)?
    ) {
        guard stream.wantsInput else { return }
        var buffer = [UInt8](repeating: 0, count: 64 * 1024)
        let count = recv(source.number, &buffer, buffer.count, 0)
        if count > 0 {
            let bytes = Array(buffer.prefix(count))
            stream.take(rewriting?.rewrite(bytes) ?? bytes, at: .now)
        } else if count == 0 {
            if let rest = rewriting?.rest() { stream.take(rest, at: .now) }
            stream.take(end: .end, at: .now)
        } else if errno != EAGAIN, errno != EWOULDBLOCK, errno != EINTR {
            stream.take(end: .cut(.reset), at: .now)
        }
    }

    /// Waits until a socket is ready, bytes are due, or `wakeUp` is readable.
    func wait(orWakeUp wakeUp: Int32) throws -> Ready {
        var entries = [
            Self.entry(client, receives: toServer.wantsInput, sends: isClientFull),
            Self.entry(server, receives: toClient.wantsInput, sends: isServerFull),
            pollfd(fd: wakeUp, events: Int16(POLLIN), revents: 0),
        ]
        let due = [isServerFull ? nil : toServer.nextDue, isClientFull ? nil : toClient.nextDue].compactMap { $0 }.min()
        let timeout = due?.millisecondsFromNow ?? -1
        if poll(&entries, nfds_t(entries.count), timeout) < 0, errno != EINTR {
            throw SystemCallFailure(call: "poll", code: errno)
        }
        return Ready(client: entries[0].revents != 0, server: entries[1].revents != 0)
    }

    /// A socket without events is left out, as it would report its end again and again.
    private static func entry(_ socket: Descriptor, receives: Bool, sends: Bool) -> pollfd {
        let events = (receives ? Int32(POLLIN) : 0) | (sends ? Int32(POLLOUT) : 0)
        return pollfd(fd: events == 0 ? -1 : socket.number, events: Int16(events), revents: 0)
    }

    /// Ends the connection for both sides.
    func end(_ cut: FaultyProxy.Cut) {
        for socket in [client, server] {
            switch cut {
            case .close: socket.finish()
            case .reset: socket.reset()
            }
        }
    }
}

// The methods above hide the system's function of the same name.
private func systemSend(_ descriptor: Int32, _ bytes: UnsafeRawPointer?, _ count: Int, _ flags: Int32) -> Int {
    send(descriptor, bytes, count, flags)
}
