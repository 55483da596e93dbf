extension Transport {
    /// Whether bytes of ``stage(_:)`` are still to be sent.
    var hasPending: Bool { sentCount < pending.count }

    /// Takes `output`, to be sent by ``flush()``, and leaves it empty.
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
            // No copy: the two change places, and the emptied one keeps its memory.
            swap(&pending, &output)
        } else {
            pending.write(output.bytes)
        }
        output.removeAll()
    }

    /// Sends as much as the system takes; true when all is sent, false when it is worth waiting until it takes more.
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

    /// Lets go of memory that is not needed until the next call.
    func releaseMemory() { pending.releaseIfLarge() }

    /// Sends all that is staged, waiting as long as need be; receives nothing meanwhile, so only for what is small.
    func flushAll(until deadline: ContinuousClock.Instant?, ignoringCancellation: Bool = false) async throws(Failure) {
        while try !flush() {
            try await wait(for: .writable, until: deadline, ignoringCancellation: ignoringCancellation)
        }
    }

    /// Cuts the connection, so that whoever waits for it wakes. Any task may call this.
    func abort() { socket.cut() }

    /// Says goodbye as well as it can be said without waiting: TLS's end and the stream's.
    func finish() {
        tls?.close(writingTo: &pending)
        _ = try? flush()
        socket.finishSending()
    }
}
