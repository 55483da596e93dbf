import PGSchemaCatalog
import PGSchemaSQL
import PGWire

/// Where a backup goes, and what is there.
extension Restore {
    /// The schemas of the backup that are there; nil when none is.
    func objects(of reader: BackupReader, _ tx: borrowing Transaction) async throws -> SchemaObjects? {
        let names = try await tx.fetchAll(catalog: "SELECT nspname::text FROM pg_namespace ORDER BY 1", as: String.self)
        // The header has the names without what is not safe in a comment.
        let there = reader.schemas.flatMap { schema in
            names.filter { BackupFormat.printable($0).hasSameBytes(as: schema) }
        }
        return there.first.map { SchemaObjects(first: $0, others: there) }
    }

    /// Checks that the backup's schema is the default one here, or is not here yet. Schemas that were asked for by name go
    /// where they were.
    func checkPlace(_ reader: BackupReader, _ tx: borrowing Transaction) async throws {
        guard !reader.schemas.isEmpty else { throw BackupError.altered(reader.path, "it names no schema") }
        guard reader.isOfDefaultSchema, try await objects(of: reader, tx) != nil else { return }
        let here = try await SchemaObjects(ofDefaultSchema: tx).schema
        guard reader.schemas.contains(where: { $0.hasSameBytes(as: BackupFormat.printable(here)) }) else {
            throw BackupError.schemaMismatch(backup: reader.schemas.joined(separator: ", "), here: here)
        }
    }

    /// Checks that the schemas are empty, or empties them.
    ///
    /// - Returns: what of it was published.
    func emptySchemas(_ objects: SchemaObjects?, _ tx: borrowing Transaction) async throws -> [String] {
        guard let objects else { return [] }
        let there = try await objects.descriptions(tx)
        guard !there.isEmpty else { return [] }
        guard replaces else {
            throw BackupError.notEmpty(
                schema: objects.schemas.joined(separator: ", "), examples: Array(there.prefix(3)), count: there.count)
        }
        let publications = try await objects.publications(tx)
        show("dropping", "what is there", fraction: 0.1)
        do {
            try await objects.drop(tx)
        } catch let error as PostgresError {
            throw BackupError.failed(part: "dropping what is there", reason: error)
        }
        return publications
    }

    /// Removes the large object that a part makes anew, the first time.
    func removeLargeObject(_ label: String, _ text: String, _ tx: borrowing Transaction) async throws {
        guard label.starts(withBytesOf: BackupFormat.largeObjectLabel), text.contains(bytesOf: ".lo_create("),
            let oid = Int64(
                label.utf8.dropFirst(BackupFormat.largeObjectLabel.utf8.count).map { String(UnicodeScalar($0)) }
                    .joined())
        else { return }
        _ = try await tx.fetchAll(
            catalog: "SELECT lo_unlink(m.oid) FROM pg_largeobject_metadata m WHERE m.oid = \(oid)::bigint::oid",
            as: Int32.self)
    }
}
