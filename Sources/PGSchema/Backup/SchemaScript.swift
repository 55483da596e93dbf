import PGSchemaCatalog
import PGSchemaSQL
package import PGWire

/// The statements that make a schema anew, in the order in which they can run.
package struct SchemaScript: Sendable {
    /// One thing that is made.
    package struct Part: Sendable {
        /// `TABLE`.
        package var kind: String
        /// `public.player`.
        package var name: String
        package var sql: String

        package var label: String { "\(kind) \(name)" }
    }

    /// A table whose rows are copied.
    package struct Table: Sendable {
        /// `public.player`, quoted where needed.
        package var name: String
        /// The columns that are stored as they are written, quoted; none when there are none or all are generated.
        package var columns: [String]
        /// About how many rows there are; negative when nobody has counted.
        package var estimate: Int64
        /// What it takes on the disk.
        package var size: Int64

        package var columnList: String { columns.isEmpty ? "" : " (\(columns.joined(separator: ", ")))" }
    }

    /// Before the rows.
    package var before: [Part] = []
    package var tables: [Table] = []
    /// After the rows.
    package var after: [Part] = []
    /// What the backup lacks although it is said to hold all, one sentence each.
    package var notes: [String] = []

    /// Reads the catalog.
    ///
    /// Every name comes out with its schema, as `search_path` is to be empty.
    ///
    /// - Throws: ``BackupError/notCovered(_:schema:)``, ``BackupError/circle(_:)``, `PostgresError`
    package init(of objects: SchemaObjects, _ tx: borrowing Transaction) async throws {
        let foreign = try await tx.fetchAll(objects.notCovered, as: String.self)
        guard foreign.isEmpty else { throw BackupError.notCovered(foreign, schema: objects.schema) }
        var order = DependencyOrder()
        for query in [objects.types, objects.sequences, objects.functions, objects.tables, objects.views] {
            for (key, kind, name, sql) in try await tx.fetchAll(query, as: (String, String, String, String).self) {
                order.add(key, Part(kind: kind, name: name, sql: sql))
            }
        }
        for (key, other) in try await tx.fetchAll(objects.dependencies, as: (String, String).self) {
            order.add(dependencyOf: key, on: other)
        }
        let late: [Part]
        (before, late) = try order.sorted()
        tables = try await Self.tables(objects, tx)
        after = try await Self.parts(objects.keys, tx) + late
        after += try await Self.parts(objects.indexes, tx)
        after += try await Self.parts(objects.checks, tx)
        after += try await Self.sequenceValues(objects, tx)
        let populated = try await tx.fetchAll(objects.populatedViews, as: String.self)
        // They are in the order in which each can be made, and filled.
        after += late.filter { $0.kind == "MATERIALIZED VIEW" && populated.contains($0.name) }.map {
            Part(kind: "MATERIALIZED ROWS", name: $0.name, sql: "REFRESH MATERIALIZED VIEW \($0.name);")
        }
        after += try await Self.parts(objects.attachments, tx)
        after += try await Self.rights(objects, tx)
        // Triggers and row security are for what comes later, and so are the planner's statistics.
        after += tables.map { Part(kind: "ANALYZE", name: $0.name, sql: "ANALYZE \($0.name);") }
        notes = try await objects.invalidIndexes(tx)
        notes += try await (objects.publications(tx) + objects.usesElsewhere(tx)).map { "not in the backup: \($0)" }
        notes += try await objects.otherOwners(tx)
    }

    private static func parts(_ query: SQL, _ tx: borrowing Transaction) async throws -> [Part] {
        try await tx.fetchAll(query, as: (String, String, String).self).map { kind, name, sql in
            Part(kind: kind, name: name, sql: sql)
        }
    }

    private static func tables(_ objects: SchemaObjects, _ tx: borrowing Transaction) async throws -> [Table] {
        try await tx.fetchAll(objects.tableData, as: (String, [String], Int64, Int64).self).map {
            Table(name: $0.0, columns: $0.1, estimate: $0.2, size: $0.3)
        }
    }

    private static func sequenceValues(
        _ objects: SchemaObjects, _ tx: borrowing Transaction
    ) async throws -> [Part] {
        var parts: [Part] = []
        // Locks them, so that from here on each name means the sequence that the catalog told of: something else with that
        // name, such as a view, would run its owner's code as this role (class of CVE-2024-7348).
        _ = try await tx.fetchAll(objects.sequenceLocks, as: Int64?.self)
        for (name, literal) in try await tx.fetchAll(objects.sequenceNames, as: (String, String).self) {
            let (value, isCalled) = try await tx.fetchOne(
                "SELECT last_value, is_called FROM \(raw: name)", as: (Int64, Bool).self)
            let sql = "SELECT pg_catalog.setval(\(literal), \(value), \(isCalled));"
            parts.append(Part(kind: "SEQUENCE VALUE", name: name, sql: sql))
        }
        return parts
    }

    /// Grants as they were, whatever the defaults are where the backup is restored.
    private static func rights(_ objects: SchemaObjects, _ tx: borrowing Transaction) async throws -> [Part] {
        let grants = try await tx.fetchAll(objects.grants, as: String.self)
        let values = grants.isEmpty ? "" : "\n        \(grants.joined(separator: ",\n        "))\n    "
        let text = objects.rightsScript(
            grants: grants.isEmpty ? "SELECT '', '' WHERE false" : "VALUES\(values)",
            schema: try await tx.fetchOne("SELECT quote_literal(\(objects.schema)::text)", as: String.self))
        var tag = "$rights$"
        // By bytes, as the server looks for it: with a mark on its last `$` it is another text to Swift.
        while text.utf8.holds(tag.utf8) { tag = "$x\(tag.dropFirst())" }
        return [Part(kind: "RIGHTS", name: "on all", sql: "DO \(tag)\n\(text)\(tag);")]
    }
}

extension String.UTF8View {
    /// Whether the other bytes stand in these.
    fileprivate func holds(_ other: String.UTF8View) -> Bool {
        indices.contains { self[$0...].starts(with: other) }
    }
}
