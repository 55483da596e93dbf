/// A statement that is carried out again and again: what is sent around its elements.
extension PhysicalConnection {
    /// Lets `body` write what comes before the elements of such a statement. When it throws, nothing of it is sent.
    func beginRepeated(_ body: () throws(PostgresError) -> Void) throws(PostgresError) {
        let start = session.output.count
        batch.restart()
        defer { batch.restart() }
        do throws(PostgresError) {
            try body()
        } catch {
            session.output.truncate(to: start)
            // What was to set the timeout is not sent either.
            blockTimeout = nil
            blockTraceContext = nil
            throw error
        }
        exchange = .repeated
    }

    /// Sends what is to be sent, as fast as the server takes it, and gives what comes meanwhile to `take`; ends when that returns
    /// false.
    func sendAll(_ limit: () -> Limit, _ take: () throws -> Bool) async throws {
        while try !sendSome(limit()) {
            guard try take() else { return }
            try await park(limit())
        }
        _ = try take()
    }

    /// Sends what can be sent and takes what has come; true when all is sent.
    private func sendSome(_ limit: Limit) throws -> Bool {
        do throws(Transport.Failure) {
            try transport.stage(&session.output)
            if Task.isCancelled { throw .cancelled }
            // A server that sends without a pause would leave nothing to wait for.
            if let deadline = limit.deadline, deadline < .now { throw .timedOut }
            var isSent = false
            var failure: Transport.Failure?
            do throws(Transport.Failure) { isSent = try transport.flush() } catch { failure = error }
            transport.noteMoreToReceive()
            let received = try transport.receive(
                into: &session.input, expected: session.input.credible(session.missing))
            if received == .end { throw failure ?? .ended }
            // What the server said before it closed the connection is worth more than that it takes nothing any more.
            if let failure, received == .bytes(0) { throw failure }
            return isSent
        } catch {
            throw interruption(error)
        }
    }

    /// Has the server undo what was sent since the last Sync: it is asked for something that there is not, as a ROLLBACK outside
    /// of a block would be, too, but by a warning that the program would see.
    func giveUpRepeated() {
        // The name has no zero byte, so this does not throw.
        try? FrontendMessage.execute(portal: "nothing, as the client has given up", to: &session.output)
        repeated.noteGivingUp()
    }

    /// Reads off what is still to come of what was given up, and cancels it where that takes a while.
    func drainOrCancel() async {
        do {
            try await drain(.cleanup(.milliseconds(250)))
        } catch is Interruption {
            await cancel()
        } catch {
            // The connection is closed, which undoes as much.
        }
    }

    /// Notes what the statement may do to the meaning of others.
    func noteMeaning(of sql: SQL) {
        guard prepared.isEnabled else { return }
        let change = prepared.cache.use(sql.key)?.entry.change ?? SQL.changeOfMeaning(planned: sql.pieces)
        if change != .none { prepared.note(change) }
    }
}
