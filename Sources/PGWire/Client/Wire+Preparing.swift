/// Named prepared statements: where they may be used, and what becomes of them.
extension Wire {
    /// What is known of whether the server process that answers is the one that the connection was made to.
    enum Verification {
        /// Not asked yet.
        case open
        /// Asked by this statement of the batch; the answer is under way.
        case asked(at: Int)
        case verified
    }

    /// Whether something may be left behind on this connection. Where it only looks direct, the question which process
    /// answers is sent along the first time, and until the answer has come nothing is named.
    func isServerKnown() throws(PostgresError) -> Bool {
        switch verification {
        case .verified: return true
        case .asked: return false
        case .open:
            // In a failed transaction nothing is answered, and least of all may it keep a ROLLBACK from its work.
            guard session.transactionStatus != .failed else { return false }
            verification = .asked(at: sent.count)
            try sendAlong("SELECT pg_catalog.pg_backend_pid()")
            return false
        }
    }

    /// Takes a row of what was sent along, which may be the answer to that question.
    func receiveBackendProcess(_ values: Range<Int>) {
        guard case .asked(at: extended.eventIndex) = verification else { return }
        let row = RowView(columns: Self.processColumns, values: session.input.chunk.span(values))
        let connected = session.backendKey?.processID
        guard let answering = try? row.decode(0, as: String.self), answering == connected.map({ "\($0)" }) else {
            return stopPreparing(
                "the process that answers is not the one that was connected to, so a pooler is between")
        }
        verification = .verified
    }

    private static let processColumns = Columns([
        Column(
            name: "pg_backend_pid", type: .int4, format: .text, tableOID: 0, attributeNumber: 0, typeSize: 4,
            typeModifier: -1)
    ])

    /// Takes the connection for one through a transaction pooler from now on.
    func stopPreparing(_ reason: String) {
        setPoolerMode(PoolerMode(.transaction, reason))
        cache.removeAll()
    }

    /// Notes what an error of the statement says of the server's prepared statements; true when they were the reason, so
    /// that the statement was certainly not carried out and may be sent once more.
    func noteStaleness(_ error: ServerError, at index: Int) -> Bool {
        guard sent.indices.contains(index), let entry = sent[index].entry, !entry.name.isEmpty else { return false }
        switch error.sqlState {
        case .featureNotSupported
        where error.routine == "RevalidateCachedQuery" || error.message.utf8.starts(with: "cached plan".utf8):
            // A table that it uses has changed.
            cache.remove(entry)
            return true
        case .invalidSqlStatementName:
            // Somebody has dropped it. When that happens again, it is not by hand.
            cache.removeAll()
            losses += 1
            if losses > 1 { stopPreparing("prepared statements got lost, so a pooler is between") }
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
        for statement in sent { if let entry = statement.entry { cache.withdraw(entry) } }
        if case .asked = verification { verification = .open }
    }
}
