/// The prepared statements of one connection, and whether it may have any.
struct PreparedStatements {
    var cache: StatementCache
    var verification: Verification
    /// How often the server did not know a statement that it had prepared.
    var losses = 0
    /// Whether statements may be kept on the server.
    fileprivate(set) var isEnabled: Bool

    /// What is known of whether the server process that answers is the one that the connection was made to.
    enum Verification {
        /// Not asked yet.
        case open
        /// Asked by this statement of the batch; the answer is under way.
        case asked(at: Int)
        case verified
    }

    init(_ configuration: Connection.Configuration, _ poolerMode: PoolerMode) {
        cache = StatementCache(capacity: configuration.statementCacheCapacity)
        verification = configuration.poolerMode == nil ? .open : .verified
        isEnabled = poolerMode.kind != .transaction && configuration.statementCacheCapacity > 0
    }
}

extension PhysicalConnection {
    /// Whether something may be left behind on this connection. Where it only looks direct, the server is asked, in the
    /// same batch, which process answers; until the answer has come nothing is named.
    func isServerKnown() throws(PostgresError) -> Bool {
        switch prepared.verification {
        case .verified: return true
        case .asked: return false
        case .open:
            // In a failed transaction nothing is answered, and least of all may it keep a ROLLBACK from its work.
            guard session.transactionStatus != .failed else { return false }
            prepared.verification = .asked(at: batch.sent.count)
            try addInternal("SELECT pg_catalog.pg_backend_pid()")
            return false
        }
    }

    /// Takes a row of a statement of our own, which may be the answer to that question.
    func receiveBackendProcess(_ values: Range<Int>) {
        guard case .asked(at: batch.answers.eventIndex) = prepared.verification else { return }
        let row = RowView(columns: Self.processColumns, values: session.input.chunk.span(values))
        let connected = session.backendKey?.processID
        guard let answering = try? row.decode(0, as: String.self), answering == connected.map({ "\($0)" }) else {
            return stopPreparing(
                "the process that answers is not the one that was connected to, so a pooler is between")
        }
        prepared.verification = .verified
    }

    private static let processColumns = Columns([
        Column(
            name: "pg_backend_pid", type: .int4, format: .text, tableOID: 0, attributeNumber: 0, typeSize: 4,
            typeModifier: -1)
    ])

    /// Takes the connection for one through a transaction pooler from now on.
    func stopPreparing(_ reason: String) {
        poolerMode = PoolerMode(.transaction, reason)
        prepared.isEnabled = false
        prepared.cache.removeAll()
    }

    /// Notes what an error of the statement says of the server's prepared statements; true when they were the reason, so
    /// that the statement was certainly not carried out and may be sent once more.
    func noteStaleness(_ error: ServerError, at index: Int) -> Bool {
        guard batch.sent.indices.contains(index), let entry = batch.sent[index].entry, !entry.name.isEmpty else {
            return false
        }
        switch error.sqlState {
        case .featureNotSupported
        where error.routine == "RevalidateCachedQuery" || error.message.utf8.starts(with: "cached plan".utf8):
            // A table that it uses has changed.
            prepared.cache.remove(entry)
            return true
        case .invalidSqlStatementName:
            // Somebody has dropped it. When that happens again, it is not by hand.
            prepared.cache.removeAll()
            prepared.losses += 1
            if prepared.losses > 1 { stopPreparing("prepared statements got lost, so a pooler is between") }
            return true
        case .duplicatePreparedStatement:
            stopPreparing("another client's prepared statement was met, so a pooler is between")
            return true
        default:
            return false
        }
    }

    /// Statements whose Parse was not answered have no name after all.
    func forgetUnanswered() {
        for index in batch.sent.indices { if let entry = batch.sent[index].entry { prepared.cache.withdraw(entry) } }
        if case .asked = prepared.verification { prepared.verification = .open }
    }
}
