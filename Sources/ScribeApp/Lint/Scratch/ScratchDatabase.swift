#if ScribeApp
import LocalPostgres
package import PGWire

/// A database to try revisions on: a throwaway PostgreSQL, or an empty database that somebody gives for it.
package enum ScratchDatabase {
    /// Why there is none.
    package enum Failure: ShownError {
        case noServer(any Error)
        case badURL(any Error)
        case passwordInView
        case login(any Error)
        case pooler
        case inUse
        case notAllowed(String)
        case notEmpty(String)

        package var shown: ShownText {
            switch self {
            case .noServer(let error): "\(error: error)\nOr give an empty database by --scratch-url."
            case .badURL(let error): "--scratch-url: \(error: error)"
            case .passwordInView:
                """
                --scratch-url: every user of this machine sees the arguments of a program: leave the password out, and put \
                it into SCRATCH_PASSWORD, in the environment or in .env
                """
            case .login(let error):
                """
                --scratch-url: \(error: error)
                Its password is that of SCRATCH_PASSWORD, in the environment or in .env.
                """
            case .pooler:
                """
                --scratch-url: there is a pooler between, so what one session locks cannot be told from what others do: \
                give the address of the server itself
                """
            case .inUse: "--scratch-url: another lint or test works in that database: wait for it, or give another one"
            case .notAllowed(let message):
                "--scratch-url: \(message): give a database that the role owns (CREATE DATABASE … OWNER …)"
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
    ///   - given: an empty database, which is emptied again afterwards; nil for a server of our own.
    ///   - major: the major version of the server of our own; nil for the best that is installed.
    /// - Throws: ``Failure``, `PostgresError`, or what `body` throws.
    package static func with<R>(
        _ given: Connection.Configuration?, major: Int? = nil, _ body: (Connection.Configuration) async throws -> R
    ) async throws -> R {
        guard var configuration = given else { return try await withServer(major: major, body) }
        configuration.statementTimeout = nil
        return try await sayingWhosePassword { try await GivenDatabase(configuration).with(body) }
    }

    /// Runs what connects to the database that somebody gave, so that the operator looks for the right password.
    ///
    /// - Throws: ``Failure/login(_:)``, or what `body` throws.
    static func sayingWhosePassword<R>(_ body: () async throws -> R) async throws -> R {
        do {
            return try await body()
        } catch PostgresError.connection(let error) where error.phase == .authentication {
            throw Failure.login(PostgresError.connection(error))
        } catch PostgresError.server(let error) where error.sqlState == .invalidPassword {
            throw Failure.login(PostgresError.server(error))
        }
    }

    /// What `--scratch-url` means, with the password of `SCRATCH_PASSWORD`.
    ///
    /// - Throws: ``Failure/badURL(_:)``, ``Failure/passwordInView``, ``SettingsError``
    static func configuration(argument url: String, source: SettingsSource) throws -> Connection.Configuration {
        var configuration: Connection.Configuration
        do { configuration = try Connection.Configuration(url) } catch { throw Failure.badURL(error) }
        guard configuration.password == nil else { throw Failure.passwordInView }
        configuration.password = source["SCRATCH_PASSWORD"].map { Secret($0) }
        return configuration
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
#endif
