import PGWire

/// Large objects, which belong to the database and not to a schema.
extension SchemaObjects {
    /// How many there are.
    func countLargeObjects(_ tx: borrowing Transaction) async throws -> Int {
        try await tx.fetchOne("SELECT count(*)::int FROM pg_largeobject_metadata", as: Int.self)
    }

    /// The identifiers, comments and owners.
    func largeObjects(_ tx: borrowing Transaction) async throws -> [(oid: Int64, comment: String?, owner: String)] {
        try await tx.fetchAll(
            """
            SELECT m.oid::bigint, quote_literal(obj_description(m.oid, 'pg_largeobject')), quote_ident(pg_get_userbyid(m.lomowner))
            FROM pg_largeobject_metadata m ORDER BY m.oid
            """, as: (Int64, String?, String).self
        ).map { ($0.0, $0.1, $0.2) }
    }

    /// The statements that make a large object, one after the other, so that none need hold it whole.
    func statements(
        forLargeObject oid: Int64, comment: String?, owner: String?, _ tx: borrowing Transaction,
        _ body: (String) throws -> Void
    ) async throws {
        try body("SELECT pg_catalog.lo_create(\(oid));")
        let piece: Int64 = 64 * 1024
        var offset: Int64 = 0
        while true {
            let (digits, count) = try await tx.fetchOne(
                "SELECT encode(b, 'hex'), length(b) FROM lo_get(\(oid)::bigint::oid, \(offset), \(Int32(piece))) AS b",
                as: (String, Int32).self)
            if count == 0 { break }
            try body("SELECT pg_catalog.lo_put(\(oid), \(offset), pg_catalog.decode('\(digits)', 'hex'));")
            offset += piece
        }
        if let comment { try body("COMMENT ON LARGE OBJECT \(oid) IS \(comment);") }
        if let owner { try body("ALTER LARGE OBJECT \(oid) OWNER TO \(owner);") }
    }
}
