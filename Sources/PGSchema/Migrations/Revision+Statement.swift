import PGSchemaSQL
import PGWire

extension Revision.Statement {
    /// Why a migrator must not run it; nil if it may.
    var objection: String? {
        if text.utf8.first == UInt8(ascii: "\\") {
            return "begins with a command of psql's (\(firstLine)), which is no SQL: take it out"
        }
        switch firstWord {
        case "begin", "start", "commit", "end", "rollback", "abort", "prepare":
            guard case .controlTransaction(let command) = SQLCommand(text) else { return nil }
            return """
                is \(command): the migration is a transaction already, which a file's own would end half way. Take such \
                statements out; `-- transaction: none` in the header runs each statement by itself
                """
        case "copy":
            let tokens = SQLToken.tokens(of: text)
            guard tokens.contains(where: { $0.isWord("stdin") || $0.isWord("stdout") }) else { return nil }
            return "is a COPY whose data would stand behind it, and that is no SQL: write INSERT instead"
        default: return nil
        }
    }

    /// Whether it changes settings of the session or the transaction.
    var changesSettings: Bool {
        firstWord == "set" || firstWord == "reset" || text.utf8.contains("set_config".utf8)
    }

    /// The text with a semicolon, which is on a line of its own if a comment might swallow it.
    package var terminated: String { text + (text.utf8.contains("--".utf8) ? "\n;" : ";") }

    private var firstWord: String { String(text.unicodeScalars.prefix(while: SQLScanner.isWord)).asciiLowercased }

    private var firstLine: String { String(text.unicodeScalars.prefix { $0 != "\n" }.prefix(40)).escapingControls }
}
