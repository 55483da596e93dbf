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
            var sent = try sendSome()
            if sent == nil {
                traffic.blockedSends += 1
                // What was said of the socket before it was full must be forgotten, and then tried once more, or a wait
                // would end at once by old news and go round in circles.
                _ = readiness.take(.writable)
                sent = try sendSome()
            }
            guard let count = sent else {
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
