import FoundationEssentials
import PGSchemaCatalog
import PGSchemaSQL
package import PGWire

/// What this program remembers about a database beyond its revision: checksums of the applied revisions, and how far a
/// revision came whose statements run outside a transaction.
///
/// It is kept in the comment of the version table, behind whatever else that says. A table of its own, in whatever
/// schema, would show in a dump and, in the default schema, to Alembic as something to be dropped; a comment on Alembic's own table
/// shows to neither, changes with the transaction, and is saved and restored with the database.
public struct MigrationRecord: Codable, Sendable, Equatable {
    /// By revision id.
    package var checksums: [String: String] = [:]
    package var progress: Progress?

    /// A revision that was begun and is not through.
    public struct Progress: Codable, Sendable, Equatable {
        /// The id of the revision.
        public let revision: String
        /// `upgrade` or `downgrade`.
        public let direction: String
        /// How many of its statements are done.
        public internal(set) var done = 0
        /// Of these statements.
        package var checksum = ""

        package init(_ step: MigrationPlan.Step) { (revision, direction) = (step.revision.id, step.direction.rawValue) }

        package func belongs(to step: MigrationPlan.Step) -> Bool {
            revision == step.revision.id && direction == step.direction.rawValue
        }
    }

    /// A step that was interrupted and that nobody has finished since, by whatever means.
    package func interruption(applied: Set<String>) -> Progress? {
        progress.flatMap { applied.contains($0.revision) == ($0.direction == "downgrade") ? $0 : nil }
    }

    /// Reads the record; an empty one when there is none or it cannot be read.
    package static func read(from table: VersionTable, _ db: borrowing some Queryable & ~Copyable) async throws
        -> MigrationRecord
    {
        guard let comment = try await comment(of: table, db), let (_, json) = split(comment, table) else {
            return MigrationRecord()
        }
        // A comment that somebody has spoilt must not keep the schema from moving.
        return (try? JSONDecoder().decode(MigrationRecord.self, from: Data(json.utf8))) ?? MigrationRecord()
    }

    /// Writes the record, unless the table is another role's, whose comment only that may change.
    package func write(to table: VersionTable, _ db: borrowing some Queryable & ~Copyable) async throws {
        guard try await Self.isWritable(table, db) else { return }
        let old = try await Self.comment(of: table, db)
        let others = old.map { Self.split($0, table)?.others ?? $0 } ?? ""
        var text = others
        if self != MigrationRecord() {
            let encoder = JSONEncoder()
            encoder.outputFormatting = .sortedKeys
            if !text.isEmpty { text += "\n" }
            text += Self.mark(table) + String(decoding: try encoder.encode(self), as: UTF8.self)
        }
        guard text != old ?? "" else { return }
        try await db.execute(
            script: "COMMENT ON TABLE \(table.sqlName) IS \(text.isEmpty ? "NULL" : text.asLiteral)")
    }

    /// Whether the version table is this role's.
    package static func isWritable(_ table: VersionTable, _ db: borrowing some Queryable & ~Copyable) async throws
        -> Bool
    {
        try await db.fetchOne(
            catalog: """
                SELECT pg_has_role(relowner, 'USAGE') FROM pg_class WHERE oid = to_regclass(\(table.sqlName))
                """, as: Bool.self)
    }

    private static func comment(
        of table: VersionTable, _ db: borrowing some Queryable & ~Copyable
    ) async throws -> String? {
        try await db.fetchOne(
            catalog: "SELECT obj_description(to_regclass(\(table.sqlName)), 'pg_class')", as: String?.self)
    }

    private static func mark(_ table: VersionTable) -> String { "\(table.recordLabel): " }

    /// What others wrote, and our JSON.
    private static func split(_ comment: String, _ table: VersionTable) -> (others: String, json: String)? {
        // By scalars: to Swift a line end behind a carriage return is a part of it.
        let scalars = comment.unicodeScalars
        let end = scalars.lastIndex(of: "\n")
        let last = String(end.map { scalars[scalars.index(after: $0)...] } ?? scalars[...])
        guard last.starts(withBytesOf: mark(table)) else { return nil }
        return (
            end.map { String(scalars[..<$0]) } ?? "",
            String(last.unicodeScalars.dropFirst(mark(table).unicodeScalars.count))
        )
    }
}
