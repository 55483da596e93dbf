/// Statements by the extended protocol: what is written for each (manual: "Extended Query").
extension PhysicalConnection {
    /// Writes one statement as one batch, with the setting of its timeout before it where that must change. One batch is
    /// one flight, and poolers keep it together.
    ///
    /// With `keepingTimeout` nothing is set, as a statement that ends the transaction has nothing to gain from it.
    func send(_ sql: SQL, timeout: Duration?, keepingTimeout: Bool = false) throws(PostgresError) {
        try sendBatch { () throws(PostgresError) in
            if !keepingTimeout, !goesWithoutTimeout(sql, timeout) { try addTimeout(timeout) }
            try add(sql)
        }
    }

    /// Lets `body` write statements, and ends them by a Sync. When it throws, nothing of it is sent.
    func sendBatch<E: Error>(_ body: () throws(E) -> Void) throws(E) {
        let start = session.output.count
        batch.restart()
        do throws(E) {
            try body()
        } catch {
            session.output.truncate(to: start)
            forgetUnanswered()
            batch.answers.restart()
            // What was to set the timeout is not sent either.
            blockTimeout = nil
            throw error
        }
        if batch.answers.awaitsSync || batch.answers.syncCount == 0 { addSync() }
        beginExtended()
    }

    /// Ends the statements that were added so far, if any, by a Sync: an error among them spoils nothing that comes later.
    func sync() {
        if batch.answers.awaitsSync { addSync() }
    }

    private func addSync() {
        FrontendMessage.sync(to: &session.output)
        batch.answers.markSync()
    }

    /// Adds a statement: Parse, Bind, Describe, Execute, without what the server has already.
    func add(_ sql: SQL) throws(PostgresError) {
        if let problem = sql.problem { throw problem }
        var statement = ExtendedQuery.Statement(describes: true)
        let (entry, name) = try prepare(sql, &statement)
        if let entry, !statement.parses, let columns = entry.columns {
            if entry.bindPrefix.isEmpty {
                entry.bindPrefix = FrontendMessage.bindPrefix(statement: name, parameters: sql.parameters)
            }
            try FrontendMessage.bindAndExecute(
                prefix: entry.bindPrefix, values: sql.values, to: &session.output)
            // What the server has prepared keeps its columns, or fails.
            statement.describes = false
            statement.columnCount = columns.count
            batch.add(statement, .init(entry: entry, columns: columns))
            return
        }
        let parameters = sql.parameters
        if statement.parses {
            try FrontendMessage.parse(
                statement: name, sql: sql.text, parameterTypes: parameters.types, to: &session.output)
        }
        try FrontendMessage.bind(statement: name, parameters: parameters, resultFormat: .binary, to: &session.output)
        try FrontendMessage.describe(.portal, to: &session.output)
        try FrontendMessage.execute(to: &session.output)
        batch.add(statement, .init(entry: entry))
    }

    /// Adds a statement for the client's own purposes.
    func addInternal(_ text: String, _ parameters: Parameters = Parameters()) throws(PostgresError) {
        try FrontendMessage.parse(sql: text, parameterTypes: parameters.types, to: &session.output)
        try FrontendMessage.bind(parameters: parameters, resultFormat: .text, to: &session.output)
        try FrontendMessage.execute(to: &session.output)
        var statement = ExtendedQuery.Statement(describes: false)
        statement.isSentAlong = true
        batch.add(statement, .init())
    }
}

/// Timeouts. The server enforces them; the client itself gives up a little later.
extension PhysicalConnection {
    /// How much longer than the server the client waits, for the way there and back.
    private static let grace = Duration.seconds(2)

    /// The timeout that holds for a call; nil for none.
    func effectiveTimeout(_ timeout: Duration?) -> Duration? {
        guard let chosen = timeout ?? configuration.statementTimeout, chosen > .zero else { return nil }
        return chosen
    }

    /// When the client itself gives a statement up.
    func limit(for timeout: Duration?) -> Limit {
        Limit(deadline: effectiveTimeout(timeout).map { .now + $0 + Self.grace })
    }

    /// Whether no timeout is set before the statement, as nothing may come before it in its transaction: then the client
    /// alone enforces it.
    private func goesWithoutTimeout(_ sql: SQL, _ timeout: Duration?) -> Bool {
        guard effectiveTimeout(timeout) != nil, sql.needsOwnBatch else { return false }
        guard session.transactionStatus != .idle else {
            // Should it open a block, none is set there.
            blockTimeout = 0
            return true
        }
        // Once one was set in the block, something has been read there.
        return blockTimeout == 0
    }

    /// The `statement_timeout` in milliseconds that must be set; nil when the one in force is right.
    ///
    /// Outside a transaction block the setting ends with the batch, so it is sent each time. Inside it lasts until the
    /// block ends, so it is sent when it changes.
    func timeoutToSet(_ timeout: Duration?) -> Int64? {
        let wanted = min(effectiveTimeout(timeout)?.wholeMilliseconds ?? 0, Int64(Int32.max))
        guard session.transactionStatus != .idle else {
            // Should the statement open a block, the setting lasts in it.
            blockTimeout = wanted
            return wanted == 0 ? nil : wanted
        }
        guard wanted != blockTimeout else { return nil }
        blockTimeout = wanted
        return wanted
    }

    /// `set_config(…, true)`: for this transaction only, so that nothing is left behind in a pooler's server connection.
    func addTimeout(_ timeout: Duration?) throws(PostgresError) {
        guard let milliseconds = timeoutToSet(timeout) else { return }
        var parameters = Parameters()
        try parameters.append(SettingText(text: String(milliseconds)))
        try addInternal("SELECT pg_catalog.set_config('statement_timeout', $1, true)", parameters)
    }

    private struct SettingText: PostgresEncodable {
        static let postgresType = OID.text
        static let postgresFormat = FormatCode.text
        var text: String
        func encode(to writer: inout ByteWriter) { writer.write(utf8: text) }
    }
}
