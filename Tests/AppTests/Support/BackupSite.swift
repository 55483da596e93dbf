import FoundationEssentials
import LocalPostgres
import PGSchemaCatalog
import PGSchemaReports
import PGWire
import Testing
import TestSupport

/// A cluster with a transaction pooler in front of it, a directory for files, and databases.
struct BackupSite {
    let cluster: LocalPostgres
    let pooler: LocalPgBouncer
    let directory: String

    static func with(_ major: Int = 15, _ body: (BackupSite) async throws -> Void) async throws {
        let cluster = try await TestServers.shared.cluster(major: major)
        let pooler = try await TestServers.pooler(inFrontOf: cluster)
        do {
            try await withTemporaryDirectory { directory in
                try await body(BackupSite(cluster: cluster, pooler: pooler, directory: directory))
            }
        } catch {
            await pooler.stop()
            throw error
        }
        await pooler.stop()
    }

    /// By way of the pooler.
    func settings(_ database: String) -> [String: String] {
        pooled(database).settings()
    }

    /// By way of the pooler, which has TLS even where the server has none.
    func pooled(_ database: String) -> Connection.Configuration {
        var configuration = cluster.configuration(database: database)
        configuration.endpoints[0].port = UInt16(pooler.port)
        configuration.poolerMode = .transaction
        if let file = pooler.caCertificateFile {
            configuration.tls = .init(mode: .verifyFull, trustRoots: .file(file))
        }
        return configuration
    }

    /// Straight to the server.
    func configuration(_ database: String) -> Connection.Configuration { cluster.configuration(database: database) }

    func makeDatabase(_ script: String = "") async throws -> String {
        let configuration = try await cluster.makeDatabase()
        try await Connection.withConnection(configuration) { try await $0.execute(script: script) }
        return configuration.database ?? ""
    }

    func scribe(_ database: String, _ arguments: String...) async throws -> ScribeProcess.Outcome {
        try await ScribeProcess.run(["db"] + arguments, settings(database), in: directory)
    }

    /// Runs a command that must succeed.
    @discardableResult
    func succeed(
        _ database: String, _ arguments: String..., sourceLocation: SourceLocation = #_sourceLocation
    ) async throws -> ScribeProcess.Outcome {
        try await succeed(database, arguments, sourceLocation: sourceLocation)
    }

    @discardableResult
    func succeed(
        _ database: String, _ arguments: [String], sourceLocation: SourceLocation = #_sourceLocation
    ) async throws -> ScribeProcess.Outcome {
        let outcome = try await ScribeProcess.run(["db"] + arguments, settings(database), in: directory)
        #expect(outcome.status == 0, "\(arguments): \(outcome.problems)", sourceLocation: sourceLocation)
        return outcome
    }

    /// Waits until a session of the database runs a statement like `pattern`, as `process` does; with nil, until none has a
    /// transaction open.
    func waitForBackend(of database: String, _ pattern: String?, by process: ScribeProcess? = nil) async throws {
        try await Connection.withConnection(configuration(cluster.database)) { db in
            try await eventually {
                if let ended = process?.outcomeSoFar {
                    throw ScribeProcess.NeverSaid(text: pattern ?? "", outcome: ended)
                }
                let count: Int
                if let pattern {
                    count = try await db.fetchOne(
                        """
                        SELECT count(*)::int FROM pg_stat_activity
                        WHERE datname = \(database)::text AND state = 'active' AND query LIKE \(pattern)::text
                        """, as: Int.self)
                    return count > 0
                }
                count = try await db.fetchOne(
                    """
                    SELECT count(*)::int FROM pg_stat_activity
                    WHERE datname = \(database)::text AND xact_start IS NOT NULL
                    """, as: Int.self)
                return count == 0
            }
        }
    }

    var files: [String] { (try? FileManager.default.contentsOfDirectory(atPath: directory).sorted()) ?? [] }

    func size(_ file: String) throws -> Int {
        let number = try FileManager.default.attributesOfItem(atPath: "\(directory)/\(file)")[.size]
        return number as? Int ?? Int(number as? UInt64 ?? 0)
    }

    func bytes(_ file: String) throws -> [UInt8] { Array(try Data(contentsOf: URL(filePath: "\(directory)/\(file)"))) }

    func write(_ bytes: some Sequence<UInt8>, to file: String) throws {
        try Data(bytes).write(to: URL(filePath: "\(directory)/\(file)"))
    }
}
