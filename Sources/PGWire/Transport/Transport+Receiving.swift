extension Transport {
    /// What an attempt to receive brought.
    enum Received: Sendable, Hashable {
        /// So many bytes of content; 0 when nothing is there yet.
        case bytes(Int)
        /// The stream has ended.
        case end
    }

    /// Whether something, or the end, has come that nobody has received yet; the system is asked.
    var hasArrivals: Bool { socket.poll(for: .readable, milliseconds: 0) != nil }

    /// Receives into `input` what is there. With `waiting`, where nothing is known to be there, it waits for that as
    /// ``AdaptiveWait`` says: in the very call that receives, which is one system call less.
    func receive(into input: inout InputBuffer, expected: Int = 1, waiting: Bool = false) throws(Failure) -> Received {
        if takeReadable() { return try receive(into: &input, expected, waits: false) }
        guard waiting, !poller.hasReadyJobs, adaptiveWait.isWorthTrying() else { return .bytes(0) }
        defer { AdaptiveWait.leave() }
        guard AdaptiveWait.enter() else { return .bytes(0) }
        let before = traffic.bytesReceived
        let result = try receive(into: &input, expected, waits: true)
        // The half of a TLS record is something, too.
        adaptiveWait.note(result == .end || traffic.bytesReceived > before)
        return result
    }

    private func receive(into input: inout InputBuffer, _ expected: Int, waits: Bool) throws(Failure) -> Received {
        if input.wantsChunk { input.provide(ChunkStore.take()) }
        let before = input.count
        let result = tls == nil ? try receivePlain(&input, expected, waits) : try receiveTLS(&input, waits)
        if let observer, input.count > before {
            observer(.received, input.span.extracting(before..<input.count))
        }
        return result
    }

    private func receivePlain(_ input: inout InputBuffer, _ expected: Int, _ waits: Bool) throws(Failure) -> Received {
        var result = Received.bytes(0)
        _ = try unsafe input.append(expected: expected) { buffer throws(Failure) in
            result = try unsafe receiveSome(buffer, waits)
            guard case .bytes(let count) = result else { return 0 }
            return count
        }
        return result
    }

    /// One system call.
    private func receiveSome(_ buffer: UnsafeMutableRawBufferPointer, _ waits: Bool) throws(Failure) -> Received {
        let count: Int?
        do throws(SystemError) {
            count = try unsafe socket.receive(into: buffer, waiting: waits)
        } catch {
            throw .system(error)
        }
        traffic.note(received: count)
        guard let count else { return .bytes(0) }
        guard count > 0 else { return .end }
        // A buffer filled to the brim may leave more behind.
        if count == buffer.count { noteMoreToReceive() }
        return .bytes(count)
    }

    private func receiveTLS(_ input: inout InputBuffer, _ waits: Bool) throws(Failure) -> Received {
        guard let tls else { return .end }
        var total = 0
        var hasEnded = false
        let encrypted = try receiveEncrypted(tls, waiting: waits) { () throws(TLSFailure) in
            while !hasEnded {
                switch try decrypt(tls, into: &input) {
                case .bytes(let count): total += count
                case .needsMore: return
                case .end: hasEnded = true
                }
            }
        }
        // The end of the stream without TLS's own end mark may be a cut by somebody else, and what was whole is already
        // delivered; to the protocol above both are an end.
        return total == 0 && (hasEnded || encrypted == .end) ? .end : .bytes(total)
    }

    private func decrypt(_ tls: TLSSession, into input: inout InputBuffer) throws(TLSFailure) -> TLSSession.Reading {
        var reading = TLSSession.Reading.needsMore
        _ = try unsafe input.append(minimum: 1024) { buffer throws(TLSFailure) in
            reading = try unsafe tls.read(into: buffer, writingTo: &pending)
            guard case .bytes(let count) = reading else { return 0 }
            return count
        }
        return reading
    }

    /// Lends to TLS what the socket has while `body` runs: it lies on the stack, so that an idle connection holds no memory
    /// for it.
    func receiveEncrypted(
        _ tls: TLSSession, waiting: Bool = false, _ body: () throws(TLSFailure) -> Void
    ) throws(Failure) -> Received {
        let result = unsafe withUnsafeTemporaryAllocation(byteCount: 32 * 1024, alignment: 16) {
            buffer -> Result<Received, Failure> in
            do throws(Failure) {
                let received = try unsafe receiveSome(buffer, waiting)
                var size = 0
                if case .bytes(let count) = received { size = count }
                do throws(TLSFailure) {
                    try unsafe tls.reading(UnsafeRawBufferPointer(rebasing: buffer[..<size]), body)
                } catch {
                    return .failure(.tls(error))
                }
                return .success(received)
            } catch {
                return .failure(error)
            }
        }
        return try result.get()
    }
}
