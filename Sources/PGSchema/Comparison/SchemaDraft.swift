import PGSchemaSQL
import PGWire

/// A generated revision: how the schemas differ, and the statements for the upgrade and the downgrade.
public struct SchemaDraft: Sendable {
    /// The differences, with the requested renames first. Empty when nothing differs.
    public let changes: [SchemaDifference]
    /// The revisions: one, or two if indexes are built concurrently.
    public let parts: [Part]
    /// What went wrong when the statements were tried in a scratch schema. Usually empty.
    public let problems: [String]

    /// Whether nothing differs.
    public var isEmpty: Bool { changes.isEmpty }
    /// The statements of the first part, without semicolons.
    package var up: [String] { parts.first?.up.map(\.sql) ?? [] }
    /// The statements that downgrade from the first part.
    package var down: [String] { parts.first?.down.map(\.sql) ?? [] }
    /// The first part as the text of a revision file, without the header.
    package var text: String { parts.first?.text ?? "" }

    static let empty = SchemaDraft(changes: [], parts: [], problems: [])

    /// A revision's statements.
    public struct Part: Sendable {
        /// The statements of the upgrade.
        public let up: [Statement]
        /// The statements of the downgrade.
        public let down: [Statement]
        /// Whether they run in a transaction block. If not, the revision needs `-- transaction: none` in its header.
        public let isTransactional: Bool
        fileprivate let problems: [String]

        package init(up: [Statement], down: [Statement], isTransactional: Bool = true, problems: [String] = []) {
            self.up = up
            self.down = down
            self.isTransactional = isTransactional
            self.problems = problems
        }

        /// The text of a revision file without the header, for ``RevisionDraft/parts``.
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
        /// The SQL, without the semicolon.
        public let sql: String
        /// Warnings for whoever runs it, each for one comment line.
        public let notes: [String]

        fileprivate var text: String { notes.map { "-- \($0.escapingControls)\n" }.joined() + sql + ";" }
    }
}
