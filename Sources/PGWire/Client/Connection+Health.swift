/// What a pool does with a connection between its users, when nobody else touches it.
extension Connection {
    /// Looks, without waiting and without a round trip, whether the server has closed the connection or said that it
    /// is about to (as by `57P01`, when somebody shuts it down).
    func looksOpen() -> Bool { channel.wire.looksOpen() }

    /// Asks the server for a sign of life: one round trip by a Sync alone, which starts no transaction and leaves nothing
    /// in the server's log, nor in `pg_stat_activity`. A connection that does not answer is closed.
    ///
    /// - Throws: `CancellationError` when the task is cancelled; the connection is closed then too.
    func answers(within patience: Duration) async throws(CancellationError) -> Bool {
        try await channel.wire.answers(within: patience)
    }

    /// Takes the connection away from its user: ends a call that goes on, reads off what is unread, rolls back an open
    /// transaction and runs `reset`. It takes a while only where there is something to do, some seconds at most, and
    /// does not heed cancellation.
    ///
    /// Afterwards this one can no longer be used, by nobody who still has it.
    func handOver(reset: String?) async -> Handover {
        await channel.end(
            "the connection was given back to its pool: use it only inside the closure that it was given to")
        // A call that goes on although it was cut off still has the session in its hands.
        let wire = channel.wire
        guard channel.tryEnter() else {
            wire.abort()
            return .disorderly
        }
        guard wire.closure == nil else { return .ended }
        if await wire.putInOrder(reset: reset) { return .usable(Connection(wire)) }
        wire.close()
        return .disorderly
    }

    /// What became of a connection that its user has given back.
    enum Handover {
        /// It is in order, and here it is for the next user.
        case usable(Connection)
        /// It had ended while it was in use.
        case ended
        /// It could not be put in order, and was closed.
        case disorderly
    }

    /// Cuts the connection under the feet of whoever uses it. Any task may call this.
    func cut() { channel.wire.abort() }

    /// Closes a connection that nobody uses, as ``close()`` does, but where nothing can wait.
    func closeUnused() { channel.wire.close() }
}

extension Wire {
    fileprivate func looksOpen() -> Bool {
        guard closure == nil, !isBusy else { return false }
        guard transport.hasArrivals else { return true }
        defer { releaseMemory() }
        do {
            // What the server sends unasked may come in several reads; who never stops is asked again the next time.
            for _ in 0..<16 {
                transport.noteMoreToReceive()
                let received = try transport.receive(into: &session.input)
                if let message = try takeMessage() {
                    if case .errorResponse(let error) = message { throw fail(.server(error)) }
                    throw fail(.protocolViolation(ProtocolViolation("\(message.name) came where nothing was asked")))
                }
                switch received {
                case .bytes(0): return true
                case .bytes: continue
                case .end: throw Transport.Failure.ended
                }
            }
            return true
        } catch let failure as Transport.Failure {
            fail(.connection(ConnectionFailure.lost(failure, endpoint, isUnderWay: false)))
        } catch {
            // The connection has failed already.
        }
        return false
    }

    fileprivate func answers(within patience: Duration) async throws(CancellationError) -> Bool {
        batch {}
        do {
            let limit = Limit(deadline: .now + patience)
            while true {
                if case .ready = try await nextEvent(limit) { return true }
            }
        } catch Interruption.cancelled {
            close()
            throw CancellationError()
        } catch {
            close()
            return false
        }
    }

    /// Makes the session ready for another user; false when that cannot be done in bounded time.
    fileprivate func putInOrder(reset: String?) async -> Bool {
        do {
            if closure == nil, isBusy, try await !readOff() { return false }
            if closure == nil, session.transactionStatus != .idle { try await clean("ROLLBACK") }
            if closure == nil, let reset { try await clean(reset) }
            return closure == nil && session.transactionStatus == .idle
        } catch {
            return false
        }
    }

    /// Reads what an abandoned iteration left. The rest of a few rows is there already; a long result is cancelled.
    private func readOff() async throws -> Bool {
        let limit = Limit.cleanup(.milliseconds(100))
        do {
            while isBusy {
                // A server that sends without a pause never lets a wait come to its end.
                if let deadline = limit.deadline, deadline < .now { return await settle() }
                _ = try await nextEvent(limit)
            }
            return true
        } catch is Interruption {
            return await settle()
        }
    }

    /// Runs a command that has no rows, within bounded time.
    private func clean(_ command: String) async throws {
        try FrontendMessage.query(command, to: &session.output)
        beginSimple(sql: command)
        let limit = Limit.cleanup()
        var failure: ServerError?
        while isBusy {
            if case .failed(let error) = try await nextEvent(limit) { failure = error }
        }
        if let failure { throw PostgresError.server(failure) }
    }
}
