extension Wire {
    /// The grace that the client gives a statement beyond the timeout that the server enforces, for the way there and
    /// back.
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

    /// Writes one statement as one batch: Parse, Bind, Describe, Execute, Sync, with the setting of its timeout before it
    /// where that must change. One batch is one flight, and poolers keep it together (manual: "Extended Query").
    ///
    /// With `keepingTimeout` nothing is set, as a statement that ends the transaction has nothing to gain from it.
    func begin(_ sql: SQL, timeout: Duration?, keepingTimeout: Bool = false) throws(PGError) {
        if let problem = sql.problem { throw problem }
        let text = sql.text
        let start = session.output.count
        var statements: [ExtendedQuery.Statement] = []
        do throws(PGError) {
            if !keepingTimeout, let milliseconds = timeoutToSet(timeout) {
                try writeTimeout(milliseconds)
                statements.append(.init(describes: false))
            }
            try FrontendMessage.parse(sql: text, parameterTypes: sql.parameters.types, to: &session.output)
            try FrontendMessage.bind(parameters: sql.parameters, resultFormat: .binary, to: &session.output)
            try FrontendMessage.describe(.portal, to: &session.output)
            try FrontendMessage.execute(to: &session.output)
            FrontendMessage.sync(to: &session.output)
        } catch {
            session.output.truncate(to: start)
            // What was to set the timeout is not sent either.
            localTimeout = nil
            throw error
        }
        statements.append(.init(describes: true))
        begin(ExtendedQuery(statements), sql: text)
    }

    /// The `statement_timeout` that must be sent along; nil when the one in force is right.
    ///
    /// Outside a transaction block the setting ends with the batch, so it is sent each time. Inside it lasts until the
    /// block ends, so it is sent when it changes.
    private func timeoutToSet(_ timeout: Duration?) -> Int64? {
        let wanted = min(effectiveTimeout(timeout)?.wholeMilliseconds ?? 0, Int64(Int32.max))
        guard session.transactionStatus != .idle else {
            // Should the statement open a block, the setting lasts in it.
            localTimeout = wanted
            return wanted == 0 ? nil : wanted
        }
        guard wanted != localTimeout else { return nil }
        localTimeout = wanted
        return wanted
    }

    /// `set_config(…, true)`: for this transaction only, so that nothing is left behind in a pooler's server connection.
    private func writeTimeout(_ milliseconds: Int64) throws(PGError) {
        var parameters = Parameters()
        try parameters.append(SettingText(text: String(milliseconds)))
        try FrontendMessage.parse(
            sql: "SELECT pg_catalog.set_config('statement_timeout', $1, true)", parameterTypes: parameters.types,
            to: &session.output)
        try FrontendMessage.bind(parameters: parameters, resultFormat: .text, to: &session.output)
        try FrontendMessage.execute(to: &session.output)
    }

    private struct SettingText: PostgresEncodable {
        static let postgresType = OID.text
        static let postgresFormat = Format.text
        var text: String
        func encode(to writer: inout ByteWriter) { writer.write(utf8: text) }
    }
}
