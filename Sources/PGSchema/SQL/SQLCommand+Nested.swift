extension SQLCommand {
    /// The statement's own command and, for a DO block, those that its body may run.
    ///
    /// PL/pgSQL is not parsed: a statement ends at a semicolon and begins after THEN, ELSE, LOOP or BEGIN. The argument of
    /// EXECUTE is read if it is a string constant.
    package static func all(in statement: String) -> [SQLCommand] {
        let own = SQLCommand(statement)
        guard case .doBlock(let body) = own else { return [own] }
        return [own] + SQLToken.tokens(of: body).statementsOfBody.compactMap(nested)
    }

    private static func nested(_ tokens: [SQLToken]) -> SQLCommand? {
        guard let first = tokens.first, first.kind == .word else { return nil }
        if first.text == "execute" {
            return tokens.first { $0.kind == .string }.map { SQLCommand($0.text) }
        }
        let command = SQLCommand(tokens)
        // BEGIN and END delimit blocks of PL/pgSQL; COMMIT and ROLLBACK do end the transaction.
        if case .controlTransaction(let word) = command, word == "BEGIN" || word == "END" { return nil }
        return command
    }
}

extension [SQLToken] {
    fileprivate var statementsOfBody: [[SQLToken]] {
        var statements: [[SQLToken]] = [[]]
        for token in self {
            let separates =
                token.isMark(";") || ["then", "else", "loop", "begin", "declare"].contains { token.isWord($0) }
            if separates {
                statements.append([])
            } else {
                statements[statements.count - 1].append(token)
            }
        }
        return statements.filter { !$0.isEmpty }
    }
}

extension SQLToken {
    /// The tokens of a statement and, if it is a DO block, of its body.
    package static func allTokens(of statement: String) -> [SQLToken] {
        let own = tokens(of: statement)
        guard own.first?.isWord("do") == true, let body = own.first(where: { $0.kind == .string }) else { return own }
        return own + tokens(of: body.text)
    }
}
