/// An error, or a notice, as the server reported it (manual: "Error and Notice Message Fields").
public struct ServerError: Error, Sendable, Hashable, CustomStringConvertible {
    /// `ERROR`, `FATAL`, `PANIC`; in a notice `WARNING`, `NOTICE`, `DEBUG`, `INFO` or `LOG`. Never localised, unless the
    /// server is a pooler that sends only the localised form.
    public var severity: String
    /// The error's code.
    public var sqlState: SQLState
    /// What happened, in one line.
    public var message: String
    /// More about what happened. May quote values of the row concerned.
    public var detail: String?
    /// What to do about it.
    public var hint: String?
    /// Where in ``sql`` the error is, in Unicode scalars counted from 1.
    public var position: Int?
    /// Where in ``internalQuery`` the error is.
    public var internalPosition: Int?
    /// The statement that the server itself generated and that failed, for example in a PL/pgSQL function.
    public var internalQuery: String?
    /// The call stack of functions that were active.
    public var context: String?
    public var schemaName: String?
    public var tableName: String?
    public var columnName: String?
    public var dataTypeName: String?
    public var constraintName: String?
    /// The place in the server's source.
    public var file: String?
    public var line: String?
    public var routine: String?
    /// Fields that the manual does not name, by their code; an unassigned letter is no reason to lose what it says.
    public var otherFields: [UInt8: String]

    /// The statement that was sent, for the caret in ``description``. Set by the client. Parameters are not in it.
    public var sql: String?
    /// What the client says in place of the first line of ``description``, where it knows more: which server refused
    /// whose login, and what to do.
    public var summary: String?
    /// What the client adds at the end of ``description``.
    public var advice: String?

    init(fields: [UInt8: String]) {
        var fields = fields
        func take(_ code: Unicode.Scalar) -> String? { fields.removeValue(forKey: UInt8(ascii: code)) }
        let localised = take("S")
        severity = take("V") ?? localised ?? "ERROR"
        sqlState = SQLState(rawValue: take("C") ?? "XX000")
        message = take("M") ?? "(the server sent no message)"
        detail = take("D")
        hint = take("H")
        position = take("P").flatMap { Int($0) }
        internalPosition = take("p").flatMap { Int($0) }
        internalQuery = take("q")
        context = take("W")
        schemaName = take("s")
        tableName = take("t")
        columnName = take("c")
        dataTypeName = take("d")
        constraintName = take("n")
        file = take("F")
        line = take("L")
        routine = take("R")
        otherFields = fields
    }

    /// Whether the server ends the connection after this.
    public var isFatal: Bool { severity == "FATAL" || severity == "PANIC" }

    /// Severity, message and code; then what is known of: detail, hint, the statement's line with a caret below the
    /// position, context, and the client's advice. Values of parameters are never in it.
    ///
    /// Control characters of the server's text are written out (`\u{1B}`), and only its first line begins at the margin:
    /// nothing in it is obeyed by a terminal, or is taken for another line of a log.
    public var description: String {
        var lines = [summary ?? "\(severity.escapingControls): \(message.escapingControls) (SQLSTATE \(sqlState))"]
        func add(_ title: String, _ text: String) {
            for (index, line) in text.linesEscapingControls.enumerated() {
                lines.append(index == 0 ? "\(title): \(line)" : "    \(line)")
            }
        }
        if let detail { add("DETAIL", detail) }
        if let sql, let position { lines += Caret.lines(for: sql, position: position) }
        if let internalQuery, let internalPosition {
            add("QUERY", internalQuery)
            lines += Caret.lines(for: internalQuery, position: internalPosition)
        }
        if let hint { add("HINT", hint) }
        if let context { add("CONTEXT", context) }
        if let advice { lines.append(advice) }
        return lines.joined(separator: "\n")
    }
}
