import FoundationEssentials
import LocalPostgres
import PGSchemaCommands
import PGSchemaReports
import PGSchemaSQL
import PGWire
import ScribeApp
import Synchronization
import Testing
import TestSupport

/// `db info` and `db reset` as processes, and progress on a terminal.
@Suite(.timeLimit(.minutes(2))) struct DatabaseCommandTests {
    @Test func infoCountsWhatIsCheapToCount() async throws {
        try await BackupSite.with { site in
            let database = try await site.makeDatabase()
            _ = try await ScribeProcess.run(["migrate", "upgrade"], site.settings(database))
            try await Connection.withConnection(site.configuration(database)) { db in
                try await db.execute(
                    script: """
                        INSERT INTO users (id, email, generation_count, template_count)
                        SELECT gen_random_uuid(), i || '@example.org', 0, 0 FROM generate_series(1, 7) i;
                        CREATE TABLE large (t text); ALTER TABLE large ALTER t SET STORAGE PLAIN;
                        INSERT INTO large SELECT repeat(md5(i::text), 200) FROM generate_series(1, 12000) i;
                        ANALYZE large
                        """)
            }
            let text = try await site.succeed(database, "info").output
            for part in [
                "PostgreSQL 15", "revision    bbddd04b993d (head)", "users, 7 rows, ", "large, about 12000 rows, ",
                "DB_PASSWORD=set", "tls         TLSv1.3", "schema public",
            ] {
                #expect(text.contains(part), "\(part): \(text)")
            }
            #expect(!text.contains(site.cluster.password))
            let json = try await site.succeed(database, "info", "--json").output
            #expect(!json.contains(site.cluster.password))
            struct Info: Decodable {
                struct Table: Decodable { let name: String, rows: Int64?, isEstimate: Bool, bytes: Int64 }
                let revision: String
                let tables: [Table]
                let settings: [String: String]
            }
            let info = try JSONDecoder().decode(Info.self, from: Data(json.utf8))
            #expect(info.revision == "bbddd04b993d (head)")
            let users = try #require(info.tables.first { $0.name == "users" })
            #expect(users.rows == 7 && !users.isEstimate && users.bytes > 0)
            #expect(info.tables.first { $0.name == "large" }?.isEstimate == true)
            #expect(info.settings["DB_PASSWORD"] == "set")
        }
    }

    /// Neither a lock nor row security makes it hang, fail or lie.
    @Test func infoSaysWhatItCannotCount() async throws {
        try await BackupSite.with { site in
            let role = "reader_\(UInt64.random(in: 0...UInt64.max))"
            let database = try await site.makeDatabase(
                """
                CREATE ROLE \(role) LOGIN PASSWORD 'reader';
                CREATE TABLE held (a int); CREATE TABLE secret (a int); INSERT INTO secret VALUES (1), (2); ANALYZE secret;
                ALTER TABLE secret ENABLE ROW LEVEL SECURITY; GRANT SELECT ON held, secret TO \(role);
                """)
            let settings = site.cluster.configuration(database: database).settings()
                .merging(["DB_USER": role, "DB_PASSWORD": "reader"]) { $1 }
            try await Connection.withConnection(site.configuration(database)) { db in
                try await db.transaction { tx in
                    try await tx.execute("LOCK TABLE held")
                    let text = try await ScribeProcess.run(["db", "info"], settings).output
                    #expect(text.contains("held, rows not counted yet, locked by another session"), "\(text)")
                    #expect(text.contains("secret, about 2 rows, "), "\(text)")
                }
            }
        }
    }

    @Test func infoTellsAnUnknownRevision() async throws {
        try await BackupSite.with { site in
            let database = try await site.makeDatabase(
                "CREATE TABLE alembic_version (version_num varchar(32)); INSERT INTO alembic_version VALUES ('f00');")
            let text = try await site.succeed(database, "info").output
            #expect(text.contains("revision    unknown: the table alembic_version holds 'f00'"), "\(text)")
        }
    }

    @Test func resetDropsAllAndMigrates() async throws {
        try await BackupSite.with(18) { site in
            let database = try await site.makeDatabase(EverythingSchema.surroundings + EverythingSchema.script)
            let reference = try await site.makeDatabase(EverythingSchema.surroundings)
            _ = try await ScribeProcess.run(["migrate", "upgrade"], site.settings(reference))
            let outcome = try await site.succeed(database, "reset", "--yes")
            #expect(outcome.output.contains("Dropped "), "\(outcome.output)")
            #expect(outcome.output.contains("Running upgrade a0cdf47631c6 -> bbddd04b993d"))
            #expect(try await site.cluster.dump(database) == site.cluster.dump(reference))
            // And once more, from what it made itself.
            try await site.succeed(database, "reset", "--confirm", database)
            #expect(try await site.cluster.dump(database) == site.cluster.dump(reference))
        }
    }

    @Test func resetRefuses() async throws {
        try await BackupSite.with { site in
            let database = try await site.makeDatabase("CREATE TABLE kept (x int)")
            func reset(_ changes: [String: String], _ arguments: String...) async throws -> String {
                let settings = site.settings(database).merging(changes) { $1 }
                let outcome = try await ScribeProcess.run(["db", "reset"] + arguments, settings)
                #expect(outcome.status == 1)
                #expect(outcome.output == "")
                return outcome.problems
            }
            let production = ["ENVIRONMENT": "production"]
            #expect(try await reset(production, "--yes").contains("for development only"))
            #expect(try await reset(production, "--confirm", database).contains("for development only"))
            #expect(try await reset(["ENVIRONMENT": "Staging"], "--yes").contains("ENVIRONMENT is Staging"))
            #expect(try await reset([:]).contains("standard input is no terminal"))
            #expect(try await reset([:], "--confirm", "other").contains("not what was to be confirmed, \(database)"))
            let unnamed = ["DB_HOST": "db.example.org"]
            #expect(try await reset(unnamed, "--yes").contains("set ENVIRONMENT=development"))
            let elsewhere = ["DB_HOST": "db.example.org", "DB_USER": "me", "ENVIRONMENT": "development"]
            let target = "me@db.example.org/\(database)"
            #expect(try await reset(elsewhere, "--confirm", database).contains("to be confirmed, \(target)"))
            #expect(try await reset(elsewhere, "--yes").contains("not this machine, so --yes is not enough"))
            #expect(try await reset(elsewhere, "--yes").contains("--confirm \(target)"))
            #expect(try await site.cluster.dump(database).contains("CREATE TABLE public.kept"))
        }
    }

    #if os(Linux)
    /// Runs a command on a terminal, as util-linux's `script` makes one, with `input` typed there.
    private func onTerminal(
        _ site: BackupSite, _ database: String, _ arguments: [String], input: String
    ) async throws -> String {
        let command = ([ScribeProcess.path] + arguments).joined(separator: " ")
        let settings = site.settings(database).map { "\($0.key)='\($0.value)'" }.joined(separator: " ")
        return try await runProgram(
            "/bin/sh", "-c",
            """
            cd \(site.directory) && printf '%s\\n' '\(input)' | env \(settings) script -qec '\(command)' /dev/null || true
            """)
    }

    @Test func resetAsksForTheName() async throws {
        try await BackupSite.with { site in
            let database = try await site.makeDatabase("CREATE TABLE kept (x int)")
            let wrong = try await onTerminal(site, database, ["db", "reset"], input: "yes")
            #expect(wrong.contains("Type \(database) to go on:"), "\(wrong)")
            #expect(wrong.contains("not what was to be confirmed"), "\(wrong)")
            #expect(try await site.cluster.dump(database).contains("CREATE TABLE public.kept"))
            let right = try await onTerminal(site, database, ["db", "reset"], input: database)
            #expect(right.contains("Running upgrade"), "\(right)")
            #expect(try await !site.cluster.dump(database).contains("CREATE TABLE public.kept"))
        }
    }

    @Test func progressIsABarOnATerminalOnly() async throws {
        try await BackupSite.with { site in
            let database = try await site.makeDatabase(
                """
                CREATE TABLE many (x int PRIMARY KEY, t text);
                INSERT INTO many SELECT i, repeat('text ', 100) FROM generate_series(1, 20000) i; ANALYZE many;
                """)
            let seen = try await onTerminal(site, database, ["db", "backup", "a.sql"], input: "")
            #expect(seen.contains("\r\u{1B}[K["), "\(seen)")
            #expect(seen.contains("%  public.many, "), "\(seen)")
            #expect(seen.contains("a.sql: 1 table, 20000 rows"), "\(seen)")
            let quiet = try await onTerminal(site, database, ["db", "backup", "--quiet", "b.sql"], input: "")
            #expect(!quiet.contains("%"), "\(quiet)")
            // What goes into a file or a log has no bar.
            let plain = try await site.succeed(database, "backup", "c.sql")
            #expect(!plain.problems.contains("\u{1B}"), "\(plain.problems)")
        }
    }
    #endif

    @Test func linesComeNowAndThen() {
        let shown = Shown()
        let clock = TestClock()
        let display = ProgressDisplay(.lines, now: { clock.now }) { shown.add($0) }
        for second in 0..<60 {
            clock.seconds = second
            display.show("public.email", "\(second) rows", fraction: Double(second) / 60)
        }
        display.end()
        #expect(shown.all.count == 11)
        #expect(shown.all.first == "8%, public.email: 5 rows\n")
        let none = Shown()
        let quiet = ProgressDisplay(.none) { none.add($0) }
        quiet.show("x", "y", fraction: nil)
        quiet.end()
        #expect(none.all == [])
    }

    @Test func aBarFitsAndHoldsNoControlCharacters() {
        let shown = Shown()
        let display = ProgressDisplay(.bar) { shown.add($0) }
        display.show("a\u{1B}[2J\n\(String(repeating: "long ", count: 50))", "1 row", fraction: 2)
        display.end()
        #expect(shown.all.count == 2)
        #expect(shown.all[0].hasPrefix("\r\u{1B}[K[####################] 100%  a?[2J?long"))
        #expect(shown.all[0].count <= 4 + 79)
        #expect(shown.all[1] == "\r\u{1B}[K")
    }

    @Test(arguments: [
        (0, "0 bytes"), (999, "999 bytes"), (1500, "1.5 kB"), (12_345_678, "12 MB"), (308_000_000, "308 MB"),
        (9_990_000_000, "9.9 GB"), (5_000_000_000_000, "5 TB"),
    ])
    func bytesAreReadable(bytes: Int64, text: String) {
        #expect(ByteCount(bytes).description == text)
    }
}

private final class Shown: Sendable {
    private let lines = Mutex<[String]>([])
    var all: [String] { lines.withLock { $0 } }
    func add(_ line: String) { lines.withLock { $0.append(line) } }
}

private final class TestClock: Sendable {
    private let start = ContinuousClock.now
    private let passed = Mutex(0)
    var seconds: Int {
        get { passed.withLock { $0 } }
        set { passed.withLock { $0 = newValue } }
    }
    var now: ContinuousClock.Instant { start + .seconds(seconds) }
}
