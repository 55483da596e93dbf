#if ScribeApp
import LocalPostgres
package import PGWire

/// A database to try revisions on: a throwaway PostgreSQL, or an empty database that somebody gives for it.
package enum ScratchDatabase {
    /// Why there is none.
    package enum Failure: Error, CustomStringConvertible {
        case noServer(any Error)
        case badURL(any Error)
        case notEmpty(String)

        package var description: String {
            switch self {
            case .noServer(let error):
                "\(error)\nOr give an empty database by --scratch-url."
            case .badURL(let error):
                "--scratch-url: \(error)"
            case .notEmpty(let example):
                """
                --scratch-url: the database is not empty, it holds \(example), and everything in it would be dropped: \
                give one that was made for the purpose
                """
            }
        }
    }

    /// Runs `body` with the connection of a scratch database.
    ///
    /// - Parameters:
    ///   - url: an empty database, which is emptied again afterwards; nil for a server of our own.
    ///   - major: the major version of the server of our own; nil for the best that is installed.
    /// - Throws: ``Failure``, `PGError`, or what `body` throws.
    package static func with<R>(
        url: String?, major: Int? = nil, _ body: (Configuration) async throws -> R
    ) async throws -> R {
        guard let url else { return try await withServer(major: major, body) }
        var configuration = try Self.configuration(url)
        configuration.statementTimeout = nil
        if let example = try await content(of: configuration).first {
            throw Failure.notEmpty("\(example.kind) \(example.name)")
        }
        do {
            let result = try await body(configuration)
            try await clear(configuration)
            return result
        } catch {
            // The first error is the one to tell.
            try? await clear(configuration)
            throw error
        }
    }

    /// What `--scratch-url` means.
    ///
    /// - Throws: ``Failure/badURL(_:)``
    static func configuration(_ url: String) throws -> Configuration {
        do { return try Configuration(url) } catch { throw Failure.badURL(error) }
    }

    private static func withServer<R>(
        major: Int?, _ body: (Configuration) async throws -> R
    ) async throws -> R {
        var options = LocalPostgres.Options()
        options.major = major
        options.tls = .off
        let server: LocalPostgres
        do { server = try await LocalPostgres.start(options) } catch { throw Failure.noServer(error) }
        do {
            let result = try await body(try Configuration(server.connectionURI))
            await server.stop()
            return result
        } catch {
            await server.stop()
            throw error
        }
    }

    /// Takes all rows out of all tables.
    ///
    /// - Throws: `PGError`
    static func clearRows(_ configuration: Configuration) async throws {
        try await Connection.withConnection(configuration) { db in
            let tables = try await db.fetchAll(
                """
                SELECT c.oid::regclass::text FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
                WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition AND \(ours)
                """, as: String.self)
            guard !tables.isEmpty else { return }
            try await db.execute(script: "TRUNCATE \(tables.joined(separator: ", ")) CASCADE")
        }
    }

    private static let ours: SQL = "n.nspname NOT LIKE 'pg\\_%' AND n.nspname <> 'information_schema'"

    /// What is there: `table` and `users`, and so on.
    private static func content(of configuration: Configuration) async throws -> [(kind: String, name: String)] {
        try await Connection.withConnection(configuration) { db in
            let rows = try await db.fetchAll(
                """
                SELECT CASE c.relkind WHEN 'S' THEN 'sequence' WHEN 'v' THEN 'view' WHEN 'm' THEN 'materialized view'
                       WHEN 'f' THEN 'foreign table' WHEN 'c' THEN 'type' ELSE 'table' END, c.oid::regclass::text
                FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
                WHERE c.relkind IN ('r', 'p', 'S', 'v', 'm', 'f', 'c') AND \(ours)
                UNION ALL SELECT CASE t.typtype WHEN 'd' THEN 'domain' ELSE 'type' END, t.oid::regtype::text
                FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace
                WHERE t.typtype IN ('e', 'd', 'r') AND \(ours)
                UNION ALL SELECT 'routine', p.oid::regprocedure::text
                FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
                WHERE NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = p.oid AND d.deptype IN ('e', 'i')) AND \(ours)
                UNION ALL SELECT 'schema', quote_ident(n.nspname) FROM pg_namespace n
                WHERE n.nspname <> 'public' AND \(ours)
                """, as: (String, String).self)
            return rows.map { (kind: $0.0, name: $0.1) }
        }
    }

    /// Drops everything, which is ours because the database was empty.
    private static func clear(_ configuration: Configuration) async throws {
        let content = try await content(of: configuration)
        try await Connection.withConnection(configuration) { db in
            // What went with another is gone already.
            for (kind, name) in content { try await db.execute(script: "DROP \(kind) IF EXISTS \(name) CASCADE") }
        }
    }
}
#endif
