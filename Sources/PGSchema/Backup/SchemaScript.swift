import PGSchemaCatalog
import PGSchemaSQL
import PGWire

/// The statements that create schemas, in an order in which they can run.
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
        /// Whether code of the schema's own runs for each row.
        var callsCode = false

        var columnList: String { columns.isEmpty ? "" : " (\(columns.joined(separator: ", ")))" }
    }

    /// What a backup is to hold beside the objects themselves.
    struct Options: Sendable {
        /// The schemas of the search path when the backup began.
        var searchPath: [String] = []
        /// Schemas that are there where the backup is restored.
        var expected: [String] = []
        /// Whether owners are kept.
        var owners = false
        /// Whether large objects are held.
        var largeObjects = false
    }

    /// What runs before the rows.
    var before: [Part] = []
    var tables: [Table] = []
    /// What runs after the rows.
    var after: [Part] = []
    /// What runs after everything else.
    var last: [Part] = []
    /// What is missing in the backup, one sentence each.
    var notes: [String] = []
    /// The search path under which code of the schema's own runs, as SQL.
    private(set) var codePath = ""

    /// Sets the search path until the transaction ends. None is set while SQL of the file is read, so that each name in it
    /// means what it meant.
    static func searchPath(_ path: String) -> String { "SET LOCAL search_path = \(path);" }
    static let noPath = "''"

    /// Reads the catalog.
    ///
    /// The search path must be empty, so that names are printed with their schema.
    ///
    /// - Throws: ``BackupError/unsupported(_:schema:)``, ``BackupError/lacking(_:)``, ``BackupError/dependencyCycle(_:)``,
    ///   `PostgresError`
    init(of objects: SchemaObjects, _ options: Options, _ tx: borrowing Transaction) async throws {
        let schema = try await SchemaGraph(of: objects, tx)
        try await schema.refuseLacking(objects, expected: options.expected, tx)
        codePath = try await objects.codePath(of: schema, options, tx)
        try await addObjects(of: schema, objects, tx)
        tables = try await Self.tables(schema, objects, tx)
        try await addRemains(of: schema, objects, tx)
        after += try await Self.parts(objects.attachments, tx)
        after += try await Self.parts(objects.comments(on: Array(schema.members) + schema.parts), tx)
        after += try await Self.parts(objects.schemaComments, tx)
        if options.owners { after += try await Self.parts(objects.owners, tx) }
        after += try await Self.rights(objects, options, tx)
        after += try await objects.publicationParts(tx)
        try await addAnalyzing(objects, tx)
        last = try await Self.parts(objects.eventTriggers, tx).map {
            Part(kind: $0.kind, name: $0.name, sql: Self.optional($0, when: "insufficient_privilege"))
        }
        notes = try await objects.invalidIndexes(tx)
        notes += try await objects.externalDependents(tx).map { "not in the backup: \($0)" }
        notes += try await objects.notHeld(tx)
        if !options.owners { notes += try await objects.otherOwners(tx) }
    }

    /// What is created in the order of dependencies.
    private mutating func addObjects(
        of schema: SchemaGraph, _ objects: SchemaObjects, _ tx: borrowing Transaction
    ) async throws {
        let parts = try await ObjectReader.parts(of: schema.graph, tx)
        var isAfterRows = false
        for id in schema.order {
            guard id != .rows else {
                isAfterRows = true
                continue
            }
            guard var part = parts[id], let kind = schema.graph.nodes[id]?.kind else {
                throw BackupError.unsupported([schema.graph.nodes[id]?.name ?? id.catalog], schema: objects.schema)
            }
            if schema.optionalExtensions.contains(id) { part.sql = Self.optional(part) }
            let isIndex = [.key, .earlyKey, .index, .earlyIndex].contains(kind)
            if isIndex && schema.callsCode(id) || kind == .domainConstraint { part.sql = running(part.sql) }
            if isAfterRows { after.append(part) } else { before.append(part) }
        }
        let families = schema.graph.nodes.filter { $0.value.kind == .operatorFamily }.map(\.key)
        if !families.isEmpty {
            before += try await Self.parts(ObjectReader.looseMembers(of: ObjectReader.array(families)), tx)
        }
    }

    /// The values of sequences, the rows of materialized views, and constraints that need no more than what is there by then.
    private mutating func addRemains(
        of schema: SchemaGraph, _ objects: SchemaObjects, _ tx: borrowing Transaction
    ) async throws {
        let views = (before + after).filter { $0.kind == "MATERIALIZED VIEW" }
        after += try await Self.sequenceValues(objects, tx)
        let populated = try await tx.fetchAll(objects.populatedViews, as: String.self)
        // In the order of their creation, in which they can also be filled.
        after += views.filter { populated.contains($0.name) }.map {
            Part(kind: "MATERIALIZED ROWS", name: $0.name, sql: running("REFRESH MATERIALIZED VIEW \($0.name);"))
        }
        let calling = schema.members.filter { $0.catalog == "pg_constraint" && schema.callsCode($0) }.map(\.oid)
        after += try await Self.parts(objects.constraints(callingCode: calling, path: codePath), tx)
    }

    /// ANALYZE needs the rows. An expression that fails there is nothing that a restore can mend.
    private mutating func addAnalyzing(_ objects: SchemaObjects, _ tx: borrowing Transaction) async throws {
        for (name, runsCode) in try await tx.fetchAll(objects.analyzed, as: (String, Bool).self) {
            let part = Part(kind: "ANALYZE", name: name, sql: "ANALYZE \(name);")
            after.append(runsCode ? Part(kind: "ANALYZE", name: name, sql: running(Self.optional(part))) : part)
        }
    }

    /// The statements, run under the search path for the schema's own code.
    private func running(_ sql: String) -> String {
        "\(Self.searchPath(codePath))\n\(sql)\n\(Self.searchPath(Self.noPath))"
    }

    /// The statement; if it fails, that is a warning.
    private static func optional(_ part: Part, when condition: String = "OTHERS") -> String {
        let text = """

            BEGIN
                EXECUTE \(part.sql.asLiteral);
            EXCEPTION WHEN \(condition) THEN
                RAISE WARNING '%: %', \(part.label.asLiteral), SQLERRM;
            END

            """
        return "DO \(text.dollarQuoted);"
    }

    static func parts(_ query: SQL, _ tx: borrowing Transaction) async throws -> [Part] {
        try await tx.fetchAll(query, as: (String, String, String).self).map { kind, name, sql in
            Part(kind: kind, name: name, sql: sql)
        }
    }

    /// The tables in an order in which code that runs for a row finds the rows that it looks at, as far as that can be known.
    private static func tables(
        _ schema: SchemaGraph, _ objects: SchemaObjects, _ tx: borrowing Transaction
    ) async throws -> [Table] {
        var tables: [Int64: Table] = [:]
        var names: [Int64] = []
        var reached: [Int64: Set<ObjectID>] = [:]
        for row in try await tx.fetchAll(objects.tableData, as: (Int64, String, [String], Int64, Int64).self) {
            names.append(row.0)
            reached[row.0] = schema.reachedByRows(of: ObjectID("pg_class", row.0))
            let callsCode = reached[row.0]?.contains { ["pg_proc", "pg_operator"].contains($0.catalog) } == true
            tables[row.0] = Table(name: row.1, columns: row.2, estimate: row.3, size: row.4, callsCode: callsCode)
        }
        let functions = Set(reached.values.joined().filter { $0.catalog == "pg_proc" })
        var mentions: [ObjectID: [Int64]] = [:]
        if !functions.isEmpty {
            let query = objects.tables(namedBy: functions)
            for (function, table) in try await tx.fetchAll(query, as: (Int64, Int64).self) {
                mentions[ObjectID("pg_proc", function), default: []].append(table)
            }
        }
        var isBegun: Set<Int64> = []
        var order: [Table] = []
        // Each table after those that it reaches, unless they reach it too. Without recursion, as a server says how deep it goes.
        var open = names.reversed().map { (oid: $0, isReady: false) }
        while let (oid, isReady) = open.popLast() {
            guard let table = tables[oid] else { continue }
            if isReady {
                order.append(table)
                continue
            }
            guard isBegun.insert(oid).inserted else { continue }
            open.append((oid, true))
            let ids = (reached[oid] ?? []).sorted { $0.oid < $1.oid }
            let others = ids.flatMap { ($0.catalog == "pg_class" ? [$0.oid] : []) + (mentions[$0] ?? []) }
            open += others.reversed().map { ($0, false) }
        }
        return order
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
    private static func rights(
        _ objects: SchemaObjects, _ options: Options, _ tx: borrowing Transaction
    ) async throws -> [Part] {
        let grants = try await tx.fetchAll(objects.grants(options), as: String.self)
        let values = grants.isEmpty ? "" : "\n        \(grants.joined(separator: ",\n        "))\n    "
        let text = objects.rightsScript(
            grants: grants.isEmpty ? "SELECT '{}'::text[], '', false WHERE false" : "VALUES\(values)")
        return [Part(kind: "RIGHTS", name: "on all", sql: "DO \(text.dollarQuoted);")]
    }
}
