import FoundationEssentials
import PGSchemaCatalog
import PGSchemaSQL
package import PGWire

/// What is stored about a database beyond its revision: checksums of the applied revisions, and the progress of a revision
/// whose statements run outside a transaction block.
///
/// It is stored in the comment of the version table, after other text of that comment. A table of its own would show in a
/// dump, and Alembic would take it for one to drop. A comment does neither, changes with the transaction, and is backed up
/// and restored with the database.
package struct MigrationRecord: Codable, Sendable, Equatable {
    /// By revision id.
    var checksums: [String: String] = [:]
    package var progress: Progress?

    /// A revision that was begun and not finished.
    package struct Progress: Codable, Sendable, Equatable {
        /// The id of the revision.
        package let revision: String
        /// `upgrade` or `downgrade`.
        package let direction: String
        /// How many of its statements are done.
        package internal(set) var done = 0
        /// The checksum of these statements.
        package var checksum = ""

        init(_ step: MigrationPlan.Step) { (revision, direction) = (step.revision.id, step.direction.rawValue) }

        func belongs(to step: MigrationPlan.Step) -> Bool {
            revision == step.revision.id && direction == step.direction.rawValue
        }
    }

    /// Whether this program has run all of these revisions, and no other tool.
    package func covers(_ applied: Set<String>) -> Bool { applied.allSatisfy { checksums[$0] != nil } }

    /// The step that was interrupted, unless the version table says that it was finished since.
    func interruption(applied: Set<String>) -> Progress? {
        progress.flatMap { applied.contains($0.revision) == ($0.direction == "downgrade") ? $0 : nil }
    }

    /// Reads the record; an empty one when there is none or it cannot be read.
    package static func read(from table: VersionTable, _ db: borrowing some Queryable & ~Copyable) async throws
        -> MigrationRecord
    {
        guard let comment = try await comment(of: table, db), let (_, json) = split(comment, table) else {
            return MigrationRecord()
        }
        // A damaged comment must not block migrations.
        return (try? JSONDecoder().decode(MigrationRecord.self, from: Data(json.utf8))) ?? MigrationRecord()
    }

    /// Writes the record, unless another role owns the table: only the owner may change the comment.
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

    /// Whether this role has the rights of the version table's owner.
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

    /// The other text of the comment, and the record's JSON.
    private static func split(_ comment: String, _ table: VersionTable) -> (others: String, json: String)? {
        // By scalars: to Swift, a carriage return and a line feed are one Character.
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
