#if ScribeApp
/// One step of the schema: what leads to it and what leads back.
package struct Revision: Sendable {
    /// Alembic's id, which the version table holds.
    package let id: String
    /// The revision before it; nil for the first.
    package let downRevision: String?
    /// The day it was written, `2025-11-12`.
    package let created: String
    /// A few words for `history`.
    package let title: String
    /// The file it was read from.
    package let file: String
    /// The statements that lead from ``downRevision`` here.
    package let up: [Statement]
    /// The statements that lead back.
    package let down: [Statement]
    /// What the header tells the tools that judge a revision: the values of its lines `-- lint: …` and `-- test: …`.
    package var remarks: [Remark] = []
    /// Whether it runs in a transaction; not so with the header line `-- transaction: none`.
    package var isTransactional = true

    package init(
        id: String, downRevision: String?, created: String, title: String, file: String, up: [Statement],
        down: [Statement]
    ) {
        self.id = id
        self.downRevision = downRevision
        self.created = created
        self.title = title
        self.file = file
        self.up = up
        self.down = down
    }

    /// A line of the header that may be there more than once, such as `-- test: allow residue because …`.
    package struct Remark: Sendable, Equatable {
        /// `lint` or `test`.
        package let key: String
        /// `allow residue because …`
        package let value: String

        package init(key: String, value: String) {
            self.key = key
            self.value = value
        }
    }

    /// One SQL statement and where it stands.
    package struct Statement: Sendable, Equatable {
        /// Without comments before it and without the semicolon.
        package let text: String
        /// The line of the file on which it begins, from 1.
        package let line: Int
        /// The comments directly before it, as they are written, `-- …` or `/* … */`.
        package let comments: [String]

        package init(text: String, line: Int, comments: [String] = []) {
            self.text = text
            self.line = line
            self.comments = comments
        }
    }
}
#endif
