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

    /// One SQL statement and where it stands.
    package struct Statement: Sendable, Equatable {
        /// Without comments before it and without the semicolon.
        package let text: String
        /// The line of the file on which it begins, from 1.
        package let line: Int
    }
}
#endif
