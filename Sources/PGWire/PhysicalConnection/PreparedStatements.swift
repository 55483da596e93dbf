/// The prepared statements of one connection, and whether it may have any.
struct PreparedStatements {
    var cache: StatementCache
    var verification: Verification
    /// How often the server did not know a statement that it had prepared.
    var losses = 0
    /// How often something was done on this connection by which statements may come to mean something else.
    ///
    /// Above the lower 32 bits stands which settings of its own the transaction has; see ``OwnSettings``.
    var definitionChanges: UInt64 = 0
    /// Whether that was in a transaction that may still be rolled back.
    private var areDefinitionsOpen = false
    /// Whether the transaction may have set for itself what statements are read by.
    private var areSettingsLocal = false
    /// What it has set for itself as it began.
    private var ownSettings = OwnSettings()
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

    /// Whether it is that process, or the configuration says so.
    var isVerified: Bool { if case .verified = verification { true } else { false } }

    init(_ configuration: Connection.Configuration, _ poolerMode: PoolerMode) {
        cache = StatementCache(capacity: configuration.statementCacheCapacity)
        verification = configuration.poolerMode == nil ? .open : .verified
        isEnabled = poolerMode.kind != .transaction && configuration.statementCacheCapacity > 0
    }

    /// Notes that something was defined, or may have been.
    mutating func noteDefinition() {
        definitionChanges &+= 1
        areDefinitionsOpen = true
    }

    /// Notes what the tag of a statement says of definitions. `DO` and `CALL` may do anything.
    mutating func note(_ tag: CommandTag) {
        switch tag.description.prefix(while: { $0 != " " }) {
        case "ALTER", "CREATE", "DROP", "DO", "CALL", "IMPORT": noteDefinition()
        default: break
        }
    }

    /// Notes that a transaction, or a part of it, was rolled back, and with it what was defined there.
    mutating func noteRollback() {
        if areDefinitionsOpen { definitionChanges &+= 1 }
    }

    /// Notes what a statement may do to the meaning of others. A setting may hold for its transaction only, so that they mean at
    /// its end what they meant before.
    mutating func note(_ change: ChangeOfMeaning) {
        guard change != .none else { return }
        noteDefinition()
        if change == .setting {
            areSettingsLocal = true
            ownSettings.noteChange()
        }
    }

    /// Notes that no transaction is open any more, so that what was defined can no longer be rolled back.
    mutating func noteIdle() {
        areDefinitionsOpen = false
        if areSettingsLocal { leaveSettings() }
    }

    /// Notes that the transaction that begins has these settings for itself, by which statements are read. The same ones again
    /// mean the same, so that what was prepared under them need not be prepared anew each time.
    mutating func enter(_ settings: [UInt8]) {
        guard isEnabled, !settings.isEmpty else { return }
        definitionChanges &+= ownSettings.enter(settings)
        areSettingsLocal = true
    }

    // Apart, as it would make slower what comes with every statement.
    @inline(never)
    private mutating func leaveSettings() {
        definitionChanges &-= ownSettings.leave()
        if ownSettings.takeChange() { definitionChanges &+= 1 }
        areSettingsLocal = false
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

    /// What must be the same for a prepared statement to mean what it meant when it was parsed: the settings that literals
    /// are read by, and what one's own statements have defined.
    var statementGeneration: UInt64 { UInt64(session.parsingSettingChanges) &+ prepared.definitionChanges }

    /// Notes what an error of the statement says of the server's prepared statements; true when they were the reason, so
    /// that the statement was certainly not carried out and may be sent once more.
    func noteStaleness(_ error: ServerError, at index: Int) -> Bool {
        guard batch.sent.indices.contains(index) else { return false }
        if noteUselessFormats(error, at: index) { return true }
        guard let entry = batch.sent[index].entry, !entry.name.isEmpty else { return false }
        // What a function raises may look the same; then the statement was carried out.
        guard batch.answers.hasFailedBeforeExecution else {
            if error.mayComeFromChange { prepared.cache.expire(entry) }
            return false
        }
        switch error.sqlState {
        case .featureNotSupported where error.isStalePlan:
            // A table that it uses has changed, and with it what was known of its columns.
            prepared.cache.remove(entry)
            resultTypes.note(.unknown, of: entry.key)
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
            guard error.mayComeFromChange else { return false }
            // Its parameters have the types that they had when it was parsed, and what it names may be gone. Where the server
            // has refused them, nothing was carried out; else the next time will show.
            prepared.cache.expire(entry)
            return batch.answers.hasFailedInReuse
        }
    }

    /// Statements whose Parse was not answered have no name after all.
    func forgetUnanswered() {
        for index in batch.sent.indices { if let entry = batch.sent[index].entry { prepared.cache.withdraw(entry) } }
        if case .asked = prepared.verification { prepared.verification = .open }
    }
}

extension ServerError {
    /// Whether a statement that was prepared may have failed because something that it uses was changed after that: its
    /// parameters are of another type now (class 22), or what was looked up is no longer there (42, XX).
    fileprivate var mayComeFromChange: Bool {
        ["22", "42", "XX"].contains { sqlState.rawValue.utf8.starts(with: $0.utf8) }
    }

    /// Whether the columns of a prepared statement are no longer those that it was prepared with ("cached plan must not change
    /// result type").
    var isStalePlan: Bool {
        sqlState == .featureNotSupported
            && (routine == "RevalidateCachedQuery" || message.utf8.starts(with: "cached plan".utf8))
    }
}
