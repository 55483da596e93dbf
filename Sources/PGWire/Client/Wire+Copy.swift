/// COPY goes by the simple protocol, as psql does it: there the server's answers are the same whether the COPY fails before,
/// while or after the data flows, and every pooler knows it.
extension Wire {
    static let furtherStatements = "copyIn and copyOut run one COPY, and this text holds further statements"

    /// Sends the COPY, with the setting of its timeout before it where that must change, and `question` before that.
    func beginCopy(_ text: String, _ timeout: Duration?, asking question: String = "") throws(PostgresError) {
        copyFailure = nil
        copyInterruption = nil
        copyTag = nil
        var prefix = ""
        if let milliseconds = timeoutToSet(timeout) {
            prefix = "SELECT pg_catalog.set_config('statement_timeout', '\(milliseconds)', true); "
        }
        prefix += question
        do throws(PostgresError) {
            try FrontendMessage.query(prefix + text, to: &session.output)
        } catch {
            // What was to set the timeout is not sent either.
            localTimeout = nil
            throw error
        }
        copyState = .awaited
        beginSimple(sql: text, offset: prefix.unicodeScalars.count)
    }

    /// Waits until data may flow; throws what the server says instead. The rows of a statement before the COPY go to `body`.
    func copyStart(_ limit: Limit, _ body: (RowView) throws -> Void = { _ in }) async throws -> QueryEvent {
        var columns = Columns([])
        while true {
            let event = try await nextEvent(limit)
            switch event {
            case .columns(let new): columns = new
            case .row(let values): try body(RowView(columns: columns, values: session.input.chunk.span(values)))
            case .wantsCopyData, .sendsCopyData: return event
            case .failed(let error): try noteCopyFailure(error)
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
                try noteCopyFailure(error)
                return nil
            default: break
            }
        }
    }

    /// Waits until the server is ready again, and says how many rows were copied.
    func copyEnd(_ limit: Limit) async throws -> Int {
        if closure != nil, let copyFailure { throw copyFailure }
        while isBusy {
            switch try await nextEvent(limit) {
            case .complete(let tag):
                if copyTag != nil { copyFailure = copyFailure ?? .usage(Self.furtherStatements) }
                copyTag = copyTag ?? tag
            case .failed(let error): try noteCopyFailure(error)
            default: break
            }
        }
        if let failure = takeRefusal() ?? copyFailure { throw failure }
        return copyTag?.rowCount ?? 0
    }

    /// Notes what the server ends the COPY with; what ends the connection too is thrown at once.
    private func noteCopyFailure(_ error: ServerError) throws {
        if error.isFatal { throw fail(.server(error)) }
        copyFailure = copyFailure ?? .server(error)
    }

    /// Why no more data is wanted.
    var copyEndReason: (any Error)? { copyInterruption ?? copyFailure }

    /// Sends the data in the output, and notices when the server has ended the COPY meanwhile: then throws its error.
    ///
    /// Why it ends is noted too, as it counts for more than what the caller's closure makes of it.
    func sendCopyData(_ limit: Limit) async throws {
        do {
            do throws(Transport.Failure) {
                try transport.stage(&session.output)
            } catch {
                throw interruption(error)
            }
            while try await !sendSomeCopyData(limit) {}
            if let copyFailure { throw copyFailure }
        } catch let interruption as Interruption {
            copyInterruption = interruption
            throw interruption
        } catch let error as PostgresError {
            copyFailure = error
            throw error
        }
    }

    /// Sends what can be sent and takes what has come; true when all is sent.
    private func sendSomeCopyData(_ limit: Limit) async throws -> Bool {
        if Task.isCancelled { throw Interruption.cancelled }
        // A server that sends without a pause would leave nothing to wait for.
        if let deadline = limit.deadline, deadline < .now { throw Interruption.timedOut }
        var isSent = false
        var failure: Transport.Failure?
        do throws(Transport.Failure) { isSent = try transport.flush() } catch { failure = error }
        do throws(Transport.Failure) {
            transport.noteMoreToReceive()
            if try transport.receive(into: &session.input, expected: session.input.credible(session.missing)) == .end {
                failure = failure ?? .ended
            }
        } catch {
            failure = failure ?? error
        }
        // What the server said before it closed the connection is worth more than that it takes nothing any more.
        while isBusy, let message = try takeMessage() {
            if case .failed(let error)? = try interpret(message) { try noteCopyFailure(error) }
        }
        if copyFailure != nil { return true }
        if let failure { throw interruption(failure) }
        if isSent { return true }
        do throws(Transport.Failure) {
            try await transport.wait(for: [.readable, .writable], until: limit.deadline)
        } catch {
            throw interruption(error)
        }
        return false
    }

    /// Tells the server that the data will not be whole, and waits until it has undone what came of it.
    func failCopy() async {
        abandonCopy()
        do {
            try await drain(.cleanup())
        } catch {
            fail(.connection(ConnectionFailure.cancelUnanswered(endpoint)))
        }
    }

    /// Tells the server that the data will not be whole. It must be told even when it is asked to cancel, as it does not
    /// look at that while it waits for data.
    func abandonCopy() {
        guard isBusy, closure == nil else { return }
        try? FrontendMessage.copyFail("the client gave up", to: &session.output)
    }

    /// What is thrown when the statement is another one than the call is for, once it is over.
    func notCopy(_ event: QueryEvent, _ reason: String) async -> any Error {
        switch event {
        case .wantsCopyData: await failCopy()
        // There may be any amount of data to come.
        case .sendsCopyData: await settle()
        default: break
        }
        return PostgresError.usage(reason)
    }
}
