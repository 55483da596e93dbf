import LocalPostgres
import PGSchemaCatalog
public import PGSchemaReports
public import PGWire

/// A database to try revisions on: on a throwaway PostgreSQL server, or an empty one that the user provides.
///
/// ```swift
/// let head = try await ScratchDatabase.with(nil, major: 17) { scratch in
///     let migrator = Migrator(configuration: scratch, graph: graph)
///     try await migrator.run(.upgrade, to: "head")
///     return try await migrator.current()
/// }
/// ```
public enum ScratchDatabase {
    /// Why a scratch database cannot be used.
    public enum Failure: ShownError {
        /// No throwaway server could be started.
        case noServer(any Error)
        /// The login to the provided database failed.
        case login(any Error)
        /// There is a pooler in front of the provided database.
        case pooler
        /// Another lint or test uses the provided database.
        case inUse
        /// The role may not create a schema in the provided database: the server's message.
        case notAllowed(String)
        /// The provided database is not empty: an example of what it holds.
        case notEmpty(String)

        /// The text of the description.
        package var shown: ShownText {
            if case .noServer = self { detail } else { "the scratch database: " + detail }
        }

        /// The text without the subject.
        package var detail: ShownText {
            switch self {
            case .noServer(let error): "no throwaway server for a scratch database: \(error: error)"
            case .login(let error): "\(error: error)"
            case .pooler:
                """
                there is a pooler between, so what one session locks cannot be told from what others do: \
                give the address of the server itself
                """
            case .inUse: "another lint or test works in that database: wait for it, or give another one"
            case .notAllowed(let message):
                "\(message): give a database that the role owns (CREATE DATABASE … OWNER …)"
            case .notEmpty(let example):
                """
                the database is not empty, it holds \(example), and everything in it would be dropped: \
                give one that was made for the purpose
                """
            }
        }
    }

    /// Runs `body` with the configuration of a scratch database, which is empty.
    ///
    /// - Parameters:
    ///   - provided: an empty database, without a pooler, which is emptied again afterwards; nil for a throwaway server, which
    ///     needs PostgreSQL's programs on this machine.
    ///   - major: the major version of the throwaway server; nil for the best that is installed.
    /// - Throws: ``Failure``, `PostgresError`, or what `body` throws.
    public static func with<R>(
        _ provided: Connection.Configuration?, major: Int? = nil, _ body: (Connection.Configuration) async throws -> R
    ) async throws -> R {
        guard var configuration = provided else { return try await withServer(major: major, body) }
        configuration.statementTimeout = nil
        return try await mappingLoginFailures { try await ProvidedScratchDatabase(configuration).with(body) }
    }

    /// Runs `body`, which connects to the provided database, and tells its login errors apart from those of the migrated one.
    ///
    /// - Throws: ``Failure/login(_:)``, or what `body` throws.
    package static func mappingLoginFailures<R>(_ body: () async throws -> R) async throws -> R {
        do {
            return try await body()
        } catch PostgresError.connection(let error) where error.phase == .authentication {
            throw Failure.login(PostgresError.connection(error))
        } catch PostgresError.server(let error) where error.sqlState == .invalidPassword {
            throw Failure.login(PostgresError.server(error))
        }
    }

    private static func withServer<R>(
        major: Int?, _ body: (Connection.Configuration) async throws -> R
    ) async throws -> R {
        var options = LocalPostgres.Options()
        options.major = major
        options.tls = .off
        let server: LocalPostgres
        do {
            server = try await LocalPostgres.start(options)
        } catch let error as CancellationError {
            throw error
        } catch {
            throw Failure.noServer(error)
        }
        do {
            let result = try await body(try Connection.Configuration(server.connectionURI))
            await server.stop()
            return result
        } catch {
            await server.stop()
            throw error
        }
    }

    /// Truncates all tables.
    ///
    /// - Throws: `PostgresError`
    static func clearRows(_ configuration: Connection.Configuration) async throws {
        try await Connection.withConnection(configuration) { db in
            let tables = try await db.fetchAll(
                catalog: """
                    SELECT c.oid::regclass::text FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
                    WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition AND \(ours)
                    """, as: String.self)
            guard !tables.isEmpty else { return }
            try await db.execute(script: "TRUNCATE \(tables.joined(separator: ", ")) CASCADE")
        }
    }

    private static let ours: SQL = "n.nspname NOT LIKE 'pg\\_%' AND n.nspname <> 'information_schema'"
}
