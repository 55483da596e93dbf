/// Types of the database that decoding needs to know: looked up where they are met first, after the statement's own rows.
extension ConnectionHandle {
    /// What decoding `Decodable` values goes by.
    var decodingContext: DecodingContext {
        DecodingContext(json: connection.configuration.jsonDecoder, types: connection.resultTypes.types)
    }

    /// What `decode` makes of rows that have come. When a type is not known, it is looked up, and `decode` is called again.
    @usableFromInline
    func decoding<T>(_ timeout: Duration?, _ decode: () throws -> T) async throws -> T {
        var asked: Set<OID> = []
        while true {
            do {
                return try decode()
            } catch let missing as TypeCatalog.Missing {
                // What a server says may lead from one type to the next for ever.
                guard asked.count < 32, asked.insert(missing.type).inserted else { throw missing.failure }
                try await lookUp(missing.type, timeout)
            }
        }
    }

    /// Runs a statement, and returns what `read` makes of its rows.
    func fetchAll<T>(
        _ sql: SQL, _ formats: ResultFormats, timeout: Duration?, _ read: (Row) throws -> T
    ) async throws -> [T] {
        var values: [T] = []
        // Those from the first on that has a type that is not known.
        var rest: [Row] = []
        try await forEachOwnedRow(sql, formats, timeout: timeout) { row in
            guard rest.isEmpty else { return rest.append(Row(row.view)) }
            do {
                values.append(try read(row))
            } catch is TypeCatalog.Missing {
                rest.append(Row(row.view))
            }
        }
        for row in rest { values.append(try await decoding(timeout) { try read(row) }) }
        return values
    }

    /// Asks the catalogs for a type and all those that it consists of.
    func lookUp(_ type: OID, _ timeout: Duration?) async throws {
        var found: [OID: TypeCatalog.Entry] = [:]
        try await forEachOwnRow(Self.lookup(type), ResultFormats(LookupRow.self), timeout: timeout) { row in
            let (type, element, base, names, types) = try row.decode(as: LookupRow.self)
            let fields = zip(names, types).map { TypeCatalog.Field(name: $0, type: $1) }
            found[type] = TypeCatalog.Entry(element: element, base: base, fields: fields)
        }
        connection.resultTypes.types.note(found, asked: type)
    }

    private typealias LookupRow = (OID, OID, OID, [String], [OID])

    /// Types that come with the server have numbers that are known, and need not be asked for. Names are qualified, so that
    /// nobody else's functions and operators are met.
    private static func lookup(_ type: OID) -> SQL {
        """
        WITH RECURSIVE wanted (oid) AS (
            SELECT \(type)::pg_catalog.oid
            UNION
            SELECT part.oid
            FROM wanted
            JOIN pg_catalog.pg_type AS t ON t.oid OPERATOR(pg_catalog.=) wanted.oid
            CROSS JOIN LATERAL (
                SELECT t.typelem
                UNION ALL SELECT t.typbasetype
                UNION ALL SELECT a.atttypid FROM pg_catalog.pg_attribute AS a
                    WHERE a.attrelid OPERATOR(pg_catalog.=) t.typrelid AND a.attnum OPERATOR(pg_catalog.>) 0
                        AND NOT a.attisdropped
            ) AS part (oid)
            WHERE part.oid OPERATOR(pg_catalog.>=) '16384'::pg_catalog.oid
        )
        SELECT t.oid, t.typelem, t.typbasetype,
            ARRAY(SELECT a.attname::pg_catalog.text FROM pg_catalog.pg_attribute AS a
                WHERE a.attrelid OPERATOR(pg_catalog.=) t.typrelid AND a.attnum OPERATOR(pg_catalog.>) 0 AND NOT a.attisdropped
                ORDER BY a.attnum),
            ARRAY(SELECT a.atttypid FROM pg_catalog.pg_attribute AS a
                WHERE a.attrelid OPERATOR(pg_catalog.=) t.typrelid AND a.attnum OPERATOR(pg_catalog.>) 0 AND NOT a.attisdropped
                ORDER BY a.attnum)
        FROM wanted JOIN pg_catalog.pg_type AS t ON t.oid OPERATOR(pg_catalog.=) wanted.oid
        """
    }
}
