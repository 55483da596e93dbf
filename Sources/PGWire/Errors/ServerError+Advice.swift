extension ServerError {
    /// A hint for errors whose message does not tell a user of this driver what to do. More is known when ``sql`` is.
    var adviceForStatement: String? {
        switch sqlState {
        case .indeterminateDatatype:
            adviceForQuotedParameter
                ?? "A Swift String, or an array of them, is sent without a type, so that the server can infer it: write $1::text, or "
                + "$1::text[], where it cannot."
        case .protocolViolation: adviceForQuotedParameter
        case .syntaxError where isAboutSeveralStatements:
            "One call runs one statement. Several at once are a script, which has no parameters: execute(script: text)."
        case .syntaxError where isAtParameter:
            "An interpolated value is a parameter, which can only stand where an expression can. A part of the statement is SQL, "
                + "not String: \\(condition ? \"WHERE true\" as SQL : \"\"), \\(identifier: name), \\(raw: text). In place of "
                + "interval \\(text) write \\(text)::interval; what takes no parameters at all, as SET, takes \\(raw: text)."
        case .undefinedFunction where message.utf8.contains("bigint".utf8) && hasParameter:
            "A Swift Int is sent as bigint: where an integer is wanted write \\(value)::int, or send an Int32."
        case .ambiguousFunction where hasParameter, .datatypeMismatch where hasParameter && isAboutUnknown:
            "A Swift String, or an array of them, is sent without a type, so that the server can infer it: write $1::text, or "
                + "$1::text[], where it cannot, as in unnest($1::text[])."
        case .activeSqlTransaction:
            "Run it outside of a transaction and of a pipeline, or as their first statement."
        case .invalidSqlStatementName:
            "A prepared statement does not outlive its transaction behind a transaction pooler."
        default: nil
        }
    }

    private var adviceForQuotedParameter: String? {
        guard let sql, let reference = StatementText(sql).references.first(where: \.isQuoted) else { return nil }
        return StatementText.adviceForQuoted(reference.number ?? 1)
    }

    /// Whether the server points at a `$1`.
    private var isAtParameter: Bool {
        guard let sql, let position, position > 0 else { return false }
        var rest = sql.unicodeScalars.dropFirst(position - 1).makeIterator()
        return rest.next() == "$" && rest.next().map { ("0"..."9").contains($0) } ?? false
    }

    /// The server's function is the same in all languages, and has no other syntax error; a pooler may leave it out.
    private var isAboutSeveralStatements: Bool {
        routine == "exec_parse_message" || message.utf8.contains("multiple commands".utf8)
    }

    private var hasParameter: Bool { sql.map { !StatementText($0).references.isEmpty } ?? false }

    /// The names of types are the same in all languages.
    private var isAboutUnknown: Bool { message.utf8.contains("unknown".utf8) }
}
