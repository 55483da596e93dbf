import Synchronization

/// One connection as it is driven: a session's bytes carried by a transport.
///
/// Whoever calls holds the connection's turn (``Channel``), so one task at a time is in here: that is what makes it
/// Sendable. The caller drives; no task in the background reads.
///
/// Nothing in here is called back from within an access to it, so what is touched for every message goes without the check
/// for overlapping accesses, which would cost more than the access.
final class Wire: @unchecked Sendable {
    @safe @exclusivity(unchecked) var session: Session
    let transport: Transport
    let endpoint: Endpoint
    let configuration: Connection.Configuration
    /// The login, as long as its last answers are still to come.
    @safe @exclusivity(unchecked) var login: Login?
    /// Which of the machines the answers that are still to come belong to.
    @safe @exclusivity(unchecked) private var exchange = Exchange.none
    @safe @exclusivity(unchecked) var extended = ExtendedQuery()
    var simple = SimpleQuery()
    /// The statements that ``extended`` is about.
    @safe @exclusivity(unchecked) var sent: [Sent] = []
    /// What ``simple`` is about, for the caret in an error; and how much of what was sent stands before it.
    private var script = (text: "", offset: 0)
    /// Why the caller gets no answer to a COPY that it did not expect.
    private var refusal: PostgresError?
    /// How far the caller's COPY has come, if the call is one.
    @safe @exclusivity(unchecked) var copyState = CopyState.none
    /// What ended the caller's COPY.
    var copyFailure: PostgresError?
    /// Why the writing of the caller's COPY ended.
    var copyInterruption: Interruption?
    var copyTag: CommandTag?
    /// What ended the connection.
    private(set) var closure: PostgresError?
    /// Whether ``abort()`` was called.
    private let isAborted = Atomic(false)
    /// How much came after the deadline of the call that receives.
    @safe @exclusivity(unchecked) private var lateBytes = 0
    /// What has been sent in time may be on its way, or in the system's buffers, when the deadline passes: so much of it is
    /// still taken. A server that then goes on sending is not waited for.
    private static let maximumLateBytes = 8 << 20
    /// The `statement_timeout` in milliseconds that was set for the open transaction block; nil when it is not known.
    @safe @exclusivity(unchecked) var localTimeout: Int64?

    /// The tag of the statement before.
    @safe @exclusivity(unchecked) private var lastTag = CommandTag("")

    @safe @exclusivity(unchecked) var cache: StatementCache
    @safe @exclusivity(unchecked) var verification: Verification
    /// How often the server did not know a statement that it had prepared.
    var losses = 0
    private let knownPoolerMode: Mutex<PoolerMode>
    /// Whether statements may be kept on the server.
    private(set) var keepsStatements: Bool

    private enum Exchange {
        case none, extended, simple
    }

    /// Whether the caller gives or takes the data of a COPY.
    enum CopyState {
        /// It does not.
        case none
        /// It does, of the one that is to begin.
        case awaited
        /// It has begun; a further one in the same text is nobody's.
        case begun
    }

    /// What is kept of a statement of a batch.
    struct Sent {
        var entry: StatementCache.Entry?
        var columns: Columns?
    }

    /// What ends a wait.
    struct Limit: Sendable {
        var deadline: ContinuousClock.Instant?
        var ignoresCancellation = false

        /// So long from now, whether or not the task is cancelled: for what puts a connection in order.
        static func cleanup(_ duration: Duration = .seconds(5)) -> Limit {
            Limit(deadline: .now + duration, ignoresCancellation: true)
        }
    }

    /// Why a wait ended without the connection being broken.
    enum Interruption: Error {
        case timedOut
        case cancelled
    }

    init(transport: Transport, endpoint: Endpoint, configuration: Connection.Configuration) {
        self.transport = transport
        self.endpoint = endpoint
        self.configuration = configuration
        session = Session(maximumMessageSize: configuration.maximumMessageSize)
        cache = StatementCache(capacity: configuration.statementCacheCapacity)
        verification = configuration.poolerMode == nil ? .open : .verified
        let poolerMode = PoolerMode(endpoint, configured: configuration.poolerMode)
        knownPoolerMode = Mutex(poolerMode)
        keepsStatements = poolerMode.kind != .transaction && configuration.statementCacheCapacity > 0
    }

    deinit { close() }

    /// What the connection leads to, as far as it is known by now. Any task may ask.
    var poolerMode: PoolerMode { knownPoolerMode.withLock { $0 } }

    func setPoolerMode(_ poolerMode: PoolerMode) {
        knownPoolerMode.withLock { $0 = poolerMode }
        keepsStatements = poolerMode.kind != .transaction && configuration.statementCacheCapacity > 0
    }

    /// Whether answers to an earlier exchange are still to come.
    var isBusy: Bool { exchange != .none }

    /// Notes that the batch for the extended protocol that ``extended`` describes is in the session's output.
    func beginExtended() {
        for _ in 0..<extended.syncCount { session.noteSync() }
        exchange = .extended
    }

    /// Notes that a Query message is in the session's output; `offset` characters of it stand before `sql`.
    func beginSimple(sql: String, offset: Int = 0) {
        session.noteSync()
        script = (sql, offset)
        simple = SimpleQuery()
        exchange = .simple
    }

    /// The next event of the exchange that was begun; the last is the ``QueryEvent/ready(_:)`` after which ``isBusy`` is
    /// false.
    ///
    /// - Throws: ``Interruption``, which leaves the exchange as it is; or a ``PostgresError``, after which the connection is
    ///   closed.
    func nextEvent(_ limit: Limit) async throws -> QueryEvent {
        if isLoggingIn { try await finishLogin(limit) }
        while true {
            if let event = try nextReceivedEvent() { return event }
            try await receiveMore(limit)
        }
    }

    /// The tag of the current statement if its end is what comes next and has come: the quick way to that event.
    func nextReceivedTag() -> CommandTag? {
        guard exchange == .extended, extended.awaitsCommandComplete,
            let tag = session.takeCommandComplete(like: lastTag)
        else { return nil }
        lastTag = tag
        extended.noteCommandComplete()
        note(tag)
        return tag
    }

    /// The next event of the exchange if it has already come; not in a login.
    func nextReceivedEvent() throws -> QueryEvent? {
        while true {
            if let tag = nextReceivedTag() { return .complete(tag) }
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
            }
            return message
        } catch {
            throw fail(.protocolViolation(error))
        }
    }

    func interpret(_ message: BackendMessage) throws -> QueryEvent? {
        let event: QueryEvent?
        do throws(ProtocolViolation) {
            switch exchange {
            case .none: throw ProtocolViolation("\(message.name) came where nothing was asked")
            case .extended: event = try extended.receive(message)
            case .simple: event = try simple.receive(message)
            }
        } catch {
            // A server that goes down says so in the middle of whatever is under way.
            if case .errorResponse(let error) = message { throw fail(.server(error)) }
            throw fail(.protocolViolation(error))
        }
        guard let event else { return nil }
        return try note(event)
    }

    /// Keeps what the connection itself must know of an event; nil when the caller need not know of it.
    private func note(_ event: QueryEvent) throws -> QueryEvent? {
        switch event {
        case .parsed:
            sent[extended.eventIndex].entry?.confirm()
            return nil
        case .columns(let columns) where exchange == .extended:
            sent[extended.eventIndex].columns = columns
            sent[extended.eventIndex].entry?.columns = columns
        case .internalRow(let values):
            receiveBackendProcess(values)
            return nil
        case .complete(let tag): note(tag)
        case .failed(var error):
            describe(&error)
            return .failed(error)
        case .wantsCopyData:
            if beginsExpectedCopy() { return event }
            try FrontendMessage.copyFail("this call gives no data", to: &session.output)
            if exchange == .extended { FrontendMessage.sync(to: &session.output) }
            return nil
        case .sendsCopyData: return beginsExpectedCopy() ? event : nil
        case .copyData where copyState == .none: return nil
        case .ready:
            switch exchange {
            case .extended where extended.isDone:
                exchange = .none
                forgetUnanswered()
            case .simple where simple.isDone: exchange = .none
            default: break
            }
            if exchange == .none { releaseMemory() }
        default: break
        }
        return event
    }

    private func note(_ tag: CommandTag) {
        switch tag.description.utf8.first {
        // Going back to a savepoint brings back an earlier timeout.
        case UInt8(ascii: "R") where tag.description == "ROLLBACK": localTimeout = nil
        case UInt8(ascii: "D") where tag.description == "DISCARD ALL" || tag.description == "DEALLOCATE ALL":
            cache.removeAll()
        default: break
        }
    }

    /// An idle connection holds little: most connections are idle most of the time.
    func releaseMemory() {
        if let chunk = session.input.takeIfEmpty() { ChunkStore.giveBack(chunk) }
        session.output.releaseIfLarge()
        transport.releaseMemory()
    }

    /// Why a COPY cannot be run by a call that neither gives nor takes data.
    static let copyRefused =
        "the statement is a COPY, whose data this call neither gives nor takes: use copyIn or copyOut"

    /// Whether the COPY that begins is the one that the caller is for; else the caller is told later why it is refused.
    private func beginsExpectedCopy() -> Bool {
        switch copyState {
        case .awaited:
            copyState = .begun
            return true
        case .begun: refusal = .usage(Self.furtherStatements)
        case .none:
            refusal = refusal ?? .usage(Self.copyRefused)
        }
        copyState = .none
        return false
    }

    /// The usage error that is to be thrown in place of what the server says, if there is one.
    func takeRefusal() -> PostgresError? {
        defer { refusal = nil }
        return refusal
    }

    /// Adds to an error what the client knows. The text of a statement of a batch is added by whoever has it.
    private func describe(_ error: inout ServerError) {
        if exchange == .simple {
            error.sql = script.text
            // What a server says may be any number; nothing is where the setting of the timeout is.
            error.position = error.position.flatMap { position in
                let (place, overflow) = position.subtractingReportingOverflow(script.offset)
                return overflow || place < 1 ? nil : place
            }
        }
        error.advice = error.advice ?? error.adviceForStatement
    }

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

    /// ``receiveMore(_:)`` as far as it goes without parking the task; false when that is not enough, and ``park(_:)`` is
    /// next. Calls of asynchronous functions cost more than all else that is done for a small query.
    func receiveSoon(_ limit: Limit) throws -> Bool {
        do throws(Transport.Failure) {
            try transport.stage(&session.output)
            if !limit.ignoresCancellation, Task.isCancelled { throw .cancelled }
            let isLate = limit.deadline.map { $0 < .now } ?? false
            // Whoever sends without a pause leaves nothing to wait for, and would keep us for ever.
            if limit.ignoresCancellation, isLate { throw .timedOut }
            var isSent = true
            var failure: Transport.Failure?
            do throws(Transport.Failure) { isSent = try transport.flush() } catch { failure = error }
            // What the server said before it closed the connection is worth more than that it can no longer be written
            // to.
            if failure != nil { transport.noteMoreToReceive() }
            let received = try transport.receive(
                into: &session.input, expected: session.input.credible(session.missing), waiting: isSent && !isLate)
            switch received {
            case .bytes(0): break
            case .bytes(let count):
                lateBytes = isLate ? lateBytes + count : 0
                if lateBytes > Self.maximumLateBytes { throw .timedOut }
                return true
            case .end: throw .ended
            }
            if let failure { throw failure }
            return false
        } catch {
            throw interruption(error)
        }
    }

    /// What a failure of the transport means to a call.
    func interruption(_ failure: Transport.Failure) -> any Error {
        switch failure {
        case .timedOut: Interruption.timedOut
        case .cancelled: Interruption.cancelled
        case .ended, .system, .tls:
            if isAborted.load(ordering: .acquiring) {
                fail(.connection(ConnectionFailure.closedMeanwhile(endpoint)))
            } else {
                fail(.connection(ConnectionFailure.lost(failure, endpoint, isUnderWay: session.unansweredSyncs > 0)))
            }
        }
    }

    /// Throws when the connection is closed, naming what ended it.
    func checkOpen() throws(PostgresError) {
        if let closure { throw .connection(ConnectionFailure.over(endpoint, because: closure)) }
    }

    /// Closes the connection because of `error`, and returns it.
    @discardableResult
    func fail(_ error: PostgresError) -> PostgresError {
        guard closure == nil else { return error }
        closure = error
        transport.finish()
        return error
    }

    /// Ends the connection under the feet of the task that is using it, which then fails. Any task may call this.
    func abort() {
        isAborted.store(true, ordering: .releasing)
        transport.abort()
    }

    /// Says goodbye and closes, without waiting for anything.
    func close() {
        guard closure == nil else { return }
        if isLoggingIn {
            // Nobody asked for anything, so the login is not even completed.
            session.output.removeAll()
        } else if !isBusy {
            FrontendMessage.terminate(to: &session.output)
            try? transport.stage(&session.output)
        }
        fail(.connection(ConnectionFailure.closed(endpoint)))
    }
}
