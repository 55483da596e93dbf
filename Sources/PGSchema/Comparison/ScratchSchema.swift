import PGSchemaSQL
import PGWire

/// Builds schemas and reads them back, in a transaction that is rolled back.
///
/// Each build creates a new schema in the database. As far as possible the search path does not contain the live schema, so
/// that no statement can refer to a live table by mistake and lock it.
struct ScratchSchema {
    /// The other schemas of the search path, quoted and separated by commas.
    private let others: String
    private let prefix: String
    private var count = 0

    init(others: String) {
        self.others = others
        prefix = "pgschema_compare_\(String(UInt64.random(in: 0...UInt64.max), radix: 16))_"
    }

    /// Builds `schema`. Statements after that refer to its objects.
    ///
    /// - Throws: ``SchemaComparisonError/noScratchSchema(_:)``, ``SchemaComparisonError/refused(_:)``, `PostgresError`
    mutating func build(_ schema: Schema, _ tx: borrowing Transaction) async throws {
        count += 1
        let path = others.isEmpty ? name.quoted : "\(name.quoted), \(others)"
        let make = "CREATE SCHEMA \(name.quoted)"
        do {
            try await run(
                [make, "SELECT pg_catalog.set_config('search_path', \(path.asLiteral), true)"] + schema.creation, tx)
        } catch SchemaComparisonError.refused(let error) where error.sql == make {
            throw SchemaComparisonError.noScratchSchema(error)
        }
    }

    /// Runs statements in one round trip.
    ///
    /// - Throws: ``SchemaComparisonError/refused(_:)``, `PostgresError`
    func run(_ statements: [String], _ tx: borrowing Transaction) async throws {
        guard !statements.isEmpty else { return }
        do {
            _ = try await tx.pipeline { p in try statements.map { try p.execute(SQL(raw: $0)) } }
        } catch PostgresError.server(let error) where !error.isFatal {
            throw SchemaComparisonError.refused(error)
        }
    }

    /// Reads the schema that was built last.
    ///
    /// - Throws: `PostgresError`
    func read(_ tx: borrowing Transaction) async throws -> Schema {
        try await CatalogReader(schema: name, others: others).read(tx)
    }

    private var name: String { "\(prefix)\(count)" }
}
