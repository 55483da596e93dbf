extension Connection {
    /// Runs `body` in a transaction as ``transaction(isolation:readOnly:deferrable:settings:retries:_:)`` does, and says where in
    /// the write-ahead log its commit is, so that others can wait on a standby until they see it
    /// (``readTransaction(after:within:isolation:settings:retries:_:)``). It costs no round trip.
    ///
    /// ```swift
    /// let (id, lsn) = try await db.transactionWithLSN { tx in
    ///     try await tx.fetchOne("INSERT INTO note (title) VALUES (\(title)) RETURNING id", as: Int64.self)
    /// }
    /// ```
    ///
    /// The commit ends there or before: the place is asked for right after COMMIT, and others may have written in between.
    ///
    /// - Returns: what `body` returned; and the place, which is ``LogSequenceNumber/max`` where a server would not tell, such as
    ///   one that only speaks PostgreSQL's protocol. On a standby it is what has been replayed, and so all that `body` can have seen.
    /// - Throws: as `transaction`.
    public func transactionWithLSN<R>(
        isolation: IsolationLevel? = nil, settings: TransactionSettings = TransactionSettings(), retries: Int = 0,
        _ body: (borrowing Transaction) async throws -> R
    ) async throws -> (result: R, lsn: LogSequenceNumber) {
        let begin = isolation.map { "BEGIN ISOLATION LEVEL \($0.rawValue)" } ?? "BEGIN"
        let place = CommitPlace()
        let result = try await _handle.runTransaction(begin, settings, .commitAt(place), retries: retries, body)
        return (result, place.lsn)
    }

    /// Where the write-ahead log ends now: all that was committed before this call, by whichever connection to the same server,
    /// ends there or before. On a standby, what it has replayed.
    ///
    /// - Throws: ``PostgresError``, or `CancellationError`.
    public func currentLSN(timeout: Duration? = nil) async throws -> LogSequenceNumber {
        var position: LogPosition?
        try await _handle.forEachOwnRow(LogPosition.query, LogPosition.formats, timeout: timeout) { row in
            position = try LogPosition(row)
        }
        return try only(position).lsn
    }
}

/// Takes the place of a commit.
final class CommitPlace {
    fileprivate(set) var lsn = LogSequenceNumber.max
    /// Whether the commit waits until it is flushed, and so is in that part of the log.
    private var isFlushed = false

    /// Asked in front of the commit: it may have been set for the transaction alone. A server that does not know it says NULL, as an
    /// error would cost the commit.
    fileprivate static let question: SQL = "SELECT pg_catalog.current_setting('synchronous_commit', true)"

    /// Takes an answer. One that makes no sense is none, as by then the transaction is committed.
    ///
    /// The log that others have inserted and not flushed may not reach a standby before the WAL writer's next round, for which a
    /// reader would wait.
    fileprivate func take(_ row: RowView) {
        if row.columns.count == 1 {
            isFlushed = (try? row.decode(0, as: String.self)).map { !$0.hasSameBytes(as: "off") } ?? false
        } else if let position = try? LogPosition(row) {
            lsn = isFlushed ? position.flushed ?? position.lsn : position.lsn
        }
    }
}

extension PhysicalConnection {
    /// Runs the statement that commits, and asks in the same flight where that was.
    ///
    /// - Returns: the tag of COMMIT. When all that failed is the question, the commit has succeeded.
    func run(_ statement: SQL, thenLocate place: CommitPlace, _ limit: Limit) async throws -> CommandTag {
        do {
            return try await observed {
                statementBegins(statement)
            } _: {
                try await carryOut(statement, thenLocate: place, limit)
            } end: { tag in
                statementEnds(tag, rows: 0)
            }
        } catch {
            // The question in front of it may have failed, and the commit been passed over.
            if closure == nil, session.transactionStatus != .idle { await rollBack() }
            throw error
        }
    }

    private func carryOut(
        _ statement: SQL, thenLocate place: CommitPlace, _ limit: Limit
    ) async throws -> CommandTag {
        var end = 0
        try sendBatch { () throws(PostgresError) in
            // A failed block would take the question for its next error, and pass over the end.
            if !session.isBlockFailed { try add(CommitPlace.question, .text) }
            end = batch.sent.count
            try add(statement, .text)
            try add(LogPosition.query, LogPosition.formats)
        }
        var tag: CommandTag?
        var failure: PostgresError?
        return try await receiveEach(limit) { event -> CommandTag? in
            switch event {
            case .row(let values):
                if let columns = batch.eventColumns {
                    place.take(RowView(columns: columns, values: session.input.chunk.span(values)))
                }
            case .complete(let new): if batch.answers.eventIndex == end { tag = new }
            case .failed(let error):
                if error.isFatal { throw fail(.server(error)) }
                if tag == nil { failure = failure ?? .server(error) }
            case .ready:
                if let failure { throw failure }
                return tag ?? CommandTag("")
            default: break
            }
            return nil
        }
    }
}
