import FoundationEssentials
import LocalPostgres
import PGSchemaBackup
import PGWire
import ScribeApp
import Testing
import TestSupport

#if canImport(Darwin)
import Darwin
#else
import Glibc
#endif

/// `kill -9` at any moment of a backup or a restore, of the program or of the server's process, leaves either all of it or nothing.
///
/// `PGWIRE_BACKUP_KILLS` says how often each is killed; 5 times unless given.
@Suite(.timeLimit(.minutes(30)), .serialized) struct BackupKillTests {
    /// A server of its own: a killed process makes it restart, which ends everybody's connections.
    private struct Site {
        let server: LocalPostgres
        let directory: String

        func configuration(_ database: String) -> Connection.Configuration { server.configuration(database: database) }

        var files: [String] { (try? FileManager.default.contentsOfDirectory(atPath: directory).sorted()) ?? [] }

        /// scribe-app and pgschema in turn.
        func start(_ number: Int, _ database: String, _ arguments: String...) throws -> ScribeProcess {
            guard number.isMultiple(of: 2) else {
                return try ScribeProcess(["db"] + arguments, configuration(database).settings(), in: directory)
            }
            let tls = server.caCertificateFile.map { "?sslmode=verify-full&sslrootcert=\($0)" } ?? "?sslmode=disable"
            let url = "postgres://\(server.user):\(server.password)@127.0.0.1:\(server.port)/\(database)\(tls)"
            return try ScribeProcess(arguments, ["DATABASE_URL": url], in: directory, product: "pgschema")
        }

        /// Kills the process that serves the program, if there is one.
        func killServer(of database: String) async throws -> Bool {
            let pids = try await Connection.withConnection(configuration(server.database)) { db in
                try await db.fetchAll(
                    "SELECT pid FROM pg_stat_activity WHERE datname = \(database)::text AND backend_type = 'client backend'",
                    as: Int32.self)
            }
            for pid in pids { kill(pid, SIGKILL) }
            return !pids.isEmpty
        }

        /// Waits until the server answers and nobody else is in the database.
        func waitForQuiet(_ database: String) async throws {
            try await eventually {
                let count = try? await Connection.withConnection(configuration(server.database)) { db in
                    try await db.fetchOne(
                        "SELECT count(*)::int FROM pg_stat_activity WHERE datname = \(database)::text", as: Int.self)
                }
                return count == 0
            }
        }

        /// The schema's tables with their rows; nothing of an empty one.
        func contents(_ database: String) async throws -> [String] {
            try await Connection.withConnection(configuration(database)) { db in
                let others = try await db.fetchAll(
                    """
                    SELECT pg_describe_object(classid, objid, 0) FROM pg_depend
                    WHERE refclassid = 'pg_namespace'::regclass AND refobjid = 'public'::regnamespace ORDER BY 1
                    """, as: String.self)
                let tables = try await db.fetchAll(
                    "SELECT relname::text FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace ORDER BY 1",
                    as: String.self)
                var rows: [String] = []
                for table in tables {
                    rows.append(
                        try await db.fetchOne(
                            """
                            SELECT concat(\(table)::text, ' ', count(*), ' ', sum(hashtextextended(t::text, 0)::numeric))
                            FROM \(identifier: table) AS t
                            """, as: String.self))
                }
                return others + rows
            }
        }
    }

    private static let schema = """
        CREATE TYPE mood AS ENUM ('sad', 'ok');
        CREATE TABLE a (id int PRIMARY KEY, t text, m mood);
        INSERT INTO a SELECT i, repeat('text ' || i, 10), 'ok' FROM generate_series(1, 20000) i;
        CREATE TABLE b (id int REFERENCES a, n numeric); INSERT INTO b SELECT i, i / 7.0 FROM generate_series(1, 20000) i;
        CREATE INDEX ON a (t); CREATE INDEX ON b (n); CREATE VIEW v AS SELECT count(*) FROM a JOIN b USING (id);
        CREATE TABLE z (id int); INSERT INTO z VALUES (1);
        """

    private static let count = ProcessInfo.processInfo.environment["PGWIRE_BACKUP_KILLS"].flatMap { Int($0) } ?? 5

    private func with(_ body: (Site, _ source: String) async throws -> Void) async throws {
        var options = LocalPostgres.Options()
        options.major = 15
        options.tls = .available
        let server = try await LocalPostgres.start(options)
        do {
            let source = try await server.makeDatabase()
            try await Connection.withConnection(source) { try await $0.execute(script: Self.schema) }
            try await withTemporaryDirectory { directory in
                try await body(Site(server: server, directory: directory), source.database ?? "")
            }
        } catch {
            await server.stop()
            throw error
        }
        await server.stop()
    }

    /// Waits for some part of the time that the whole takes, then kills.
    private func killAtRandom(
        _ number: Int, _ process: ScribeProcess, _ whole: Duration, _ site: Site, _ database: String
    ) async throws -> (outcome: ScribeProcess.Outcome, isServers: Bool) {
        try await Task.sleep(for: whole * Double.random(in: 0...1.1))
        // Each program is killed, and each program's server.
        let isServers = number % 4 >= 2
        if isServers { _ = try? await site.killServer(of: database) } else { process.send(SIGKILL) }
        return (await process.outcome, isServers)
    }

    @Test func aBackupIsThereOrNot() async throws {
        try await with { site, source in
            let start = ContinuousClock.now
            #expect(await (try site.start(1, source, "backup", "whole.sql")).outcome.status == 0)
            let whole = ContinuousClock.now - start
            var taken = 0
            for number in 0..<Self.count {
                let process = try site.start(number, source, "backup", "file.sql")
                let (outcome, isServers) = try await killAtRandom(number, process, whole, site, source)
                let isThere = site.files.contains("file.sql")
                let label = "\(number), \(isServers ? "server" : "program"): \(outcome)"
                if isThere {
                    taken += 1
                    #expect(throws: Never.self, "\(label)") {
                        try Restore(site.configuration(source), path: "\(site.directory)/file.sql").check()
                    }
                    try FileManager.default.removeItem(atPath: "\(site.directory)/file.sql")
                }
                // Who was not killed itself says how it went.
                if isServers { #expect(outcome.status == (isThere ? 0 : 1), "\(label)") }
                if outcome.status == 0 { #expect(isThere, "\(label)") }
                if isServers { #expect(!site.files.contains("file.sql.partial"), "\(label)") }
                try await site.waitForQuiet(source)
            }
            print("killed during a backup: \(Self.count) times, \(taken) had been taken, the others left no file")
            // What killed ones have left is in nobody's way.
            #expect(await (try site.start(1, source, "backup", "file.sql")).outcome.status == 0)
            #expect(site.files == ["file.sql", "whole.sql"])
        }
    }

    @Test func aRestoreIsDoneOrNot() async throws {
        try await with { site, source in
            #expect(await (try site.start(1, source, "backup", "file.sql")).outcome.status == 0)
            let expected = try await site.contents(source)
            func makeTarget() async throws -> String { try await site.server.makeDatabase().database ?? "" }
            let first = try await makeTarget()
            let start = ContinuousClock.now
            #expect(await (try site.start(1, first, "restore", "file.sql")).outcome.status == 0)
            let whole = ContinuousClock.now - start
            #expect(try await site.contents(first) == expected)
            var target = try await makeTarget()
            let empty = try await site.contents(target)
            var done = 0
            for number in 0..<Self.count {
                let process = try site.start(number, target, "restore", "file.sql")
                let (outcome, isServers) = try await killAtRandom(number, process, whole, site, target)
                try await site.waitForQuiet(target)
                let found = try await site.contents(target)
                let label = "\(number), \(isServers ? "server" : "program"): \(outcome)"
                #expect(found == empty || found == expected, "\(label)")
                if outcome.status == 0 { #expect(found == expected, "\(label)") }
                if outcome.problems.contains("nothing was changed") { #expect(found == empty, "\(label)") }
                if isServers, found == empty { #expect(outcome.status == 1 && !outcome.problems.isEmpty, "\(label)") }
                if found == expected {
                    done += 1
                    target = try await makeTarget()
                }
            }
            print("killed during a restore: \(Self.count) times, \(done) were done, the others left nothing")
        }
    }
}
