/// A primary and its standbys, so that what one has written oneself is seen by what one reads on a standby.
///
/// Writing says where in the write-ahead log its commit is; reading takes that place, and waits until the standby has it. The place
/// goes where the user's next request comes from: into a session, a cookie, a header.
///
/// ```swift
/// let servers = ReplicatedPool(primary: ConnectionPool(writing), standbys: ConnectionPool(reading))
/// let lsn = try await servers.write { tx in try await tx.execute("INSERT INTO note (title) VALUES (\(title))") }.lsn
/// let notes = try await servers.read(after: lsn) { tx in try await tx.fetchAll("SELECT title FROM note", as: String.self) }
/// ```
///
/// Any ``ConnectionProvider`` will do, as a ``ConnectionPool`` with `target_session_attrs`, or a ``NullPool`` in front of a pooler.
public struct ReplicatedPool: Sendable {
    /// Leads to the primary.
    public let primary: any ConnectionProvider
    /// Leads to the standbys.
    public let standbys: any ConnectionProvider
    /// How long a standby is waited for, and what comes then.
    public var options: Options

    /// How long a standby is waited for, and what comes then.
    public struct Options: Sendable, Hashable {
        /// How long a standby is waited for that is behind. Default: 1 s.
        public var timeout: Duration = .seconds(1)
        /// Whether the primary is read from when the standby was not there in time, or there is none. Default: true.
        ///
        /// When all standbys fall behind, all that reads after a place comes to the primary: where it could not bear that, say false.
        public var fallsBackToPrimary = true

        /// The defaults.
        public init() {}
    }

    /// A pair of them.
    public init(
        primary: any ConnectionProvider, standbys: any ConnectionProvider, options: Options = Options()
    ) {
        self.primary = primary
        self.standbys = standbys
        self.options = options
    }

    /// Runs `body` in a transaction on the primary, and says where its commit is; see
    /// ``Connection/transactionWithLSN(isolation:settings:retries:_:)``.
    @discardableResult
    public func write<R>(
        isolation: IsolationLevel? = nil, settings: TransactionSettings = TransactionSettings(), retries: Int = 0,
        fileID: String = #fileID, line: Int = #line, _ body: (borrowing Transaction) async throws -> R
    ) async throws -> (result: R, lsn: LogSequenceNumber) {
        try await BorrowingPlace.at(fileID, line) {
            try await primary.withConnection { db in
                try await db.transactionWithLSN(isolation: isolation, settings: settings, retries: retries, body)
            }
        }
    }

    /// Runs `body` in a transaction that only reads, on a standby that has replayed the log up to `lsn`, or on the primary; see
    /// ``Connection/readTransaction(after:within:isolation:settings:retries:_:)``.
    ///
    /// It never goes from one to the other once `body` has begun.
    ///
    /// - Parameter lsn: the place; nil where any will do.
    /// - Throws: what `body` throws; ``PostgresError/connection(_:)`` with the reason `writeLost` when the primary's log does not reach
    ///   to the place, as after a failover to a standby that did not have it; and with `behind` when the standby was not there in
    ///   time and ``Options/fallsBackToPrimary`` is false.
    @discardableResult
    public func read<R>(
        after lsn: LogSequenceNumber?, isolation: IsolationLevel = .readCommitted,
        settings: TransactionSettings = TransactionSettings(), retries: Int = 0,
        _ body: (borrowing Transaction) async throws -> R
    ) async throws -> R {
        let begin = "BEGIN ISOLATION LEVEL \(isolation.rawValue) READ ONLY"
        var hasBegun = false
        return try await onStandbyOrPrimary(lsn, unless: { hasBegun }) { db, wait in
            try await db._handle.runTransaction(begin, settings, .commit, after: wait, retries: retries) { tx in
                hasBegun = true
                return try await body(tx)
            }
        }
    }

    /// Sends several statements that only read at once, to a standby that has replayed the log up to `lsn`, or to the primary; see
    /// ``Connection/pipeline(after:within:timeout:_:)``. Where the standby is far enough, it is one round trip.
    ///
    /// - Parameter lsn: the place; nil where any will do.
    /// - Throws: as ``read(after:isolation:settings:retries:fileID:line:_:)``.
    public func pipeline<each T>(
        after lsn: LogSequenceNumber?, timeout: Duration? = nil, fileID: String = #fileID, line: Int = #line,
        _ body: (inout Pipeline) throws -> (repeat Pipeline.Result<each T>)
    ) async throws -> (repeat each T) {
        try await onStandbyOrPrimary(lsn, unless: { false }) { db, wait in
            try await db.readPipeline(wait, timeout, body) { results in (repeat try (each results).value()) }
        }
    }

    /// Sends several statements that only read at once, as ``pipeline(after:timeout:_:)``, one of whose results is wanted.
    public func pipeline<T>(
        after lsn: LogSequenceNumber?, timeout: Duration? = nil, fileID: String = #fileID, line: Int = #line,
        _ body: (inout Pipeline) throws -> Pipeline.Result<T>
    ) async throws -> T {
        try await onStandbyOrPrimary(lsn, unless: { false }) { db, wait in
            try await db.readPipeline(wait, timeout, body) { try $0.value() }
        }
    }

    private func onStandbyOrPrimary<R>(
        _ lsn: LogSequenceNumber?, unless hasBegun: () -> Bool, _ body: (Connection, ReplayWait?) async throws -> R
    ) async throws -> R {
        func run(_ db: Connection) async throws -> R {
            try await body(db, lsn.map { ReplayWait(lsn: $0, timeout: options.timeout) })
        }
        guard options.fallsBackToPrimary else { return try await standbys.withConnection(run) }
        // The primary is not asked whether it is behind all places: a server that does not say where a commit is would not say that.
        if lsn == .max { return try await primary.withConnection { db in try await body(db, nil) } }
        do {
            return try await standbys.withConnection(run)
        } catch let error as PostgresError where error.speaksForAnotherServer && !hasBegun() {
            // Nothing was read, or nothing of it was given to anybody.
            return try await primary.withConnection(run)
        }
    }
}

extension PostgresError {
    /// Whether another server may do what this one did not.
    fileprivate var speaksForAnotherServer: Bool {
        switch self {
        case .connection(let error): isSafeToRetry || error.reason == .lost || error.reason == .closed
        case .server(let error):
            isSafeToRetry || error.sqlState == .adminShutdown || error.sqlState == .crashShutdown
        default: isSafeToRetry
        }
    }
}
