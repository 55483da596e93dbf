package import PGWire

/// Makes a query mean the same in every database, whoever may create objects in the schemas of the search path.
///
/// A function, operator, type or table that somebody created there may match a call better than the server's own, and would
/// run as the role that takes a backup (class of CVE-2018-1058). So a query is parsed with a search path of `pg_catalog`
/// alone, which binds each name to an object. The first thing that it does is to restore the search path, because what the
/// server prints (`regclass`, `pg_get_indexdef`) depends on it. Both are one batch and end with the transaction: a pooler's
/// server connection keeps nothing but the name of a setting without a value.
private enum CatalogQuery {
    /// `pg_temp` is searched first for tables and types unless it is named.
    static let enter: SQL = """
        SELECT pg_catalog.set_config('pgschema.search_path', pg_catalog.current_setting('search_path'), true),
               pg_catalog.set_config('search_path', 'pg_catalog, pg_temp', true)
        """

    /// The server evaluates a condition that does not depend on rows before it reads the first one.
    static func leaving(_ query: SQL) -> SQL {
        """
        SELECT * FROM (\(query)) AS q WHERE (SELECT pg_catalog.set_config(
            'search_path', pg_catalog.current_setting('pgschema.search_path'), true)) IS NOT NULL
        """
    }
}

extension Pipeline {
    /// All rows of a query on the catalog (``CatalogQuery``).
    package mutating func fetchAll<each T: PostgresDecodable>(
        catalog query: SQL, as type: (repeat each T).Type
    ) throws -> Result<[(repeat each T)]> {
        _ = try execute(CatalogQuery.enter)
        return try fetchAll(CatalogQuery.leaving(query), as: type)
    }

    /// All rows of a query on the catalog (``CatalogQuery``).
    @_disfavoredOverload
    package mutating func fetchAll<T: Decodable>(catalog query: SQL, as type: T.Type) throws -> Result<[T]> {
        _ = try execute(CatalogQuery.enter)
        return try fetchAll(CatalogQuery.leaving(query), as: type)
    }

    /// The one row of a query on the catalog (``CatalogQuery``).
    package mutating func fetchOne<each T: PostgresDecodable>(
        catalog query: SQL, as type: (repeat each T).Type
    ) throws -> Result<(repeat each T)> {
        _ = try execute(CatalogQuery.enter)
        return try fetchOne(CatalogQuery.leaving(query), as: type)
    }

    /// The row of a query on the catalog (``CatalogQuery``); nil without one.
    package mutating func fetchOptional<each T: PostgresDecodable>(
        catalog query: SQL, as type: (repeat each T).Type
    ) throws -> Result<(repeat each T)?> {
        _ = try execute(CatalogQuery.enter)
        return try fetchOptional(CatalogQuery.leaving(query), as: type)
    }
}

extension Queryable where Self: ~Copyable {
    /// All rows of a query on the catalog (``CatalogQuery``).
    package func fetchAll<each T: PostgresDecodable>(
        catalog query: SQL, as type: (repeat each T).Type
    ) async throws -> [(repeat each T)] {
        try await pipeline { p in try p.fetchAll(catalog: query, as: type) }
    }

    /// The one row of a query on the catalog (``CatalogQuery``).
    package func fetchOne<each T: PostgresDecodable>(
        catalog query: SQL, as type: (repeat each T).Type
    ) async throws -> (repeat each T) {
        try await pipeline { p in try p.fetchOne(catalog: query, as: type) }
    }

    /// The row of a query on the catalog (``CatalogQuery``); nil without one.
    package func fetchOptional<each T: PostgresDecodable>(
        catalog query: SQL, as type: (repeat each T).Type
    ) async throws -> (repeat each T)? {
        try await pipeline { p in try p.fetchOptional(catalog: query, as: type) }
    }
}
