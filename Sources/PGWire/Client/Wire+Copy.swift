/// COPY goes by the simple protocol, as psql does it: there the server's answers are the same whether the COPY fails before,
/// while or after the data flows, and every pooler knows it.
extension Wire {
    /// Sends the COPY, with the setting of its timeout before it where that must change.
    func beginCopy(_ text: String, _ timeout: Duration?) throws(PGError) {
        var prefix = ""
        if let milliseconds = timeoutToSet(timeout) {
            prefix = "SELECT pg_catalog.set_config('statement_timeout', '\(milliseconds)', true); "
        }
        try FrontendMessage.query(prefix + text, to: &session.output)
        beginSimple(sql: text, offset: prefix.unicodeScalars.count)
    }

    /// Waits until data may flow; throws what the server says instead.
    func copyStart(_ limit: Limit) async throws -> QueryEvent {
        while true {
            let event = try await nextEvent(limit)
            switch event {
            case .wantsCopyData, .sendsCopyData: return event
            case .failed(let error): copyFailure = copyFailure ?? .server(error)
            case .ready:
                if let copyFailure { throw copyFailure }
                return event
            default: break
            }
        }
    }

    /// The next piece of what the server copies out; nil when there is no more.
    func copyData(_ limit: Limit) async throws -> Range<Int>? {
        while true {
            switch try await nextEvent(limit) {
            case .copyData(let piece): return piece
            case .complete(let tag):
                copyTag = tag
                return nil
            case .failed(let error):
                copyFailure = copyFailure ?? .server(error)
                return nil
            default: break
            }
        }
    }

    /// Waits until the server is ready again, and says how many rows were copied.
    func copyEnd(_ limit: Limit) async throws -> Int {
        while isBusy {
            switch try await nextEvent(limit) {
            case .complete(let tag): copyTag = tag
            case .failed(let error): copyFailure = copyFailure ?? .server(error)
            default: break
            }
        }
        if let copyFailure { throw copyFailure }
        return copyTag.rowCount ?? 0
    }

    /// Sends the data in the output, and notices when the server has ended the COPY meanwhile: then throws its error.
    func sendCopyData(_ limit: Limit) async throws {
        if let copyFailure { throw copyFailure }
        do throws(Transport.Failure) {
            try transport.stage(&session.output)
        } catch {
            throw interruption(error)
        }
        while try await !sendSomeCopyData(limit) {}
        if let copyFailure { throw copyFailure }
    }

    /// Sends what can be sent and takes what has come; true when all is sent.
    private func sendSomeCopyData(_ limit: Limit) async throws -> Bool {
        var isSent = false
        do throws(Transport.Failure) {
            if Task.isCancelled { throw .cancelled }
            isSent = try transport.flush()
            transport.noteMoreToReceive()
            if try transport.receive(into: &session.input, minimum: session.input.credible(session.missing)) == .end {
                throw .ended
            }
        } catch {
            throw interruption(error)
        }
        while isBusy, let message = try takeMessage() {
            if case .failed(let error)? = try interpret(message) { copyFailure = copyFailure ?? .server(error) }
        }
        if isSent || copyFailure != nil { return true }
        do throws(Transport.Failure) {
            try await transport.wait(for: [.readable, .writable], until: limit.deadline)
        } catch {
            throw interruption(error)
        }
        return false
    }

    /// Tells the server that the data will not be whole, and waits until it has undone what came of it.
    func failCopy() async throws {
        abandonCopy()
        do {
            try await drain(.cleanup())
        } catch is Interruption {
            fail(.connection(ConnectionFailure.cancelUnanswered(endpoint)))
        }
    }

    /// Tells the server that the data will not be whole. It must be told even when it is asked to cancel, as it does not
    /// look at that while it waits for data.
    func abandonCopy() {
        guard isBusy else { return }
        try? FrontendMessage.copyFail("the client gave up", to: &session.output)
    }

    /// What is thrown when the statement is another one than the call is for, once it is over.
    func notCopy(_ reason: String) async -> any Error {
        if isBusy { try? await failCopy() }
        return PGError.usage(reason)
    }
}
