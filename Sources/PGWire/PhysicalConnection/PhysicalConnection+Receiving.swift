/// The loop that reads what the server answers: every operation goes through it.
extension PhysicalConnection {
    /// What ends a wait.
    struct Limit: Sendable {
        var deadline: MonotonicInstant?
        var ignoresCancellation = false
        /// Whether nothing is taken any more after the deadline, even if it has come already.
        var isStrict = false

        /// So long from now, whether or not the task is cancelled: for what puts a connection in order.
        static func cleanup(_ duration: Duration = .seconds(5)) -> Limit {
            Limit(deadline: .now + duration, ignoresCancellation: true, isStrict: true)
        }

        /// The same, but at most so long from now.
        func within(_ duration: Duration) -> Limit {
            let end = MonotonicInstant.now + duration
            return Limit(
                deadline: deadline.map { min($0, end) } ?? end, ignoresCancellation: ignoresCancellation, isStrict: true
            )
        }
    }

    /// Why a wait ended without the connection being broken.
    enum Interruption: Error {
        case timedOut
        case cancelled
    }

    /// What has been sent in time may be on its way, or in the system's buffers, when the deadline passes: so much of it is
    /// still taken. A server that then goes on sending is not waited for.
    private static let maximumLateBytes = 8 << 20

    /// Sends what is to be sent and reads the answers, until one of the closures returns something.
    ///
    /// `rows` is to take the rows that have come, by ``takeRows(_:)`` or ``nextRow()``, which is their quick way; `event` gets
    /// what comes instead: the other events, and the rows that had no quick way.
    ///
    /// - Throws: ``Interruption``, which leaves the operation as it is; a ``PostgresError``, after which the connection is closed;
    ///   or what the closures throw.
    @inline(__always)
    func receive<R>(
        _ limit: Limit, rows: () throws -> R?, event: (QueryEvent) throws -> R?
    ) async throws -> R {
        if isLoggingIn { try await finishLogin(limit) }
        while true {
            if let result = try receiveWithoutParking(limit, rows, event) { return result }
            try await park(limit)
        }
    }

    /// ``receive(_:rows:event:)`` as far as it goes without parking the task; nil when ``park(_:)`` is next. Calls of
    /// asynchronous functions cost more than all else that is done for a small query.
    @inline(__always)
    private func receiveWithoutParking<R>(
        _ limit: Limit, _ rows: () throws -> R?, _ event: (QueryEvent) throws -> R?
    ) throws -> R? {
        while true {
            if let result = try rows() { return result }
            if let next = try nextReceivedEvent() {
                if let result = try event(next) { return result }
            } else if try !receiveSoon(limit) {
                return nil
            }
        }
    }

    /// ``receive(_:rows:event:)`` for what is done seldom, or costs much more on the server: the loop is not in the caller, which
    /// makes one asynchronous call for each event instead. All such loops together were a tenth of the library.
    func receiveEach<R>(_ limit: Limit, event: (QueryEvent) throws -> R?) async throws -> R {
        while true {
            if let result = try event(try await nextEvent(limit)) { return result }
        }
    }

    /// The next event of what was sent.
    @inline(never)
    func nextEvent(_ limit: Limit) async throws -> QueryEvent {
        try await receive(limit, rows: { nil }, event: { $0 })
    }

    /// Reads off the answers that nobody waits for any more; but for rows, `take` is given them.
    func drain(_ limit: Limit, taking take: (QueryEvent) throws -> Void = { _ in }) async throws {
        guard isBusy else { return }
        try await receive(limit) {
            try takeRows { _ in }
            return isBusy ? nil : ()
        } event: { event in
            if case .wantsCopyData = event { try refuseCopyData() }
            try take(event)
            return isBusy ? nil : ()
        }
    }
}

/// What has come.
extension PhysicalConnection {
    /// The next event of what was sent if it has already come; not in a login. The last is the ``QueryEvent/ready(_:)`` after
    /// which ``isBusy`` is false.
    func nextReceivedEvent() throws -> QueryEvent? {
        while true {
            if exchange == .extended, let tag = batch.takeCommandComplete(from: &session) {
                note(tag)
                return .complete(tag)
            }
            guard let message = try takeMessage() else { return nil }
            if let event = try interpret(message) { return event }
        }
    }

    /// The next message that is already there.
    func takeMessage() throws -> BackendMessage? {
        do {
            let message = try session.next()
            if session.hasNotices {
                let notices = session.takeNotices()
                if let handler = configuration.noticeHandler { notices.forEach(handler) }
                if let observation {
                    for notice in notices { observation.observer.happened(.notice(observation.connection, notice)) }
                }
            }
            return message
        } catch {
            throw fail(.protocolViolation(error))
        }
    }

    /// What the message means to the operation under way; nil when it need not know.
    func interpret(_ message: BackendMessage) throws -> QueryEvent? {
        let event: QueryEvent?
        do throws(ProtocolViolation) {
            switch exchange {
            case .none: throw ProtocolViolation("\(message.name) came where nothing was asked")
            case .extended: event = try batch.answers.receive(message)
            case .simple: event = try simple.receive(message)
            case .repeated: event = try repeated.receive(message)
            }
        } catch {
            // A server that goes down says so in the middle of whatever is under way.
            if case .errorResponse(let error) = message { throw fail(.server(error)) }
            throw fail(.protocolViolation(error))
        }
        switch event {
        case .parsed:
            batch.notePrepared()
            return nil
        case .columns(let columns) where exchange == .extended: note(columns)
        case .internalRow(let values):
            receiveBackendProcess(values)
            return nil
        case .complete(let tag): note(tag)
        case .failed(var error):
            if error.sqlState == .readOnlySqlTransaction, !isInReadOnlyTransaction { wasReadOnly = true }
            error.advice = error.advice ?? error.adviceForStatement
            return .failed(error)
        case .ready(let status):
            if case .idle = status { prepared.noteIdle() }
            switch exchange {
            case .extended where batch.answers.isDone:
                exchange = .none
                forgetUnanswered()
            case .simple where simple.isDone: exchange = .none
            case .repeated where repeated.isDone: exchange = .none
            default: break
            }
            if exchange == .none { releaseMemory() }
        default: break
        }
        return event
    }

    private func note(_ tag: CommandTag) {
        switch tag.description.utf8.first {
        case UInt8(ascii: "R") where tag.description == "ROLLBACK":
            // Going back to a savepoint brings back an earlier timeout.
            blockTimeout = nil
            blockTraceContext = nil
            prepared.noteRollback()
        case UInt8(ascii: "D") where tag.description == "DISCARD ALL" || tag.description == "DEALLOCATE ALL":
            prepared.cache.removeAll()
            if tag.description == "DISCARD ALL" { advisoryLocks = [:] }
        case UInt8(ascii: "A"), UInt8(ascii: "C"), UInt8(ascii: "D"), UInt8(ascii: "I"):
            prepared.note(tag)
            // A composite may have other fields now.
            if tag.description == "ALTER TYPE" || tag.description == "ALTER TABLE" { resultTypes.types.removeAll() }
        default: break
        }
    }

    /// Gives `body` the rows of the current statement that have already come, and says whether there were any.
    @discardableResult
    func takeRows(_ body: (RowView) throws -> Void) throws -> Bool {
        guard let columns = batch.nextColumns(&session) else { return false }
        let chunk = session.input.chunk
        var hasRows = false
        while let values = session.nextRow(columnCount: columns.count) {
            hasRows = true
            try body(RowView(columns: columns, values: chunk.span(values)))
        }
        return hasRows
    }

    /// The next row of the current statement if it has already come.
    func nextRow() -> Row? {
        guard let columns = batch.nextColumns(&session) else { return nil }
        let chunk = session.input.chunk
        guard let values = session.nextRow(columnCount: columns.count) else { return nil }
        return Row(columns: columns, chunk: chunk, values: values)
    }
}

/// The steps of the loop.
extension PhysicalConnection {
    /// Sends what is to be sent, and receives at least something. Both go on at once, so that two full buffers cannot
    /// block each other.
    func receiveMore(_ limit: Limit) async throws {
        while try !receiveSoon(limit) { try await park(limit) }
    }

    /// Waits after ``receiveSoon(_:)`` has brought nothing.
    func park(_ limit: Limit) async throws {
        do throws(Transport.Failure) {
            try await transport.wait(
                for: transport.hasPending ? [.readable, .writable] : .readable, until: limit.deadline,
                ignoringCancellation: limit.ignoresCancellation, hasWaited: true)
        } catch {
            throw interruption(error)
        }
    }

    /// ``receiveMore(_:)`` as far as it goes without parking the task; false when ``park(_:)`` is next.
    func receiveSoon(_ limit: Limit) throws -> Bool {
        do throws(Transport.Failure) {
            try transport.stage(&session.output)
            if !limit.ignoresCancellation, Task.isCancelled { throw .cancelled }
            let isLate = limit.deadline.map { $0 < .now } ?? false
            // Whoever sends without a pause leaves nothing to wait for, and would keep us for ever.
            if limit.isStrict, isLate { throw .timedOut }
            var isSent = true
            var failure: Transport.Failure?
            do throws(Transport.Failure) { isSent = try transport.flush() } catch { failure = error }
            // What the server said before it closed the connection is worth more than that it can no longer be written
            // to.
            if failure != nil { transport.noteMoreToReceive() }
            let before = transport.traffic.bytesReceived
            let received = try transport.receive(
                into: &session.input, expected: session.input.credible(session.missing), waiting: isSent && !isLate)
            // With TLS there is much that holds no data.
            lateBytes = isLate ? lateBytes + transport.traffic.bytesReceived - before : 0
            if lateBytes > (isLoggingIn ? Transport.maximumHandshake : Self.maximumLateBytes) { throw .timedOut }
            switch received {
            case .bytes(0): break
            case .bytes: return true
            case .end: throw .ended
            }
            if let failure { throw failure }
            return false
        } catch {
            throw interruption(error)
        }
    }
}
