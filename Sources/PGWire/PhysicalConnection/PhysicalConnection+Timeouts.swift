/// Timeouts. The server enforces them; a second later the client asks it to cancel, and after another second it gives up.
extension PhysicalConnection {
    /// How much longer than the server the client waits, for the way there and back.
    private static let grace = Duration.seconds(1)
    /// How long a server that did not end a statement in time is then waited for to cancel it.
    static let graceForCancelling = Duration.seconds(1)

    /// The timeout that holds for a call; nil for none.
    func effectiveTimeout(_ timeout: Duration?) -> Duration? {
        guard let chosen = timeout ?? defaultTimeout, chosen > .zero else { return nil }
        return chosen
    }

    /// When the client itself asks to cancel a statement.
    func limit(for timeout: Duration?) -> Limit {
        Limit(deadline: effectiveTimeout(timeout).map { .now + $0 + Self.grace })
    }

    /// Whether no timeout is set before the statement, as nothing may come before it in its transaction: then the client
    /// alone enforces it.
    func goesWithoutTimeout(_ sql: SQL, _ timeout: Duration?) -> Bool {
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
        // In a failed block the server takes nothing but its end.
        guard !session.isBlockFailed, let milliseconds = timeoutToSet(timeout) else { return }
        var parameters = Parameters()
        try parameters.append(SettingText(text: String(milliseconds)))
        try addInternal("SELECT pg_catalog.set_config('statement_timeout', $1, true)", parameters)
    }

    /// Sees to it that a script, which brings no timeout to the server, is not ended by the shorter one of an earlier statement
    /// of the same block. It takes a flight of its own, but only then.
    func liftTimeout(for timeout: Duration?) async throws {
        guard session.transactionStatus == .inTransaction, blockTimeout != 0 else { return }
        // In replication mode there is no other way to send anything.
        guard !configuration.startupParameters.contains(where: { $0.name == "replication" }) else { return }
        let wanted = effectiveTimeout(timeout)?.wholeMilliseconds ?? .max
        if let blockTimeout, blockTimeout >= min(wanted, Int64(Int32.max)) { return }
        try await ask(timeout) { () throws(PostgresError) in try addTimeout(timeout) }
    }

    /// The value of a setting, or its name.
    struct SettingText: PostgresEncodable {
        static let postgresType = OID.text
        static let postgresFormat = FormatCode.text
        var text: String
        func encode(to writer: inout ByteWriter) { writer.write(utf8: text) }
    }
}
