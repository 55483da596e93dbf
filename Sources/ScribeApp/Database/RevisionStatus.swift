import PGSchemaMigrations
import PGSchemaReports
import PGWire

/// Where the database stands among this program's revisions.
enum RevisionStatus {
    /// The revision's label, and how many revisions it lacks.
    ///
    /// - Throws: ``MigrationError``, `PostgresError`
    static func read(
        _ db: borrowing some Queryable & ~Copyable, _ graph: RevisionGraph
    ) async throws -> (label: String, behind: Int) {
        let current = try await graph.versionTable.current(in: graph, db)
        return (graph.label(current), graph.revisions.count - graph.history(of: current).count)
    }

    /// The schema is older than the program.
    struct Outdated: ShownError {
        let label: String
        let behind: Int
        let head: String

        var shown: ShownText {
            """
            target database is not up to date: it is at \(label), \(behind) \(behind == 1 ? "revision" : "revisions") \
            behind \(head)
            """
        }
    }
}
