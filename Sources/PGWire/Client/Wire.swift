import Synchronization

/// One connection as it is driven: a session's bytes carried by a transport.
///
/// Whoever calls holds the connection's turn (``Channel``), so one task at a time is in here: that is what makes it
/// Sendable. The caller drives; no task in the background reads.
final class Wire: @unchecked Sendable {
    var session: Session
    let transport: Transport
    let endpoint: Endpoint
    let configuration: Configuration
    /// The login, as long as its last answers are still to come.
    var login: Login?
    /// The exchange whose answers are still to come.
    private var exchange: Exchange = .none
    /// The statement that ``exchange`` is about, for the caret in an error.
    private var sql = ""
    /// What ended the connection.
    private(set) var closure: PGError?
    /// Whether ``abort()`` was called.
    private let isAborted = Atomic(false)
    /// The `statement_timeout` in milliseconds that was set for the open transaction block; nil when it is not known.
    var localTimeout: Int64?

    private enum Exchange: ~Copyable {
        case none
        case extended(ExtendedQuery)
        case simple(SimpleQuery)

        var isActive: Bool {
            switch self {
            case .none: false
            case .extended: true
            case .simple: true
            }
        }
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

    init(transport: Transport, endpoint: Endpoint, configuration: Configuration) {
        self.transport = transport
        self.endpoint = endpoint
        self.configuration = configuration
        session = Session(maximumMessageSize: configuration.maximumMessageSize)
    }

    deinit { close() }

    /// Whether answers to an earlier exchange are still to come.
    var isBusy: Bool { exchange.isActive }

    /// Notes that a batch for the extended protocol is in the session's output.
    func begin(_ query: consuming ExtendedQuery, sql: String) {
        session.noteSync()
        self.sql = sql
        exchange = .extended(query)
    }

    /// Notes that a Query message is in the session's output.
    func beginSimple(sql: String) {
        session.noteSync()
        self.sql = sql
        exchange = .simple(SimpleQuery())
    }

    /// The next event of the exchange that was begun; none comes after ``QueryEvent/ready(_:)``.
    ///
    /// - Throws: ``Interruption``, which leaves the exchange as it is; or a ``PGError``, after which the connection is
    ///   closed.
    func nextEvent(_ limit: Limit) async throws -> QueryEvent {
        if isLoggingIn { try await finishLogin(limit) }
        while true {
            while let message = try takeMessage() {
                if let event = try interpret(message) { return event }
            }
            try await receiveMore(limit)
        }
    }

    /// The next message that is already there.
    func takeMessage() throws -> BackendMessage? {
        do {
            let message = try session.next()
            let notices = session.takeNotices()
            if let handler = configuration.noticeHandler { notices.forEach(handler) }
            return message
        } catch {
            throw fail(.protocolViolation(error))
        }
    }

    private func interpret(_ message: BackendMessage) throws -> QueryEvent? {
        do throws(ProtocolViolation) {
            let (event, isOwn) = try advance(message)
            guard case .failed(var error)? = event else { return event }
            if isOwn { error.sql = sql }
            error.advice = error.advice ?? error.adviceForStatement
            return .failed(error)
        } catch {
            // A server that goes down says so in the middle of whatever is under way.
            if case .errorResponse(let error) = message { throw fail(.server(error)) }
            throw fail(.protocolViolation(error))
        }
    }

    /// Gives the message to the exchange. `isOwn` tells whether an error is about the caller's statement, or about one
    /// that was sent along with it.
    private func advance(_ message: BackendMessage) throws(ProtocolViolation) -> (event: QueryEvent?, isOwn: Bool) {
        var taken = Exchange.none
        swap(&taken, &exchange)
        switch consume taken {
        case .none:
            throw ProtocolViolation("\(message.name) came where nothing was asked")
        case .extended(var query):
            let event = try query.receive(message)
            let isOwn = query.isAtLast
            if !query.isDone { exchange = .extended(query) }
            return (event, isOwn)
        case .simple(var query):
            let event = try query.receive(message)
            if !query.isDone { exchange = .simple(query) }
            return (event, true)
        }
    }

    /// Sends what is to be sent, and receives at least something. Both go on at once, so that two full buffers cannot
    /// block each other.
    func receiveMore(_ limit: Limit) async throws {
        do throws(Transport.Failure) {
            try transport.stage(&session.output)
            while true {
                if !limit.ignoresCancellation, Task.isCancelled { throw .cancelled }
                var isSent = true
                var failure: Transport.Failure?
                do throws(Transport.Failure) { isSent = try transport.flush() } catch { failure = error }
                // What the server said before it closed the connection is worth more than that it can no longer be
                // written to.
                switch try transport.receive(into: &session.input, minimum: session.input.credible(session.missing)) {
                case .bytes(0): break
                case .bytes: return
                case .end: throw .ended
                }
                if let failure { throw failure }
                try await transport.wait(
                    for: isSent ? .readable : [.readable, .writable], until: limit.deadline,
                    ignoringCancellation: limit.ignoresCancellation)
            }
        } catch {
            throw interruption(error)
        }
    }

    private func interruption(_ failure: Transport.Failure) -> any Error {
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
    func checkOpen() throws(PGError) {
        if let closure { throw .connection(ConnectionFailure.over(endpoint, because: closure)) }
    }

    /// Closes the connection because of `error`, and returns it.
    @discardableResult
    func fail(_ error: PGError) -> PGError {
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
