import PGSchemaCatalog
import PGSchemaSQL
public import PGWire

extension Schema {
    /// Reads the tables and enum types of a connection's default schema, as the server has them.
    ///
    /// - Parameter versionTable: the name of the migrations' version table, which is left out.
    /// - Throws: ``SchemaComparisonError/noSchema`` when the search path leads to none, `PostgresError`
    public init(readingDefaultSchemaOf db: Connection, versionTable: String = "schema_version") async throws {
        self = try await db.transaction(isolation: .repeatableRead, readOnly: true) { tx in
            let place = try await ComparedPlace.current(tx)
            return try await CatalogReader(schema: place.schema, others: place.others).read(tx)
        }
        tables.removeAll { $0.name.hasSameBytes(as: versionTable) }
    }
}
