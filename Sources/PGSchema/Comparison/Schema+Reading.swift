import PGSchemaCatalog
import PGSchemaSQL
public import PGWire

extension Schema {
    /// Reads the tables and enum types of a connection's default schema (the first of the search path).
    ///
    /// - Parameter versionTable: the name of the migrations' version table, which is left out.
    /// - Throws: ``SchemaComparisonError/noSchema`` when no schema of the search path exists, `PostgresError`
    public init(readingDefaultSchemaOf db: Connection, versionTable: String = "schema_version") async throws {
        self = try await db.transaction(isolation: .repeatableRead, readOnly: true) { tx in
            let path = try await SearchPath.current(tx)
            return try await CatalogReader(schema: path.schema, others: path.others).read(tx)
        }
        tables.removeAll { $0.name.hasSameBytes(as: versionTable) }
    }
}
