import LocalPostgres
import PGSchemaBackup
import PGSchemaCommands
import PGSchemaReports
import PGSchemaSQL
import PGWire
import PGWireTesting
import ScribeApp
import Testing
import TestSupport

#if canImport(Darwin)
import Darwin
#else
import Glibc
#endif

/// What becomes of files that are not whole, and of programs and connections that end in the middle.
@Suite(.timeLimit(.minutes(3))) struct BackupFileTests {
    private static let schema = """
        CREATE TABLE a (x int PRIMARY KEY, t text); INSERT INTO a SELECT i, 'text ' || i FROM generate_series(1, 50) i;
        CREATE TABLE z (y int REFERENCES a); INSERT INTO z VALUES (1), (2);
        """

    /// A server that nobody reaches: what is refused with it was refused before anybody was asked.
    private static let nobody = Connection.Configuration(host: "127.0.0.1", port: 1, user: "x", tls: .disabled)

    private func problem(_ site: BackupSite, _ bytes: some Sequence<UInt8>) async throws -> String {
        try site.write(bytes, to: "copy.sql")
        do {
            _ = try await Restore(
                Self.nobody, path: "\(site.directory)/copy.sql"
            ).run()
            return "accepted"
        } catch {
            return "\(error)"
        }
    }

    @Test func aTruncatedFileIsRefused() async throws {
        try await BackupSite.with { site in
            let source = try await site.makeDatabase(Self.schema)
            for file in ["a.sql", "a.sql.gz"] {
                try await site.succeed(source, "backup", file)
                let whole = try site.bytes(file)
                #expect(try await problem(site, whole).contains("could not connect"))
                var places = [0, 1, 2, 10, 75, 76, whole.count / 2, whole.count - 2, whole.count - 1]
                if file == "a.sql" {
                    let text = String(decoding: whole, as: UTF8.self)
                    func place(after part: String) throws -> Int {
                        text.utf8.distance(
                            from: text.startIndex, to: try #require(text.firstRange(of: part)).upperBound)
                    }
                    // After COMMIT, before the checksum, in the rows, at their end.
                    places += [
                        try place(after: "\nCOMMIT;"), try place(after: "\nCOMMIT;\n"), whole.count - 75,
                        try place(after: "\ttext 2"), try place(after: "\n\\."), try place(after: "\n\\.\n"),
                    ]
                }
                for place in places {
                    let problem = try await problem(site, whole.prefix(place))
                    #expect(
                        problem.contains("is not complete") || problem.contains("is no backup"), "\(place): \(problem)")
                    #expect(problem.contains("Nothing was changed"))
                }
            }
        }
    }

    @Test func anAlteredFileIsRefused() async throws {
        try await BackupSite.with { site in
            let source = try await site.makeDatabase(Self.schema)
            let seed = UInt64.random(in: 0...UInt64.max)
            var generator = FuzzGenerator(seed: seed)
            print("BackupFileTests.anAlteredFileIsRefused: seed \(seed)")
            for (file, isPacked) in [("a.sql", false), ("a.sql.gz", true)] {
                try await site.succeed(source, "backup", file)
                let whole = try site.bytes(file)
                // gzip's header holds a time and a system, which nobody reads.
                let start = isPacked ? 10 : 0
                let tail = Array(max(start, whole.count - 80)..<whole.count)
                let places = tail + (0..<150).map { _ in Int.random(in: start..<whole.count, using: &generator) }
                // The last bits before gzip's trailer only fill up their byte.
                for place in places where !(isPacked && place == whole.count - 9) {
                    var bytes = whole
                    bytes[place] ^= UInt8.random(in: 1...255, using: &generator)
                    let problem = try await problem(site, bytes)
                    // Another way to pack the same, such as a repetition that is taken from another place, is no alteration.
                    if isPacked, (try? GzipExpander().expand(bytes)) == (try GzipExpander().expand(whole)) { continue }
                    #expect(
                        problem.contains("Nothing was changed") || problem.contains("newer version of it"),
                        "\(file), \(place) of \(whole.count): \(problem)")
                }
                for bytes in [whole + [10], whole + whole, whole.dropFirst() + [0]] {
                    #expect(try await problem(site, bytes).contains("Nothing was changed"))
                }
            }
            // As a transfer "in text mode" makes it.
            let mangled = try site.bytes("a.sql").flatMap { $0 == 10 ? [13, 10] : [$0] }
            #expect(try await problem(site, mangled).contains("its line ends are other ones"))
            #expect(try await problem(site, "SELECT 1;\n".utf8).contains("is no backup"))
            #expect(try await problem(site, "SELECT 1;\n".utf8).contains("psql"))
            let other = String(repeating: "SELECT 1;\n", count: 100_000)
            #expect(try await problem(site, other.utf8).contains("is no backup"))
        }
    }

    @Test func theProcessRefusesBeforeAnythingIsTouched() async throws {
        try await BackupSite.with { site in
            let source = try await site.makeDatabase(Self.schema)
            try await site.succeed(source, "backup", "a.sql")
            let whole = try site.bytes("a.sql")
            try site.write(whole.dropLast(75), to: "cut.sql")
            let target = try await site.makeDatabase("CREATE TABLE old (x int)")
            let outcome = try await site.scribe(target, "restore", "--replace", "cut.sql")
            #expect(outcome.status == 1)
            #expect(outcome.output == "")
            #expect(outcome.problems.contains("scribe-app: cut.sql is not complete"), "\(outcome.problems)")
            #expect(try await site.cluster.dump(target).contains("CREATE TABLE public.old"))
            let standardInput = try await site.scribe(target, "restore", "-")
            #expect(standardInput.problems.contains("save standard input to a file"), "\(standardInput.problems)")
            let missing = try await site.scribe(target, "restore", "none.sql")
            #expect(missing.problems.contains("none.sql cannot be read: No such file"), "\(missing.problems)")
        }
    }

    /// Rows enough that a process stands in the middle of them when a proxy forwards no more than this.
    private static let many = """
        CREATE TABLE many (x int PRIMARY KEY, t text);
        INSERT INTO many SELECT i, repeat('text ', 100) FROM generate_series(1, 20000) i;
        """
    private static let middle = 3_000_000

    @Test(arguments: [SIGKILL, SIGTERM, SIGINT]) func aBackupThatIsEndedLeavesNoFile(signal: Int32) async throws {
        try await BackupSite.with { site in
            let source = try await site.makeDatabase(Self.many)
            let configuration = site.configuration(source)
            try await FaultyProxy.run(to: configuration.endpoints[0]) { proxy in
                proxy.faults.toClient.stallsAfter = Self.middle
                let process = try ScribeProcess(
                    ["db", "backup", "many.sql"], proxy.redirect(configuration).settings(), in: site.directory)
                try await site.waitForBackend(of: source, "COPY %", by: process)
                try await eventually { (try? site.bytes("many.sql.partial").count) ?? 0 > 1_000_000 }
                process.send(signal)
                let outcome = await process.outcome
                #expect(outcome.status == (signal == SIGKILL ? 128 + SIGKILL : 1))
                if signal != SIGKILL {
                    #expect(outcome.problems.contains("interrupted: no backup was written"), "\(outcome.problems)")
                }
                #expect(site.files == (signal == SIGKILL ? ["many.sql.partial"] : []))
            }
            try await site.succeed(source, "backup", "many.sql")
            #expect(site.files == ["many.sql"])
        }
    }

    /// Writing to a pipe that nobody reads goes on for ever.
    @Test func aSecondSignalEndsWhatCannotBeCancelled() async throws {
        try await BackupSite.with { site in
            let source = try await site.makeDatabase(Self.many)
            let pipe = "\(site.directory)/pipe"
            #expect(mkfifo(pipe, 0o600) == 0)
            let process = try ScribeProcess(
                ["db", "backup", "-"], site.settings(source), in: site.directory, outputTo: pipe)
            try await site.waitForBackend(of: source, "COPY %", by: process)
            try await eventually {
                process.send(SIGTERM)
                return kill(process.identifier, 0) != 0
            }
            #expect(await process.outcome.status == 128 + SIGTERM)
        }
    }

    @Test func aBackupWhoseConnectionIsCutLeavesNoFile() async throws {
        try await BackupSite.with { site in
            let source = try await site.makeDatabase(Self.many)
            let configuration = site.configuration(source)
            try await FaultyProxy.run(to: configuration.endpoints[0]) { proxy in
                proxy.faults.toClient.cutsAfter = Self.middle
                let outcome = try await ScribeProcess.run(
                    ["db", "backup", "many.sql"], proxy.redirect(configuration).settings(), in: site.directory)
                #expect(outcome.status == 1)
                #expect(outcome.problems.contains("closed the connection"), "\(outcome.problems)")
                #expect(site.files == [])
            }
        }
    }

    /// How a restore is ended in the middle of its rows.
    enum End: CaseIterable, Sendable { case kill, terminate, cut }

    @Test(arguments: End.allCases) func aRestoreThatIsEndedChangesNothing(end: End) async throws {
        try await BackupSite.with { site in
            let source = try await site.makeDatabase(Self.many)
            try await site.succeed(source, "backup", "many.sql")
            let target = try await site.makeDatabase("CREATE TABLE old (x int); INSERT INTO old VALUES (1);")
            let before = try await site.cluster.dump(target)
            // Through the pooler, whose server connection must not go on on its own.
            let configuration = site.pooled(target)
            try await FaultyProxy.run(to: configuration.endpoints[0]) { proxy in
                proxy.faults.toServer.stallsAfter = Self.middle
                let process = try ScribeProcess(
                    ["db", "restore", "--replace", "many.sql"], proxy.redirect(configuration).settings(),
                    in: site.directory)
                try await site.waitForBackend(of: target, "COPY %", by: process)
                switch end {
                case .kill: process.send(SIGKILL)
                case .terminate: process.send(SIGTERM)
                case .cut: proxy.cut(.reset)
                }
                let outcome = await process.outcome
                #expect(outcome.status == (end == .kill ? 128 + SIGKILL : 1))
                let expected =
                    end == .kill ? "" : end == .cut ? "rolled back: nothing was changed" : "nothing was changed"
                #expect(outcome.problems.contains(expected) || expected.isEmpty, "\(outcome.problems)")
            }
            try await site.waitForBackend(of: target, nil)
            #expect(try await site.cluster.dump(target) == before)
            try await site.succeed(target, "restore", "--replace", "many.sql")
            #expect(try await site.cluster.dump(target) == site.cluster.dump(source))
        }
    }

    /// The answer to COMMIT is lost, and nobody can be asked.
    @Test func anUnknownOutcomeIsCalledSo() async throws {
        struct GiveWay: Error {}
        try await BackupSite.with { site in
            let source = try await site.makeDatabase("CREATE TABLE a (x int)")
            try await site.succeed(source, "backup", "a.sql")
            let cluster = site.configuration(source)
            try await FaultyProxy.run(to: cluster.endpoints[0]) { proxy in
                @Sendable func restore(_ database: String) async throws {
                    var configuration = site.configuration(database)
                    configuration.tls = .disabled
                    var restore = Restore(
                        proxy.redirect(configuration), path: "\(site.directory)/a.sql")
                    restore.outcomeTimeout = .zero
                    _ = try await restore.run()
                }
                try await restore(try await site.makeDatabase())
                proxy.faults.toClient.cutsAfter = proxy.bytesToClient - 10
                let target = try await site.makeDatabase()
                let outcome = try await Connection.withConnection(site.configuration(target)) { db in
                    var task: Task<Void, any Error>?
                    do {
                        // Holds the restore up until nobody can connect any more.
                        try await db.transaction { tx in
                            try await tx.execute("CREATE TABLE a (x int)")
                            task = Task { try await restore(target) }
                            try await site.waitForBackend(of: target, "CREATE TABLE public.a%")
                            proxy.refuse()
                            throw GiveWay()
                        }
                    } catch is GiveWay {}
                    return try #require(await task?.result)
                }
                let error = #expect(throws: BackupError.self) { try outcome.get() }
                let text = try #require(error).description
                #expect(text.contains("either all is restored, or nothing was changed"), "\(text)")
            }
        }
    }

    /// The answer to COMMIT is lost, and the server is asked what became of it.
    @Test func aLostAnswerToCommitIsLookedUp() async throws {
        try await BackupSite.with { site in
            let source = try await site.makeDatabase("CREATE TABLE a (x int)")
            try await site.succeed(source, "backup", "a.sql")
            let target = try await site.makeDatabase()
            let configuration = site.configuration(target)
            try await FaultyProxy.run(to: configuration.endpoints[0]) { proxy in
                func restore(_ database: String) async throws -> ScribeProcess.Outcome {
                    // In clear, where the same session has the same length each time.
                    var configuration = site.configuration(database)
                    configuration.tls = .disabled
                    return try await ScribeProcess.run(
                        ["db", "restore", "a.sql"], proxy.redirect(configuration).settings(), in: site.directory)
                }
                let trial = try await restore(try await site.makeDatabase())
                #expect(trial.status == 0, "\(trial.problems)")
                proxy.faults.toClient.cutsAfter = proxy.bytesToClient - 10
                let outcome = try await restore(target)
                #expect(outcome.status == 0, "\(outcome.problems)")
                #expect(outcome.problems.contains("the connection was lost at the end"), "\(outcome.problems)")
                // One that is cut before COMMIT.
                let other = try await site.makeDatabase()
                proxy.faults.toClient.cutsAfter = proxy.faults.toClient.cutsAfter.map { $0 - 100 }
                let failed = try await restore(other)
                #expect(failed.status == 1)
                #expect(failed.problems.contains("nothing was changed"), "\(failed.problems)")
                #expect(try await !site.cluster.dump(other).contains("CREATE TABLE"))
            }
            #expect(try await site.cluster.dump(target) == site.cluster.dump(source))
        }
    }
}
