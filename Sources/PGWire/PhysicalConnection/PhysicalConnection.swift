import Synchronization

/// The connection itself: a session's bytes carried by a transport. The handles that calls are made on (``Connection``,
/// ``Transaction``) come and go, this stays.
///
/// It keeps only what outlives an operation, and the answers that are still to come. Whoever calls holds the lock
/// (``ConnectionHandle``), so one task at a time is in here: that is what makes it Sendable. The caller drives; no task in
/// the background reads.
///
/// Nothing in here is called back from within an access to it, so what is touched for every message goes without the check
/// for overlapping accesses, which would cost more than the access.
final class PhysicalConnection: @unchecked Sendable {
    @safe @exclusivity(unchecked) var session: Session
    let transport: Transport
    let endpoint: Endpoint
    let configuration: Connection.Configuration
    /// The login, as long as its last answers are still to come.
    @safe @exclusivity(unchecked) var login: PendingLogin?
    /// Which of the machines the answers that are still to come belong to.
    @safe @exclusivity(unchecked) private var exchange = Exchange.none
    /// The statements under way by the extended protocol.
    @safe @exclusivity(unchecked) var batch = StatementBatch()
    /// The answers to a text that was sent by the simple protocol.
    @safe @exclusivity(unchecked) var simple = SimpleQuery()
    @safe @exclusivity(unchecked) var prepared: PreparedStatements
    private let knownPoolerMode: Mutex<PoolerMode>
    /// The `statement_timeout` in milliseconds that was set for the open transaction block; nil when it is not known.
    @safe @exclusivity(unchecked) var blockTimeout: Int64?
    /// How much came after the deadline of the call that receives.
    @safe @exclusivity(unchecked) var lateBytes = 0
    /// What ended the connection.
    private(set) var closure: PostgresError?
    /// Whether ``abort()`` was called.
    private let isAborted = Atomic(false)

    private enum Exchange {
        case none, extended, simple
    }

    init(transport: Transport, endpoint: Endpoint, configuration: Connection.Configuration) {
        self.transport = transport
        self.endpoint = endpoint
        self.configuration = configuration
        session = Session(maximumMessageSize: configuration.maximumMessageSize)
        let poolerMode = PoolerMode(endpoint, configured: configuration.poolerMode)
        knownPoolerMode = Mutex(poolerMode)
        prepared = PreparedStatements(configuration, poolerMode)
    }

    deinit { close() }

    /// What the connection leads to, as far as it is known by now. Any task may ask.
    var poolerMode: PoolerMode {
        get { knownPoolerMode.withLock { $0 } }
        set { knownPoolerMode.withLock { $0 = newValue } }
    }

    /// Whether answers to an earlier request are still to come.
    var isBusy: Bool { exchange != .none }

    /// Notes that the statements that ``batch`` describes are in the session's output.
    func beginExtended() {
        for _ in 0..<batch.answers.syncCount { session.noteSync() }
        exchange = .extended
    }

    /// Writes a Query message: text with any number of statements.
    func sendSimple(_ text: String) throws(PostgresError) {
        try FrontendMessage.query(text, to: &session.output)
        session.noteSync()
        simple = SimpleQuery()
        exchange = .simple
    }

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
        case .columns(let columns) where exchange == .extended: batch.note(columns)
        case .rowSentAlong(let values):
            receiveBackendProcess(values)
            return nil
        case .complete(let tag): note(tag)
        case .failed(var error):
            error.advice = error.advice ?? error.adviceForStatement
            return .failed(error)
        case .ready:
            switch exchange {
            case .extended where batch.answers.isDone:
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
        case UInt8(ascii: "R") where tag.description == "ROLLBACK": blockTimeout = nil
        case UInt8(ascii: "D") where tag.description == "DISCARD ALL" || tag.description == "DEALLOCATE ALL":
            prepared.cache.removeAll()
        default: break
        }
    }

    /// Tells the server that there are no data for its COPY. A Sync goes with it where the extended protocol is spoken, as
    /// the server has skipped the one that was sent.
    func refuseCopyData() throws(PostgresError) {
        try FrontendMessage.copyFail("this call gives no data", to: &session.output)
        if exchange == .extended { FrontendMessage.sync(to: &session.output) }
    }

    /// An idle connection holds little: most connections are idle most of the time.
    func releaseMemory() {
        if let chunk = session.input.takeIfEmpty() { ChunkStore.giveBack(chunk) }
        session.output.releaseIfLarge()
        transport.releaseMemory()
    }
}

/// The end.
extension PhysicalConnection {
    /// Throws when the connection is closed, naming what ended it.
    func checkOpen() throws(PostgresError) {
        if let closure { throw .connection(.over(endpoint, because: closure)) }
    }

    /// Closes the connection because of `error`, and returns it.
    @discardableResult
    func fail(_ error: PostgresError) -> PostgresError {
        guard closure == nil else { return error }
        closure = error
        transport.finish()
        return error
    }

    /// Ends the connection while another task is using it; that task's call fails. Any task may call this.
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
        fail(.connection(.closed(endpoint)))
    }

    /// What a failure of the transport means to a call.
    func interruption(_ failure: Transport.Failure) -> any Error {
        switch failure {
        case .timedOut: Interruption.timedOut
        case .cancelled: Interruption.cancelled
        case .ended, .system, .tls:
            if isAborted.load(ordering: .acquiring) {
                fail(.connection(.closedMeanwhile(endpoint)))
            } else {
                fail(.connection(.lost(endpoint, because: failure.reason, isUnderWay: session.unansweredSyncs > 0)))
            }
        }
    }
}
