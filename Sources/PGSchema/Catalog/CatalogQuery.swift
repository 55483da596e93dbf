package import PGWire

/// Our own queries mean the same in every database, whoever may create objects in the schemas of the search path.
///
/// A function, an operator, a type or a table that somebody made there may fit a call better than the server's own, and
/// would run as whoever takes a backup (class of CVE-2018-1058). So a query is parsed under a path that holds the catalog
/// alone, where each name is bound to an object for good; then, as the first thing that it does, it goes back to the path
/// that was, as what the server prints (`regclass`, `pg_get_indexdef`) depends on it. All of it is one batch, and ends with
/// the transaction: nothing is left in a pooler's server connection but the name of a setting without a value.
private enum CatalogQuery {
    /// `pg_temp` is searched first for tables and types unless it is named.
    static let enter: SQL = """
        SELECT pg_catalog.set_config('pgschema.search_path', pg_catalog.current_setting('search_path'), true),
               pg_catalog.set_config('search_path', 'pg_catalog, pg_temp', true)
        """

    /// The server evaluates a condition that does not depend on rows before it reads any.
    static func leaving(_ query: SQL) -> SQL {
        """
        SELECT * FROM (\(query)) AS q WHERE (SELECT pg_catalog.set_config(
            'search_path', pg_catalog.current_setting('pgschema.search_path'), true)) IS NOT NULL
        """
    }
}

extension Pipeline {
    /// All rows of a query of ours, which is read as ``CatalogQuery`` says.
    package mutating func fetchAll<each T: PostgresDecodable>(
        catalog query: SQL, as type: (repeat each T).Type
    ) throws -> Result<[(repeat each T)]> {
        _ = try execute(CatalogQuery.enter)
        return try fetchAll(CatalogQuery.leaving(query), as: type)
    }

    /// All rows of a query of ours, which is read as ``CatalogQuery`` says.
    @_disfavoredOverload
    package mutating func fetchAll<T: Decodable>(catalog query: SQL, as type: T.Type) throws -> Result<[T]> {
        _ = try execute(CatalogQuery.enter)
        return try fetchAll(CatalogQuery.leaving(query), as: type)
    }

    /// The one row of a query of ours, which is read as ``CatalogQuery`` says.
    package mutating func fetchOne<each T: PostgresDecodable>(
        catalog query: SQL, as type: (repeat each T).Type
    ) throws -> Result<(repeat each T)> {
        _ = try execute(CatalogQuery.enter)
        return try fetchOne(CatalogQuery.leaving(query), as: type)
    }

    /// The row of a query of ours, if there is one; it is read as ``CatalogQuery`` says.
    package mutating func fetchOptional<each T: PostgresDecodable>(
        catalog query: SQL, as type: (repeat each T).Type
    ) throws -> Result<(repeat each T)?> {
        _ = try execute(CatalogQuery.enter)
        return try fetchOptional(CatalogQuery.leaving(query), as: type)
    }
}

extension Queryable where Self: ~Copyable {
    /// All rows of a query of ours, which is read as ``CatalogQuery`` says.
    package func fetchAll<each T: PostgresDecodable>(
        catalog query: SQL, as type: (repeat each T).Type
    ) async throws -> [(repeat each T)] {
        try await pipeline { p in try p.fetchAll(catalog: query, as: type) }
    }

    /// The one row of a query of ours, which is read as ``CatalogQuery`` says.
    package func fetchOne<each T: PostgresDecodable>(
        catalog query: SQL, as type: (repeat each T).Type
    ) async throws -> (repeat each T) {
        try await pipeline { p in try p.fetchOne(catalog: query, as: type) }
    }

    /// The row of a query of ours, if there is one; it is read as ``CatalogQuery`` says.
    package func fetchOptional<each T: PostgresDecodable>(
        catalog query: SQL, as type: (repeat each T).Type
    ) async throws -> (repeat each T)? {
        try await pipeline { p in try p.fetchOptional(catalog: query, as: type) }
    }
}
