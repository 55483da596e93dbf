extension Transport {
    /// Whether staged bytes are still to be sent.
    var hasPending: Bool { sentCount < pending.count }

    /// Moves the bytes of `output` to those that ``flush()`` sends.
    func stage(_ output: inout ByteWriter) throws(Failure) {
        guard !output.isEmpty else { return }
        if let observer { observer(.sent, output.span) }
        if let tls {
            do throws(TLSFailure) {
                try tls.write(output.span, to: &pending)
            } catch {
                throw .tls(error)
            }
        } else if pending.isEmpty {
            // Swapping avoids a copy, and the empty buffer keeps its memory.
            swap(&pending, &output)
        } else {
            pending.write(output.bytes)
        }
        output.removeAll()
    }

    /// Sends as much as fits in the system's buffer; true when all is sent, false when the caller must wait until the
    /// socket is writable.
    func flush() throws(Failure) -> Bool {
        while hasPending {
            guard let count = try sendSome() else {
                traffic.blockedSends += 1
                return false
            }
            sentCount += count
            traffic.note(sent: count)
        }
        pending.removeAll()
        sentCount = 0
        dataless.answered = 0
        return true
    }

    private func sendSome() throws(Failure) -> Int? {
        do throws(SystemError) {
            return try pending.withSpan(droppingFirst: sentCount) { rest throws(SystemError) in try socket.send(rest) }
        } catch {
            throw .system(error)
        }
    }

    /// Frees memory that is not needed until the next call.
    func releaseMemory() { pending.releaseIfLarge() }

    /// Sends all staged bytes and waits while the system's buffer is full. Receives nothing meanwhile, so use it for
    /// small messages only.
    func flushAll(until deadline: MonotonicInstant?, ignoringCancellation: Bool = false) async throws(Failure) {
        while try !flush() {
            try await wait(for: .writable, until: deadline, ignoringCancellation: ignoringCancellation)
        }
    }

    /// Shuts the connection down, which wakes the task that waits for it. Any task may call this.
    func abort() { socket.cut() }

    /// Sends close_notify and shuts the sending direction down, as far as that works without waiting.
    func finish() {
        tls?.close(writingTo: &pending)
        _ = try? flush()
        socket.finishSending()
    }
}

extension Transport {
    /// The result of one receive.
    enum Received: Sendable, Hashable {
        /// The number of bytes received; 0 when there is nothing yet.
        case bytes(Int)
        /// The stream has ended.
        case end
    }

    /// Whether data or the end of the stream can be received now. Costs a system call.
    var hasArrivals: Bool { socket.poll(for: .readable, milliseconds: 0) != nil }

    /// Receives available bytes into `input`. With `waiting`, when none are known to be available, the receiving call
    /// itself blocks as ``AdaptiveWait`` allows: one system call less.
    func receive(into input: inout InputBuffer, expected: Int = 1, waiting: Bool = false) throws(Failure) -> Received {
        if takeReadable() { return try receive(into: &input, expected, waits: false) }
        guard waiting, !poller.hasReadyJobs, adaptiveWait.isWorthTrying() else { return .bytes(0) }
        defer { AdaptiveWait.leave() }
        guard AdaptiveWait.enter() else { return .bytes(0) }
        let before = traffic.bytesReceived
        if adaptiveWait.isInLongResult { adaptiveWait.pause() }
        let result = try receive(into: &input, expected, waits: true)
        // A part of a TLS record counts, too.
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
        // A full buffer means that there may be more.
        if count == buffer.count { noteMoreToReceive() }
        adaptiveWait.note(bytes: count)
        return .bytes(count)
    }

    private func receiveTLS(_ input: inout InputBuffer, _ waits: Bool) throws(Failure) -> Received {
        guard let tls else { return .end }
        var total = 0
        var hasEnded = false
        let (before, receivedBefore) = (pending.count, traffic.bytesReceived)
        let encrypted = try receiveEncrypted(tls, waiting: waits) { () throws(TLSFailure) in
            while !hasEnded {
                switch try decrypt(tls, into: &input) {
                case .bytes(let count): total += count
                case .needsMore: return
                case .end: hasEnded = true
                }
            }
        }
        dataless.answered += pending.count - before
        dataless.received = total > 0 ? 0 : dataless.received + traffic.bytesReceived - receivedBefore
        // Each KeyUpdate (RFC 8446, 4.6.3) makes new keys and an answer, so that they cost more than data do.
        if max(dataless.received, dataless.answered) > Self.maximumHandshake {
            throw .tls(.failed("the server sends TLS records without data and no end"))
        }
        // The end of the stream without close_notify may be an attack, but complete messages are already delivered,
        // and the protocol treats both as an end.
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

    /// Receives into a buffer on the stack and runs `body` while TLS borrows it, so that an idle connection holds no
    /// buffer.
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
