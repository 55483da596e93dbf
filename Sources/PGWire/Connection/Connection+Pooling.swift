import Synchronization

/// What a pool does with a connection between its users, when nobody else touches it.
extension Connection {
    /// Looks, without waiting and without a round trip, whether the server has closed the connection or said that it
    /// is about to (as by `57P01`, when somebody shuts it down).
    func looksOpen() -> Bool { _handle.connection.looksOpen() }

    /// Asks the server for a sign of life: one round trip by a Sync alone, which starts no transaction and leaves nothing
    /// in the server's log, nor in `pg_stat_activity`. A connection that does not answer is closed.
    ///
    /// - Throws: `CancellationError` when the task is cancelled; the connection is closed then too.
    func answers(within timeout: Duration) async throws(CancellationError) -> Bool {
        try await _handle.connection.answers(within: timeout)
    }

    /// Takes the connection away from its user: ends a call that goes on, reads off what is unread, rolls back an open
    /// transaction and runs `reset`. It takes a while only where there is something to do: some seconds at most, but for a
    /// statement that may change data and whose rows were not read to the end (see ``Connection/close()``). A task that is
    /// cancelled does not keep it from being done.
    ///
    /// Afterwards this one can no longer be used, by nobody who still has it.
    func handOver(reset: String?) async -> Handover {
        let isOurs = await _handle.takeOver(
            "the connection was given back to its pool: use it only inside the closure that it was given to")
        // A call that goes on although it was cut off still has the session in its hands.
        guard isOurs else { return .disorderly }
        defer { _handle.unlock() }
        let connection = _handle.connection
        guard connection.closure == nil else { return .ended }
        if connection.hasWrongServer, !connection.isBusy {
            connection.close()
            return .wrongServer
        }
        if await connection.putInOrder(reset: reset) { return .usable(Connection(connection)) }
        connection.close()
        return .disorderly
    }

    /// Throws where a hook of a pool has left the connection so that it cannot be lent: what its user does in a transaction that
    /// was open before would be rolled back in silence.
    func checkAfterHook(_ hook: String) throws(PostgresError) {
        // Somebody whom the hook has given it to uses it. Then the status is not known yet.
        guard _handle.tryLock() || _handle.takeFromIteration() else { return }
        defer { _handle.unlock() }
        if _handle.connection.closure != nil {
            throw .usage("the pool's hook \(hook) has closed the connection that is to be lent")
        }
        guard _handle.connection.session.transactionStatus == .idle else {
            throw .usage(
                "the pool's hook \(hook) has left a transaction open, which would be rolled back with all that is done on the "
                    + "connection: end it, or leave BEGIN out")
        }
    }

    /// What became of a connection that its user has given back.
    enum Handover {
        /// It is in order, and here it is for the next user.
        case usable(Connection)
        /// It had ended while it was in use.
        case ended
        /// It leads to a server of another kind than is asked for, and was closed.
        case wrongServer
        /// It could not be put in order, and was closed.
        case disorderly
    }

    /// Ends the connection while others use it; their calls fail. Any task may call this.
    func cut() { _handle.connection.abort() }

    /// Closes a connection that nobody uses, as ``close()`` does, but where nothing can wait.
    func closeUnused() { _handle.connection.close() }
}

extension PhysicalConnection {
    fileprivate func looksOpen() -> Bool {
        guard closure == nil, !isBusy else { return false }
        guard transport.hasArrivals else { return !hasWrongServer }
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
                case .bytes(0): return !hasWrongServer
                case .bytes: continue
                case .end: throw Transport.Failure.ended
                }
            }
            return !hasWrongServer
        } catch let failure as Transport.Failure {
            fail(.connection(.lost(endpoint, because: failure.reason, isUnderWay: false)))
        } catch {
            // The connection has failed already.
        }
        return false
    }

    fileprivate func answers(within timeout: Duration) async throws(CancellationError) -> Bool {
        sendBatch {}
        do {
            return try await receive(Limit(deadline: .now + timeout)) {
                nil
            } event: { event in
                if case .ready = event { true } else { nil }
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
            if closure == nil, isBusy, await !settleForOthers() { return false }
            // Somebody has carried the connection out of its closure, and is inside of a lock's or a cursor's by now: its end gives
            // that back, and the end of his closure, which may come later, must find nothing.
            if !advisoryLocks.isEmpty || heldCursors.load(ordering: .relaxed) > 0 { return false }
            if closure == nil, session.transactionStatus != .idle { try await clean("ROLLBACK") }
            if closure == nil, mayListen {
                try await clean("UNLISTEN *")
                stopKeepingNotifications()
            }
            if closure == nil, let reset { try await clean(reset) }
            return closure == nil && session.transactionStatus == .idle
        } catch {
            return false
        }
    }

    /// Runs a command that has no rows, within bounded time.
    private func clean(_ command: String) async throws {
        if observation != nil { statementBegins(script: command) }
        do {
            try sendSimple(command)
            var outcome = StatementOutcome()
            let tag = try await receive(.cleanup()) {
                nil
            } event: { event in
                try outcome.receive(event, of: command, self)
            }
            if observation != nil { statementEnds(tag, rows: 0) }
        } catch {
            if observation != nil { statementFails(error) }
            throw error
        }
    }
}
