import PGSchemaSQL
import PGWire

/// One version of the schema: the statements that upgrade to it, and those that downgrade from it.
public struct Revision: Sendable {
    /// The id, which the version table holds.
    public let id: String
    /// The ids of the revisions that it follows: none for the first, two or more for a merge.
    public let downRevisions: [String]
    /// The day it was written, `2025-11-12`.
    public let created: String
    /// A short title, for `migrate history`.
    public let title: String
    /// The name of its file.
    public let file: String
    /// Whether its statements run in a transaction block. Those that cannot (`CREATE INDEX CONCURRENTLY` …) need a revision
    /// of their own, with `-- transaction: none` in its header.
    public let isTransactional: Bool
    /// The statements that upgrade from ``downRevisions``.
    public let up: [Statement]
    /// The statements that downgrade to ``downRevisions``; nil when that is impossible.
    public let down: [Statement]?
    /// Why it cannot be downgraded, in the file's words; nil when it can.
    public let irreversible: String?
    /// The lines `-- lint: …` and `-- test: …` of its header.
    public var remarks: [Remark] = []

    /// A revision.
    public init(
        id: String, downRevisions: [String], created: String = "", title: String, file: String,
        isTransactional: Bool = true, up: [Statement], down: [Statement]?, irreversible: String? = nil
    ) {
        self.id = id
        self.downRevisions = downRevisions
        self.created = created
        self.title = title
        self.file = file
        self.isTransactional = isTransactional
        self.up = up
        self.down = down
        self.irreversible = irreversible
    }

    /// ``downRevisions`` for people, separated by commas; `<base>` for none.
    public var parents: String { downRevisions.isEmpty ? "<base>" : downRevisions.joined(separator: ", ") }

    /// Whether `id` can be a revision's: at most 32 printable ASCII characters with no other meaning on the command line.
    package static func isID(_ id: String) -> Bool {
        // ASCII, so that no two ids only look the same.
        !id.isEmpty && id.utf8.count <= 32
            && id.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F && !",:+-@".utf8.contains($0) }
            && !["head", "heads", "base", "current"].contains(id)
    }

    /// Why `id` cannot be a revision's.
    static func objection(toID id: String) -> String {
        """
        its revision id '\(id.escapingControls)' is no word of at most 32 ASCII characters without , : + - @, or it is one that means something else (head, \
        heads, base, current)
        """
    }

    /// A line of the header that may occur more than once, such as `-- test: allow residue because …`.
    public struct Remark: Sendable, Equatable {
        /// `lint` or `test`.
        public let key: String
        /// `allow residue because …`
        public let value: String

        /// A line `-- key: value`.
        public init(key: String, value: String) {
            self.key = key
            self.value = value
        }
    }

    /// One SQL statement and its place in the file.
    public struct Statement: Sendable, Equatable {
        /// The SQL, without the comments before it and without the semicolon.
        public let text: String
        /// The line of the file on which it begins, counted from 1.
        public let line: Int
        /// The comments directly before it, as written: `-- …` or `/* … */`.
        public let comments: [String]

        /// A statement.
        public init(text: String, line: Int, comments: [String] = []) {
            self.text = text
            self.line = line
            self.comments = comments
        }

        /// Texts and comments are compared byte by byte.
        public static func == (left: Statement, right: Statement) -> Bool {
            left.line == right.line && left.text.hasSameBytes(as: right.text)
                && left.comments.hasSameBytes(as: right.comments)
        }
    }
}
