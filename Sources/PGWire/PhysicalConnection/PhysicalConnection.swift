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
    @safe @exclusivity(unchecked) var exchange = Exchange.none
    /// The statements under way by the extended protocol.
    @safe @exclusivity(unchecked) var batch = StatementBatch()
    /// The answers to a text that was sent by the simple protocol.
    @safe @exclusivity(unchecked) var simple = SimpleQuery()
    /// The answers to a statement that is carried out again and again.
    @safe @exclusivity(unchecked) var repeated = RepeatedQuery()
    @safe @exclusivity(unchecked) var prepared: PreparedStatements
    /// What is known of the results of statements. Looked up when it is needed first.
    var resultTypes: ResultTypeCache {
        knownResultTypes.load() ?? knownResultTypes.storeIfNil(ResultTypeCache.shared(endpoint, configuration))
    }
    private let knownResultTypes = AtomicLazyReference<ResultTypeCache>()
    private let knownPoolerMode: Mutex<PoolerMode>
    /// The `statement_timeout` in milliseconds that was set for the open transaction block; nil when it is not known.
    @safe @exclusivity(unchecked) var blockTimeout: Int64?
    /// Whether the server may have been told to LISTEN, and not for certain to stop it.
    @safe @exclusivity(unchecked) var mayListen = false
    /// The timeout of calls that have none of their own: the configuration's, unless the transaction has one.
    @safe @exclusivity(unchecked) var defaultTimeout: Duration?
    /// The advisory locks of the session that its scopes have, and how many scopes have each.
    var advisoryLocks: [AdvisoryLock: Int] = [:]
    /// How many scopes have a cursor that belongs to no transaction.
    let heldCursors = Atomic(0)
    /// How much came after the deadline of the call that receives.
    @safe @exclusivity(unchecked) var lateBytes = 0
    /// The statement that may be left before its end.
    @safe @exclusivity(unchecked) var leftover: Leftover?
    /// Whether the server has refused to write, as a standby does (`25006`).
    var wasReadOnly = false
    /// Whether the transaction was begun as one that only reads, so that such a refusal says nothing of the server.
    var isInReadOnlyTransaction = false
    /// What ended the connection.
    var closure: PostgresError?
    /// Whoever is told of all that is done; nil for nobody, and then nothing is measured.
    let observation: ConnectionObservation?
    /// Whether statements tell the server of their trace.
    let sendsTraceContext: Bool
    /// The trace context that is set in the open transaction block; nil where it is not known.
    @safe @exclusivity(unchecked) var blockTraceContext: String?
    /// Whether ``abort()`` was called.
    let isAborted = Atomic(false)

    enum Exchange {
        case none, extended, simple, repeated
    }

    init(
        transport: Transport, endpoint: Endpoint, configuration: Connection.Configuration,
        observation: ConnectionObservation? = nil
    ) {
        self.observation = observation
        sendsTraceContext = configuration.traceContext != nil
        self.transport = transport
        self.endpoint = endpoint
        self.configuration = configuration
        defaultTimeout = configuration.statementTimeout
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
        // Tags do not tell all: that of CREATE TABLE … AS is that of a SELECT.
        prepared.note(SQL.changeOfMeaning(script: text))
        session.noteSync()
        simple = SimpleQuery()
        exchange = .simple
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
