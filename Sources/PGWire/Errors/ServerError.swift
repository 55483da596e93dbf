/// An error, or a notice, as the server reported it (manual: "Error and Notice Message Fields").
public struct ServerError: Error, Sendable, Hashable, CustomStringConvertible {
    /// `ERROR`, `FATAL`, `PANIC`; in a notice `WARNING`, `NOTICE`, `DEBUG`, `INFO` or `LOG`. Never localised, unless a
    /// pooler sends only the localised form.
    public var severity: String
    /// The error's code.
    public var sqlState: SQLState
    /// The primary message, usually one line.
    public var message: String
    /// The secondary message. It may quote values of the row concerned.
    public var detail: String?
    /// A suggestion what to do.
    public var hint: String?
    /// The position of the error in ``sql``, in Unicode scalars counted from 1.
    public var position: Int?
    /// The position of the error in ``internalQuery``, counted likewise.
    public var internalPosition: Int?
    /// The failed statement when the server generated it itself, for example in a PL/pgSQL function.
    public var internalQuery: String?
    /// The context of the error, such as a call stack of functions.
    public var context: String?
    /// The schema of the object concerned.
    public var schemaName: String?
    /// The table concerned.
    public var tableName: String?
    /// The column concerned.
    public var columnName: String?
    /// The data type concerned.
    public var dataTypeName: String?
    /// The constraint concerned.
    public var constraintName: String?
    /// The file of the server's source code that reported the error.
    public var file: String?
    /// The line in ``file``.
    public var line: String?
    /// The function in the server's source code.
    public var routine: String?
    /// Fields that the manual does not name, by their field type.
    public var otherFields: [UInt8: String]

    /// The statement that was sent, without parameter values. Set by the client, for the caret in ``description``.
    public var sql: String? {
        // More can be said when the text is known.
        didSet { advice = adviceForStatement ?? advice }
    }
    /// Of a call for many elements, as `executeMany`, the element at which the statement failed, counted from 0; nil for any
    /// other call, and where no element was to blame, as when the text is wrong or the transaction fails at its end. Set by the
    /// client.
    public var elementIndex: Int?
    /// What the client puts in place of the first line of ``description`` where it knows more, such as the server and
    /// the role of a failed login.
    public var summary: String?
    /// A hint that the client adds at the end of ``description``.
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

    /// Severity, message and code; then, as far as known, detail, hint, the statement's line with a caret below the
    /// position, context, and the client's hint. It never contains values of parameters.
    ///
    /// Control characters are escaped (`\u{1B}`), and only the first line is not indented, so that no text of the
    /// server's controls a terminal or forges a line of a log.
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
        if let elementIndex { add("ELEMENT", "\(elementIndex), counted from 0") }
        if let advice { lines.append(advice) }
        return lines.joined(separator: "\n")
    }
}
