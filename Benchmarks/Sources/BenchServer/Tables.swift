import PGWire

/// The tables that the workloads read and fill. Unlogged: what is measured is the client.
enum Tables {
    static func make(on db: Connection) async throws {
        try await db.execute(script: script)
        // It refuses to run together with others.
        try await db.execute(script: "VACUUM (FREEZE, ANALYZE) bench_decode")
    }

    private static let script = """
        CREATE UNLOGGED TABLE bench_decode AS
            SELECT g::int8 AS id, (g % 1000)::int4 AS k, 'user number ' || g AS name, (g * 0.5)::float8 AS score,
                timestamptz '2026-01-01 00:00:00+00' + g * interval '1 second' AS at, g % 2 = 0 AS ok,
                gen_random_uuid() AS u
            FROM generate_series(1, 1000000) AS g;
        CREATE UNLOGGED TABLE bench_copy (id int8, name text, score float8, at timestamptz);
        """
}
