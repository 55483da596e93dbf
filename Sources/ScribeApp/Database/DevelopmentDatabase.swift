import FoundationEssentials
import LocalPostgres
package import PGSchemaReports
import PGSchemaSQL
package import PGWire

/// The PostgreSQL that scribe-app runs for itself when no `DB_*` setting is there: in `.scribe/postgres` under the working
/// directory, kept from one start to the next.
package struct DevelopmentDatabase: Sendable {
    /// How to connect.
    package let configuration: Connection.Configuration
    /// What it is, where it is, and how to look into it.
    package let summary: ShownText

    private static let name = "scribe"

    /// Runs `body` with the database. Its server is started for that time, unless another scribe-app runs it.
    ///
    /// - Throws: `LocalPostgresError`, or what `body` throws.
    package static func with<R>(_ body: (DevelopmentDatabase) async throws -> R) async throws -> R {
        var options = LocalPostgres.Options()
        options.directory = FileManager.default.currentDirectoryPath + "/.scribe/postgres"
        options.user = name
        options.database = name
        let server: LocalPostgres
        do {
            server = try await LocalPostgres.start(options)
        } catch LocalPostgresError.directoryInUse(let path, let process) {
            return try await body(DevelopmentDatabase(runBy: process, in: path))
        }
        do {
            let result = try await body(DevelopmentDatabase(server))
            await server.stop()
            return result
        } catch {
            await server.stop()
            throw error
        }
    }

    private init(_ server: LocalPostgres) {
        self.init(
            server: "PostgreSQL \(server.version)", port: server.port, password: server.password,
            directory: server.directory, hasTLS: server.caCertificateFile != nil)
    }

    /// The server that another scribe-app runs, as the files in its directory describe it.
    private init(runBy process: Int32, in directory: String) throws {
        // host:port:database:user:password, and none of them needs quoting here.
        let file = directory + "/pgpass"
        let fields = try String(contentsOfFile: file, encoding: .utf8).trimmed.split(separator: ":").map(String.init)
        guard fields.count == 5, let port = UInt16(fields[1]) else {
            throw LocalPostgresError.notACluster(path: directory, reason: "scribe-app did not write its pgpass.")
        }
        self.init(
            server: "PostgreSQL, run by process \(process)", port: Int(port), password: fields[4], directory: directory,
            hasTLS: FileManager.default.fileExists(atPath: directory + "/ca.crt"))
    }

    private init(server: String, port: Int, password: String, directory: String, hasTLS: Bool) {
        let authority = directory + "/ca.crt"
        let tls = hasTLS ? Connection.Configuration.TLS(mode: .verifyFull, trustRoots: .file(authority)) : .disabled
        var configuration = Connection.Configuration(
            host: "127.0.0.1", port: UInt16(clamping: port), user: Self.name, password: password, database: Self.name,
            applicationName: "scribe-app", tls: tls)
        configuration.statementTimeout = DatabaseSettings.defaultStatementTimeout
        self.configuration = configuration
        let security: ShownText = hasTLS ? "sslmode=verify-full sslrootcert=\(authority)" : "sslmode=disable"
        summary = """
            Development database "\(Self.name)": \(server), 127.0.0.1:\(port), data in \(directory)
              psql "host=127.0.0.1 port=\(port) dbname=\(Self.name) user=\(Self.name) passfile=\(directory)/pgpass \
            \(security)"
            """
    }
}
