import LocalPostgres
import PGWire
import Testing

extension Live {
    /// Every type that a database has, with values of it: what they are read as is what psql prints, whichever way they come.
    @Suite struct EveryType {
        private static let null = "⌀"

        /// A database with the extensions that the server has, and types of its own.
        private func withDatabase(
            _ server: LiveServer, _ body: (Connection.Configuration) async throws -> Void
        ) async throws {
            let name = "every_type_\(UInt32.random(in: 0 ... .max))"
            try await server.observed { db in
                try await db.execute("CREATE DATABASE \(identifier: name)")
                // Where the time zone is not UTC, the text of a timestamp with time zone is the server's affair.
                if server == .postgres15 {
                    try await db.execute("ALTER DATABASE \(identifier: name) SET TimeZone = 'Asia/Kolkata'")
                }
            }
            var direct = try await Connection.Configuration(server.cluster.connectionURI)
            direct.database = name
            try await Connection.withConnection(direct) { db in
                for name in try await db.fetchAll(Self.available, as: String.self) {
                    try await db.execute("CREATE EXTENSION \(identifier: name)")
                }
                try await db.execute(script: Self.ownTypes)
            }
            var configuration = try await server.configuration
            configuration.database = name
            try await body(configuration)
            // A pooler keeps its connections to it.
            _ = try await server.observed { try await $0.execute("DROP DATABASE \(identifier: name) WITH (FORCE)") }
        }

        private static let available: SQL = """
            SELECT name::text FROM pg_available_extensions
            WHERE name IN ('hstore', 'ltree', 'citext', 'cube', 'isn', 'seg', 'intarray', 'pg_trgm', 'lo', 'vector', 'postgis')
            """

        private static let ownTypes = """
            CREATE TYPE mood AS ENUM ('sad', 'ok', 'very "happy", \\really');
            CREATE DOMAIN even AS int4 CHECK (VALUE % 2 = 0);
            CREATE TYPE pair AS (a int4, "b c" text, moods mood[]);
            CREATE TYPE textrange AS RANGE (SUBTYPE = text, COLLATION = "C");
            CREATE TABLE correlated AS
                SELECT i % 3 AS a, i % 3 * 2 AS b, (i % 3)::text AS c FROM generate_series(1, 300) i;
            CREATE STATISTICS s1 ON a, b FROM correlated;
            CREATE STATISTICS s2 ON b, c FROM correlated;
            CREATE STATISTICS s3 ON a, c FROM correlated;
            ANALYZE correlated;
            """

        /// A statement whose columns are values of one type.
        private struct Probe: Sendable {
            var type: String
            var sql: String
            var expected: [String?] = []
        }

        @Test(arguments: [LiveServer.postgres15, .postgres18, .pgBouncer])
        func asPsqlPrintsIt(_ server: LiveServer) async throws {
            let clock = ContinuousClock()
            let start = clock.now
            try await withDatabase(server) { configuration in
                try await Connection.withConnection(configuration) { db in
                    let probes = try await probes(db, server, configuration)
                    var count = 0
                    for probe in probes {
                        let read = try await allWays(db, SQL(raw: probe.sql))
                        for (way, values) in read {
                            #expect(values == probe.expected, "\(probe.type) as \(way)")
                        }
                        count += probe.expected.count
                    }
                    #expect(probes.count > 600)
                    print("\(server): \(count) values of \(probes.count) types in \(clock.now - start)")
                }
            }
        }

        /// A statement for each type, with what psql prints.
        private func probes(
            _ db: Connection, _ server: LiveServer, _ configuration: Connection.Configuration
        ) async throws -> [Probe] {
            let catalog = try await TypeCatalog(db)
            let hasXML = (try? await db.execute("SELECT xml '<a/>'")) != nil
            var probes: [Probe] = []
            for type in catalog.all {
                // Not every server is built with it.
                if !hasXML, ["xml", "_xml"].contains(type.name) { continue }
                let samples = catalog.samples(of: type)
                if samples.count < 3 {
                    #expect(catalog.exception(of: type) != nil, "there are no samples of \(type.quoted) (\(type.kind))")
                }
                guard !samples.isEmpty else { continue }
                let null = type.kind == "p" && type.name != "record" ? "NULL" : "NULL::\(type.quoted)"
                probes.append(Probe(type: type.quoted, sql: "SELECT " + (samples + [null]).joined(separator: ", ")))
            }
            let texts = try await Self.psql(probes.map(\.sql), server, configuration.database ?? "")
            try #require(texts.count == probes.count, "psql printed \(texts.count) rows for \(probes.count) statements")
            for index in probes.indices { probes[index].expected = texts[index] }
            return probes
        }

        /// What psql prints: for each statement its one row.
        private static func psql(
            _ statements: [String], _ server: LiveServer, _ database: String
        ) async throws -> [[String?]] {
            let cluster = try await server.cluster
            let directory = TemporaryDirectory()
            let path = "\(directory.path)/statements.sql"
            // Only errors are of interest besides the values.
            try append("SET client_min_messages = error;\n", to: path)
            try append(statements.joined(separator: ";\n") + ";\n", to: path)
            var place = "host=\(cluster.host) port=\(cluster.port) dbname=\(database)"
            place += " user=\(LiveServers.quoted(cluster.user)) password=\(LiveServers.quoted(cluster.password))"
            // With its errors, which name the statement.
            let arguments = [
                "/bin/sh", "-c", "exec \"$@\" 2>&1", "sh",
                "\(cluster.installation.binDirectory)/psql", "-XAtq", "-v", "ON_ERROR_STOP=1", "-P", "null=\(null)",
                "-F", "\u{1}", "-R", "\u{2}", "-f", path, place,
            ]
            let answer = try await BlockingThread.run { try ChildProcess.output(of: arguments) }
            try #require(answer.status == 0, "psql failed: \(answer.text.suffix(500))")
            // Every statement has one row, whose end is a newline.
            return answer.text.split(separator: "\u{1}\(null)\n", omittingEmptySubsequences: true).map { record in
                record.split(separator: "\u{1}", omittingEmptySubsequences: false).map { $0 == null ? nil : "\($0)" }
                    + [nil]
            }
        }

        /// The values as texts: as a tuple, as rows of unknown columns and of known ones, as `Decodable`, in a pipeline.
        private func allWays(_ db: Connection, _ sql: SQL) async throws -> [(way: String, values: [String?])] {
            var ways: [(String, [String?])] = []
            for use in 1...3 {
                let row = try await db.fetchOne(sql)
                ways.append(("row, use \(use)", try row.columns.indices.map { try row.decode($0, as: String?.self) }))
            }
            var borrowed: [String?] = []
            try await db.forEachRow(sql) { row in
                borrowed = try row.columns.indices.map { try row.decode($0, as: String?.self) }
            }
            ways.append(("borrowed row", borrowed))
            switch ways[0].1.count {
            case 4:
                let (a, b, c, d) = try await db.fetchOne(sql, as: (String?, String?, String?, String?).self)
                ways.append(("tuple", [a, b, c, d]))
                let piped = try await db.pipeline { p in
                    try p.fetchOne(sql, as: (String?, String?, String?, String?).self)
                }
                ways.append(("pipeline", [piped.0, piped.1, piped.2, piped.3]))
            default: break
            }
            return ways
        }
    }
}
