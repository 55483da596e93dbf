import PGWire

/// How the statements are read that create the objects of some kinds.
struct ObjectReader: Sendable {
    let kinds: [ObjectKind]
    /// Selects identifier, kind, name, and statements.
    let query: @Sendable (Selection) -> SQL

    /// Arrays of identifiers.
    struct Selection {
        /// The objects to read.
        var ids: SQL
        /// What is made in steps of its own, and left out of what it is a part of.
        var defaults: SQL
        var constraints: SQL
        /// Views whose columns are there already, and tables whose columns' settings come later.
        var relations: SQL
    }

    init(_ kinds: ObjectKind..., query: @escaping @Sendable (Selection) -> SQL) {
        self.kinds = kinds
        self.query = query
    }

    /// One for each kind, but for the rows.
    static let all: [ObjectReader] = [
        schemas, extensions, collations, conversions, shellTypes, types, baseTypes, ranges, textSearchParsers,
        textSearchTemplates, textSearchDictionaries, textSearchConfigurations, functions, aggregates, operators,
        operatorFamilies, operatorClasses, casts, sequences, tables, partitions, columnDefaults, tableSettings,
        domainConstraints,
        viewColumns, views, keys, indexes, indexPartitions,
    ]

    /// The statements for the nodes of a graph, by node.
    static func parts(of graph: ObjectGraph, _ tx: borrowing Transaction) async throws -> [ObjectID: SchemaScript.Part]
    {
        var parts: [ObjectID: SchemaScript.Part] = [:]
        func separated(_ catalog: String) -> SQL {
            array(graph.separated.filter { $0.catalog == catalog })
        }
        for reader in all {
            let nodes = graph.nodes.filter { reader.kinds.contains($0.value.kind) }.map(\.key)
            guard !nodes.isEmpty else { continue }
            let ids = Dictionary(nodes.map { ($0.oid, $0) }) { first, _ in first }
            let query = reader.query(
                Selection(
                    ids: array(nodes), defaults: separated("pg_attrdef"), constraints: separated("pg_constraint"),
                    relations: separated("pg_class")))
            for (oid, kind, name, sql) in try await tx.fetchAll(query, as: (Int64, String, String, String).self) {
                guard let id = ids[oid] else { continue }
                parts[id] = SchemaScript.Part(kind: kind, name: name, sql: sql)
            }
        }
        return parts
    }

    static func array(_ ids: some Sequence<ObjectID>) -> SQL { "\(ids.map(\.oid))::bigint[]::oid[]" }
}
