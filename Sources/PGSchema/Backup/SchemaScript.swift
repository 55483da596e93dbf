import PGSchemaCatalog
import PGSchemaSQL
import PGWire

/// The statements that create a schema, in an order in which they can run.
struct SchemaScript: Sendable {
    /// The statements for one object.
    struct Part: Sendable {
        /// `TABLE`.
        var kind: String
        /// `public.player`.
        var name: String
        var sql: String

        var label: String { "\(kind) \(name)" }
    }

    /// A table whose rows are copied.
    struct Table: Sendable {
        /// `public.player`, quoted where needed.
        var name: String
        /// The columns that are not generated, quoted; none when there is no such column.
        var columns: [String]
        /// The estimated number of rows; negative when it is unknown.
        var estimate: Int64
        /// The size on disk, in bytes.
        var size: Int64

        var columnList: String { columns.isEmpty ? "" : " (\(columns.joined(separator: ", ")))" }
    }

    /// What runs before the rows.
    var before: [Part] = []
    var tables: [Table] = []
    /// What runs after the rows.
    var after: [Part] = []
    /// What is missing in the backup, one sentence each.
    var notes: [String] = []

    /// Reads the catalog.
    ///
    /// The search path must be empty, so that names are printed with their schema.
    ///
    /// - Throws: ``BackupError/unsupported(_:schema:)``, ``BackupError/dependencyCycle(_:)``, `PostgresError`
    init(of objects: SchemaObjects, _ tx: borrowing Transaction) async throws {
        let foreign = try await tx.fetchAll(objects.unsupported, as: String.self)
        guard foreign.isEmpty else { throw BackupError.unsupported(foreign, schema: objects.schema) }
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
        // In the order of their creation, in which they can also be filled.
        after += late.filter { $0.kind == "MATERIALIZED VIEW" && populated.contains($0.name) }.map {
            Part(kind: "MATERIALIZED ROWS", name: $0.name, sql: "REFRESH MATERIALIZED VIEW \($0.name);")
        }
        after += try await Self.parts(objects.attachments, tx)
        after += try await Self.rights(objects, tx)
        // Triggers and row security must not affect the restore; ANALYZE needs the rows.
        after += tables.map { Part(kind: "ANALYZE", name: $0.name, sql: "ANALYZE \($0.name);") }
        notes = try await objects.invalidIndexes(tx)
        notes += try await (objects.publications(tx) + objects.externalDependents(tx)).map {
            "not in the backup: \($0)"
        }
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
        // Locked, so that the names keep referring to these sequences: a view in place of one would run its owner's code as
        // this role (class of CVE-2024-7348).
        _ = try await tx.fetchAll(objects.sequenceLocks, as: Int64?.self)
        for (name, literal) in try await tx.fetchAll(objects.sequenceNames, as: (String, String).self) {
            let (value, isCalled) = try await tx.fetchOne(
                "SELECT last_value, is_called FROM \(raw: name)", as: (Int64, Bool).self)
            let sql = "SELECT pg_catalog.setval(\(literal), \(value), \(isCalled));"
            parts.append(Part(kind: "SEQUENCE VALUE", name: name, sql: sql))
        }
        return parts
    }

    /// The privileges, independent of the default privileges of the restoring database.
    private static func rights(_ objects: SchemaObjects, _ tx: borrowing Transaction) async throws -> [Part] {
        let grants = try await tx.fetchAll(objects.grants, as: String.self)
        let values = grants.isEmpty ? "" : "\n        \(grants.joined(separator: ",\n        "))\n    "
        let text = objects.rightsScript(
            grants: grants.isEmpty ? "SELECT '', '' WHERE false" : "VALUES\(values)",
            schema: try await tx.fetchOne("SELECT quote_literal(\(objects.schema)::text)", as: String.self))
        var tag = "$rights$"
        // By bytes, as the server does: a combining mark after the last `$` would make it another text to Swift.
        while text.utf8.holds(tag.utf8) { tag = "$x\(tag.dropFirst())" }
        return [Part(kind: "RIGHTS", name: "on all", sql: "DO \(tag)\n\(text)\(tag);")]
    }
}

extension String.UTF8View {
    /// Whether the other bytes occur in these.
    fileprivate func holds(_ other: String.UTF8View) -> Bool {
        indices.contains { self[$0...].starts(with: other) }
    }
}
