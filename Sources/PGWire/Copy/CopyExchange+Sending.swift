/// Data that go to the server.
extension CopyExchange {
    /// Sends the data in the output, and notices when the server has ended the COPY meanwhile: then throws its error.
    ///
    /// Why it ends is noted too, as it counts for more than what the caller's closure makes of it.
    func sendData() async throws {
        do {
            do throws(Transport.Failure) {
                try connection.transport.stage(&connection.session.output)
            } catch {
                throw connection.interruption(error)
            }
            while try await !sendSomeData() {}
            if let failure { throw failure }
        } catch let interruption as PhysicalConnection.Interruption {
            self.interruption = interruption
            throw interruption
        } catch let error as PostgresError {
            failure = error
            throw error
        }
    }

    /// Sends what can be sent and takes what has come; true when all is sent.
    private func sendSomeData() async throws -> Bool {
        if Task.isCancelled { throw PhysicalConnection.Interruption.cancelled }
        // A server that sends without a pause would leave nothing to wait for.
        if let deadline = limit.deadline, deadline < .now { throw PhysicalConnection.Interruption.timedOut }
        let transport = connection.transport
        var isSent = false
        var transportFailure: Transport.Failure?
        do throws(Transport.Failure) { isSent = try transport.flush() } catch { transportFailure = error }
        do throws(Transport.Failure) {
            transport.noteMoreToReceive()
            let expected = connection.session.input.credible(connection.session.missing)
            if try transport.receive(into: &connection.session.input, expected: expected) == .end {
                transportFailure = transportFailure ?? .ended
            }
        } catch {
            transportFailure = transportFailure ?? error
        }
        // What the server said before it closed the connection is worth more than that it takes nothing any more.
        while connection.isBusy, let event = try connection.nextReceivedEvent() {
            if case .failed(let error) = event { try note(error) }
        }
        if failure != nil { return true }
        if let transportFailure { throw connection.interruption(transportFailure) }
        if isSent { return true }
        do throws(Transport.Failure) {
            try await transport.wait(for: [.readable, .writable], until: limit.deadline)
        } catch {
            throw connection.interruption(error)
        }
        return false
    }

    /// Tells the server that the data will not be whole, and waits until it has undone what came of it.
    func fail() async {
        abandon()
        do {
            try await connection.drain(.cleanup())
        } catch {
            connection.fail(.connection(.cancelUnanswered(connection.endpoint)))
        }
    }

    /// Tells the server that the data will not be whole. It must be told even when it is asked to cancel, as it does not
    /// look at that while it waits for data.
    func abandon() {
        guard connection.isBusy, connection.closure == nil else { return }
        try? FrontendMessage.copyFail("the client gave up", to: &connection.session.output)
    }
}
