#if ScribeApp
import FoundationEssentials
import PGWire

/// What this program remembers about a database beyond its revision: checksums of the applied revisions, and how far a
/// revision came whose statements run outside a transaction.
///
/// It is kept in the comment of the table `alembic_version`, behind whatever else that says. A table of its own, in whatever
/// schema, would show in a dump and, in the default schema, to Alembic as something to be dropped; a comment on Alembic's own table
/// shows to neither, changes with the transaction, and is saved and restored with the database.
package struct MigrationRecord: Codable, Sendable, Equatable {
    /// By revision id.
    var checksums: [String: String] = [:]
    var progress: Progress?

    /// A revision that was begun and is not through.
    package struct Progress: Codable, Sendable, Equatable {
        let revision: String
        let direction: String
        /// How many of its statements are done.
        var done = 0
        /// Of these statements.
        var checksum = ""

        init(_ step: MigrationPlan.Step) { (revision, direction) = (step.revision.id, step.direction.rawValue) }

        func belongs(to step: MigrationPlan.Step) -> Bool {
            revision == step.revision.id && direction == step.direction.rawValue
        }
    }

    /// A step that was interrupted and that nobody has finished since, by whatever means.
    func interruption(applied: Set<String>) -> Progress? {
        progress.flatMap { applied.contains($0.revision) == ($0.direction == "downgrade") ? $0 : nil }
    }

    private static let mark = "scribe-app: "

    /// Reads the record; an empty one when there is none or it cannot be read.
    static func read(_ db: borrowing some Queryable & ~Copyable) async throws -> MigrationRecord {
        guard let comment = try await comment(db), let (_, json) = split(comment) else { return MigrationRecord() }
        // A comment that somebody has spoilt must not keep the schema from moving.
        return (try? JSONDecoder().decode(MigrationRecord.self, from: Data(json.utf8))) ?? MigrationRecord()
    }

    /// Writes the record, unless the table is another role's, whose comment only that may change.
    func write(_ db: borrowing some Queryable & ~Copyable) async throws {
        guard try await Self.isWritable(db) else { return }
        let old = try await Self.comment(db)
        let others = old.map { Self.split($0)?.others ?? $0 } ?? ""
        var text = others
        if self != MigrationRecord() {
            let encoder = JSONEncoder()
            encoder.outputFormatting = .sortedKeys
            if !text.isEmpty { text += "\n" }
            text += Self.mark + String(decoding: try encoder.encode(self), as: UTF8.self)
        }
        guard text != old ?? "" else { return }
        try await db.execute(
            script: "COMMENT ON TABLE alembic_version IS \(text.isEmpty ? "NULL" : text.asLiteral)")
    }

    /// Whether the version table is this role's.
    static func isWritable(_ db: borrowing some Queryable & ~Copyable) async throws -> Bool {
        try await db.fetchOne(
            catalog: """
                SELECT pg_has_role(relowner, 'USAGE') FROM pg_class WHERE oid = to_regclass('alembic_version')
                """, as: Bool.self)
    }

    private static func comment(_ db: borrowing some Queryable & ~Copyable) async throws -> String? {
        try await db.fetchOne(
            catalog: "SELECT obj_description(to_regclass('alembic_version'), 'pg_class')", as: String?.self)
    }

    /// What others wrote, and our JSON.
    private static func split(_ comment: String) -> (others: String, json: String)? {
        // By scalars: to Swift a line end behind a carriage return is a part of it.
        let scalars = comment.unicodeScalars
        let end = scalars.lastIndex(of: "\n")
        let last = String(end.map { scalars[scalars.index(after: $0)...] } ?? scalars[...])
        guard last.starts(withBytesOf: mark) else { return nil }
        return (end.map { String(scalars[..<$0]) } ?? "", String(last.unicodeScalars.dropFirst(mark.count)))
    }
}
#endif
