extension SQLCommand {
    /// The statement's own command and, for a DO block, those that its body may carry out.
    ///
    /// PL/pgSQL is not parsed: its statements end at semicolons and begin after THEN, ELSE, LOOP or BEGIN; the text of
    /// an EXECUTE is looked into where it is written out.
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
        // BEGIN and END are PL/pgSQL's own there; COMMIT and ROLLBACK are not.
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
    /// The tokens of a statement with those of the DO block that it may be, for what is found by a word anywhere.
    package static func allTokens(of statement: String) -> [SQLToken] {
        let own = tokens(of: statement)
        guard own.first?.isWord("do") == true, let body = own.first(where: { $0.kind == .string }) else { return own }
        return own + tokens(of: body.text)
    }
}
