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
    func flushAll(until deadline: ContinuousClock.Instant?, ignoringCancellation: Bool = false) async throws(Failure) {
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
