import PGSchemaSQL
import PGWire

/// What autogenerate wrote: how the schema differs, and the statements that lead there and back.
public struct SchemaDraft: Sendable {
    /// The differences, the renames that were asked for first. Empty when nothing differs.
    public let changes: [SchemaDifference]
    /// The revisions to be: one, or two where indexes are built concurrently.
    public let parts: [Part]
    /// What did not come out as it should when the statements were tried in a scratch schema. Empty as a rule.
    public let problems: [String]

    /// Whether nothing differs.
    public var isEmpty: Bool { changes.isEmpty }
    /// The statements of the first part, without semicolons.
    public var up: [String] { parts.first?.up.map(\.sql) ?? [] }
    /// The statements that lead back from the first part.
    public var down: [String] { parts.first?.down.map(\.sql) ?? [] }
    /// The first part as a revision file has it after its header.
    public var text: String { parts.first?.text ?? "" }

    package static let empty = SchemaDraft(changes: [], parts: [], problems: [])

    /// A revision's statements.
    public struct Part: Sendable {
        /// What makes the database as declared.
        public let up: [Statement]
        /// What leads back.
        public let down: [Statement]
        /// Whether they run in a transaction; else the revision's header has the line `-- transaction: none`.
        public let isTransactional: Bool
        fileprivate let problems: [String]

        package init(up: [Statement], down: [Statement], isTransactional: Bool = true, problems: [String] = []) {
            self.up = up
            self.down = down
            self.isTransactional = isTransactional
            self.problems = problems
        }

        /// The two parts of a revision file: `-- up`, `-- down`, and under each its statements.
        public var text: String {
            let warnings = problems.map { "-- ATTENTION: \($0.onOneLine)\n" }.joined()
            return "-- up\n\n\(warnings)\(Self.text(up))\n-- down\n\n\(Self.text(down))"
        }

        private static func text(_ statements: [Statement]) -> String {
            var text = ""
            for (index, statement) in statements.enumerated() {
                let isLong = statement.text.contains(bytesOf: "\n")
                let wasLong = index > 0 && statements[index - 1].text.contains(bytesOf: "\n")
                if index > 0, isLong || wasLong { text += "\n" }
                text += statement.text + "\n"
            }
            return text
        }
    }

    /// One statement.
    public struct Statement: Sendable {
        /// Without the semicolon.
        public let sql: String
        /// What to know before it runs, each a line of comment.
        public let notes: [String]

        fileprivate var text: String { notes.map { "-- \($0.escapingControls)\n" }.joined() + sql + ";" }
    }
}
