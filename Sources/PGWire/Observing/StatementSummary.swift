/// What a statement does, in few words, as OpenTelemetry wants it: the operation and the tables, whatever the values are.
///
/// It is read as far as needed, by words. A text that is not understood gives less, and never an error.
package struct StatementSummary {
    /// The first words: `SELECT`, `CREATE TABLE`.
    package private(set) var operation = ""
    /// Operations and tables in their order.
    package private(set) var text = ""

    private static let maximumBytes = 255
    /// The words of which a further one belongs to the operation.
    private static let twoWords: Set<String> = ["create", "alter", "drop", "comment", "refresh", "release", "prepare"]
    /// Words between those two.
    private static let fillers: Set<String> = [
        "or", "replace", "temp", "temporary", "unlogged", "unique", "global", "local", "concurrently",
    ]
    private static let operations: Set<String> = ["select", "insert", "update", "delete", "merge"]
    /// The words after which a table is named.
    private static let beforeTable: Set<String> = ["from", "join", "into", "update", "table", "only", "using", "view"]
    /// What may stand between one of these and the name.
    private static let notNames: Set<String> = [
        "only", "if", "not", "exists", "lateral", "select", "set", "values", "unnest", "stdin", "stdout", "where", "of",
        "skip", "nowait", "table", "concurrently",
    ]

    package init(_ statement: String) {
        var tokens = SQLTokens(statement)
        var previous = ""
        var expectsName = false
        var isFirst = true
        while let token = tokens.next(), text.utf8.count < Self.maximumBytes {
            switch token {
            case .word(let word):
                if isFirst {
                    isFirst = false
                    begin(word, &tokens)
                    expectsName = Self.beforeTable.contains(word) || Self.endsInTable(operation) || word == "copy"
                } else if expectsName, !Self.notNames.contains(word) {
                    add(name(word, &tokens))
                    expectsName = false
                } else if Self.operations.contains(word), word != "update" || previous != "for" && previous != "do" {
                    add(word.uppercased())
                    expectsName = Self.beforeTable.contains(word)
                } else if Self.beforeTable.contains(word) {
                    expectsName = !["for", "distinct", "do"].contains(previous)
                }
                previous = word
            case .quoted:
                if expectsName { add(name(tokens.lastText, &tokens)) }
                expectsName = false
                previous = ""
            case .unclear: return
            case .symbol(UInt8(ascii: "(")), .value, .symbol:
                expectsName = false
                previous = ""
            }
        }
    }

    private static func endsInTable(_ operation: String) -> Bool {
        operation.utf8.suffix(6).elementsEqual(" TABLE".utf8) || operation.utf8.suffix(5).elementsEqual(" VIEW".utf8)
    }

    private mutating func begin(_ word: String, _ tokens: inout SQLTokens) {
        // No word of SQL is longer.
        operation = String(word.unicodeScalars.prefix(32)).uppercased()
        if Self.twoWords.contains(word) {
            var ahead = tokens
            while case .word(let next)? = ahead.next() {
                tokens = ahead
                if Self.fillers.contains(next) { continue }
                operation += " \(next.uppercased())"
                break
            }
        }
        // What WITH defines is told by the operations in it.
        if word != "with" { add(operation) }
    }

    /// A name with what follows its dots.
    private func name(_ first: String, _ tokens: inout SQLTokens) -> String {
        var name = first
        var ahead = tokens
        while ahead.next() == .symbol(UInt8(ascii: ".")) {
            switch ahead.next() {
            case .word(let part): name += ".\(part)"
            case .quoted: name += ".\(ahead.lastText)"
            default: return name
            }
            tokens = ahead
        }
        return name
    }

    private mutating func add(_ part: String) {
        let new = text.isEmpty ? part : "\(text) \(part)"
        if new.utf8.count <= Self.maximumBytes { text = new }
    }
}

extension StatementSummary {
    /// `statement` with `?` in place of strings and numbers. Parameters stay. From where the text is not understood on, all of it is
    /// left out.
    package static func sanitized(_ statement: String) -> String {
        var tokens = SQLTokens(statement)
        var result = ""
        while let token = tokens.next() {
            if tokens.isSeparate, !result.isEmpty { result += " " }
            switch token {
            case .value:
                let isParameter =
                    tokens.lastText.utf8.first == UInt8(ascii: "$") && tokens.lastText.utf8.last != UInt8(ascii: "$")
                result += isParameter ? tokens.lastText : "?"
            case .unclear: return result + "?"
            case .word, .quoted, .symbol: result += tokens.lastText
            }
        }
        return result
    }
}
