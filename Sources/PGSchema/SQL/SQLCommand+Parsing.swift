extension SQLCommand {
    static func alter(_ cursor: inout TokenCursor) -> SQLCommand {
        cursor.pass("alter")
        if cursor.pass("type") { return alterType(&cursor) }
        cursor.pass("foreign")
        guard cursor.pass("table") else { return .other }
        cursor.pass("if", "exists")
        cursor.pass("only")
        guard let table = cursor.name() else { return .other }
        _ = cursor.pass(mark: "*")
        return .alterTable(table, cursor.rest.split(atMark: ",").map { TableAction($0) })
    }

    private static func alterType(_ cursor: inout TokenCursor) -> SQLCommand {
        guard let type = cursor.name() else { return .other }
        if cursor.pass("add", "value") {
            cursor.pass("if", "not", "exists")
            return .addEnumValue(type: type, value: cursor.first?.text ?? "")
        }
        if cursor.pass("rename", "value") { return .renameEnumValue(type: type, value: cursor.first?.text ?? "") }
        return .other
    }

    package static func create(_ cursor: inout TokenCursor, _ tokens: [SQLToken]) -> SQLCommand {
        cursor.pass("create")
        cursor.pass("or", "replace")
        var isTemporary = false
        while let word = cursor.pass(oneOf: ["global", "local", "temp", "temporary", "unlogged", "unique"]) {
            if word.starts(withBytesOf: "temp") { isTemporary = true }
        }
        if cursor.pass("table") {
            let ifNotExists = cursor.pass("if", "not", "exists")
            guard let name = cursor.name() else { return .other }
            return .createTable(
                name, isTemporary: isTemporary, dropsOnCommit: tokens.contains(words: "on", "commit", "drop"),
                ifNotExists: ifNotExists)
        }
        if cursor.pass("index") {
            let isConcurrent = cursor.pass("concurrently")
            let ifNotExists = cursor.pass("if", "not", "exists")
            if cursor.first?.isWord("on") != true { _ = cursor.name() }
            guard cursor.pass("on") else { return .other }
            cursor.pass("only")
            guard let table = cursor.name() else { return .other }
            return .createIndex(on: table, isConcurrent: isConcurrent, ifNotExists: ifNotExists)
        }
        if cursor.pass("type") || cursor.pass("domain"), let name = cursor.name() { return .createType(name) }
        return .other
    }

    package static func drop(_ cursor: inout TokenCursor, _ tokens: [SQLToken]) -> SQLCommand {
        cursor.pass("drop")
        guard var kind = cursor.next()?.text else { return .other }
        if ["materialized", "foreign", "event", "text", "access"].contains(kind), let more = cursor.next()?.text {
            kind += " " + more
        }
        let isConcurrent = cursor.pass("concurrently")
        cursor.pass("if", "exists")
        let names = cursor.names()
        return .drop(
            kind: kind, names, isConcurrent: isConcurrent, isCascading: cursor.rest.contains { $0.isWord("cascade") })
    }

    /// UPDATE and DELETE, at the beginning or in WITH. One in WITH extends to the end of its parentheses.
    package static func change(_ tokens: [SQLToken]) -> SQLCommand {
        var found = false
        var unfiltered: [SQLName] = []
        for (index, token) in tokens.enumerated() where token.isWord("update") || token.isWord("delete") {
            guard index == 0 || tokens[index - 1].isMark("(") || tokens[index - 1].isMark(")") else { continue }
            found = true
            var cursor = TokenCursor(tokens[(index + 1)...])
            cursor.pass("from")
            cursor.pass("only")
            guard let table = cursor.name() else { continue }
            var depth = 0
            let own = cursor.rest.prefix { token in
                if token.isMark("(") { depth += 1 }
                if token.isMark(")") { depth -= 1 }
                return depth >= 0
            }
            if !own.outermost.contains(where: { $0.isWord("where") }) { unfiltered.append(table) }
        }
        if found { return .change(unfiltered: unfiltered) }
        return tokens.contains { $0.isWord("insert") } ? .insert : .select
    }

    package static func truncate(_ cursor: inout TokenCursor) -> SQLCommand {
        cursor.pass("truncate")
        cursor.pass("table")
        return .truncate(cursor.names())
    }

    package static func refresh(_ cursor: inout TokenCursor) -> SQLCommand {
        guard cursor.pass("refresh", "materialized", "view") else { return .other }
        let isConcurrent = cursor.pass("concurrently")
        guard let name = cursor.name() else { return .other }
        return .refreshMaterializedView(name, isConcurrent: isConcurrent)
    }

    package static func session(_ cursor: inout TokenCursor, _ tokens: [SQLToken]) -> SQLCommand {
        let first = cursor.next()?.text ?? ""
        let second = cursor.first?.text ?? ""
        switch first {
        case "begin", "commit", "end", "abort": return .controlTransaction(first.uppercased())
        case "start" where second == "transaction": return .controlTransaction("START TRANSACTION")
        case "rollback":
            return tokens.contains { $0.isWord("to") } ? .savepoint : .controlTransaction("ROLLBACK")
        case "savepoint", "release": return .savepoint
        case "prepare" where second == "transaction": return .controlTransaction("PREPARE TRANSACTION")
        case "set" where second == "local" || second == "constraints" || second == "transaction": return .setLocal
        case "set":
            cursor.pass("session")
            return .setSession("SET " + (cursor.first?.text ?? ""))
        case "reset", "discard": return .setSession("\(first.uppercased()) \(second)")
        case "listen", "unlisten", "load", "prepare": return .keepInSession(first.uppercased())
        case "declare" where tokens.contains(words: "with", "hold"): return .keepInSession("DECLARE … WITH HOLD")
        default: return .other
        }
    }
}
