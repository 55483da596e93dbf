import LocalPostgres
import PGSchemaCatalog
public import PGSchemaReports
public import PGWire

/// A database to try revisions on: a throwaway PostgreSQL, or an empty database that somebody gives for it.
public enum ScratchDatabase {
    /// Why there is none.
    public enum Failure: ShownError {
        case noServer(any Error)
        /// The server does not let the role in.
        case login(any Error)
        case pooler
        case inUse
        case notAllowed(String)
        case notEmpty(String)

        /// What is wrong and what to do.
        public var shown: ShownText {
            if case .noServer = self { detail } else { "the scratch database: " + detail }
        }

        /// The same without saying what it is about.
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

    /// Runs `body` with the connection of a scratch database.
    ///
    /// - Parameters:
    ///   - given: an empty database, which is emptied again afterwards; nil for a server of our own.
    ///   - major: the major version of the server of our own; nil for the best that is installed.
    /// - Throws: ``Failure``, `PostgresError`, or what `body` throws.
    public static func with<R>(
        _ given: Connection.Configuration?, major: Int? = nil, _ body: (Connection.Configuration) async throws -> R
    ) async throws -> R {
        guard var configuration = given else { return try await withServer(major: major, body) }
        configuration.statementTimeout = nil
        return try await tellingLoginsApart { try await GivenDatabase(configuration).with(body) }
    }

    /// Runs what connects to the database that somebody gave, so that its errors of login are told apart from those of the database that is migrated.
    ///
    /// - Throws: ``Failure/login(_:)``, or what `body` throws.
    package static func tellingLoginsApart<R>(_ body: () async throws -> R) async throws -> R {
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
        do { server = try await LocalPostgres.start(options) } catch { throw Failure.noServer(error) }
        do {
            let result = try await body(try Connection.Configuration(server.connectionURI))
            await server.stop()
            return result
        } catch {
            await server.stop()
            throw error
        }
    }

    /// Takes all rows out of all tables.
    ///
    /// - Throws: `PostgresError`
    package static func clearRows(_ configuration: Connection.Configuration) async throws {
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
