import PGSchemaSQL
import PGWire

/// One step of the schema: what leads to it and what leads back.
public struct Revision: Sendable {
    /// Alembic's id, which the version table holds.
    public let id: String
    /// The revisions before it: none for the first, two or more for a merge.
    public let downRevisions: [String]
    /// The day it was written, `2025-11-12`.
    public let created: String
    /// A few words for `history`.
    public let title: String
    /// The file it was read from.
    public let file: String
    /// Whether its statements run in a transaction. Those that must not (`CREATE INDEX CONCURRENTLY` …) stand in a revision
    /// of their own, whose header says `-- transaction: none`.
    public let isTransactional: Bool
    /// The statements that lead from ``downRevisions`` here.
    public let up: [Statement]
    /// The statements that lead back; nil when there is no way back.
    public let down: [Statement]?
    /// Why there is no way back, in the file's words; nil when there is one.
    public let irreversible: String?
    /// What the header tells the tools that judge a revision: the values of its lines `-- lint: …` and `-- test: …`.
    public var remarks: [Remark] = []

    /// A revision, as its file describes it.
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

    /// `a1b2 (the parents)`, `<base>` for none.
    public var parents: String { downRevisions.isEmpty ? "<base>" : downRevisions.joined(separator: ", ") }

    /// Whether `id` can be a revision's: a word of at most 32 characters of ASCII that means nothing else on the command line.
    public static func isID(_ id: String) -> Bool {
        // Of ASCII, so that no two look the same and are not.
        !id.isEmpty && id.utf8.count <= 32
            && id.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F && !",:+-@".utf8.contains($0) }
            && !["head", "heads", "base", "current"].contains(id)
    }

    /// Why it cannot.
    package static func objection(toID id: String) -> String {
        """
        its revision id '\(id.escapingControls)' is no word of at most 32 ASCII characters without , : + - @, or it is one that means something else (head, \
        heads, base, current)
        """
    }

    /// A line of the header that may be there more than once, such as `-- test: allow residue because …`.
    public struct Remark: Sendable, Equatable {
        /// `lint` or `test`.
        public let key: String
        /// `allow residue because …`
        public let value: String

        /// A revision, as its file describes it.
        public init(key: String, value: String) {
            self.key = key
            self.value = value
        }
    }

    /// One SQL statement and where it stands.
    public struct Statement: Sendable, Equatable {
        /// Without comments before it and without the semicolon.
        public let text: String
        /// The line of the file on which it begins, from 1.
        public let line: Int
        /// The comments directly before it, as they are written, `-- …` or `/* … */`.
        public let comments: [String]

        /// A revision, as its file describes it.
        public init(text: String, line: Int, comments: [String] = []) {
            self.text = text
            self.line = line
            self.comments = comments
        }

        public static func == (left: Statement, right: Statement) -> Bool {
            left.line == right.line && left.text.hasSameBytes(as: right.text)
                && left.comments.hasSameBytes(as: right.comments)
        }
    }
}
