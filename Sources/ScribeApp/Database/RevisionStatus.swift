#if ScribeApp
import PGWire

/// Where the database stands among this program's revisions.
enum RevisionStatus {
    /// The revision's label, and how many revisions it lacks.
    ///
    /// - Throws: ``MigrationError``, `PGError`
    static func read(
        _ db: borrowing some Queryable & ~Copyable, _ graph: RevisionGraph
    ) async throws -> (label: String, behind: Int) {
        let height = try await VersionTable.height(in: graph, db)
        return (graph.label(height: height), graph.line.count - height)
    }

    /// The schema is older than the program.
    struct Outdated: Error, CustomStringConvertible {
        let label: String
        let behind: Int
        let head: String

        var description: String {
            """
            target database is not up to date: it is at \(label), \(behind) \(behind == 1 ? "revision" : "revisions") \
            behind \(head)
            """
        }
    }
}
#endif
