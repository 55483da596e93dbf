import FoundationEssentials
import LocalPostgres
import PGSchemaMigrations
import PGWire
import PGWireTesting
import ScribeApp
import Testing
import TestSupport

/// Whatever a server says to a command, the command ends in a result or an error that can be shown, never in a trap or a
/// hang, and takes no memory without bounds.
///
/// `PGWIRE_FUZZ_SEED` begins with the run of that seed; `PGWIRE_FUZZ_COUNT` says how many.
@Suite struct CommandFuzzTests {
    private static let workers = 12
    private static let memoryLimit = 1 << 30

    @Test func commandsOutliveTheirServer() async throws {
        let environment = ProcessInfo.processInfo.environment
        let seed = environment["PGWIRE_FUZZ_SEED"].flatMap { UInt64($0) } ?? .random(in: 0...UInt64(UInt32.max))
        let count = environment["PGWIRE_FUZZ_COUNT"].flatMap { Int($0) } ?? 400
        print("fuzz: \(count) commands from PGWIRE_FUZZ_SEED=\(seed) on")
        var options = LocalPostgres.Options()
        options.major = 15
        options.tls = .off
        // A login with a password takes longer than all the rest.
        options.authenticationMethod = .trust
        options.settings["max_connections"] = "200"
        let start = ContinuousClock.now
        let cluster = try await LocalPostgres.start(options)
        let result = try await withTemporaryDirectory { directory in
            let run = try await CommandFuzzRun(Self.database(cluster), directory: directory)
            #expect(run.flightCount > 30, "the commands did not reach the server")
            return try await FuzzCrashReport.watching(seconds: UInt32(clamping: 120 + count / 10)) {
                try await Self.result(of: run, seed: seed, count: count)
            }
        }
        await cluster.stop()
        print("fuzz: \(result.summary) in \(start.duration(to: .now))")
        #expect(result.total == count)
        #expect(result.problems.isEmpty, "\(result.problems.prefix(5).joined(separator: "\n"))")
        for command in FuzzedCommand.allCases {
            // Mutations that nobody notices, or that let nothing through, would test nothing.
            #expect(result.succeeded[command, default: 0] * 100 > count, "\(command)")
            #expect(result.failed[command, default: 0] * 30 > count, "\(command)")
        }
        #expect(PeakMemory.ofProcess < Self.memoryLimit)
    }

    private static func result(of run: CommandFuzzRun, seed: UInt64, count: Int) async throws -> CommandFuzzRun.Result {
        try await withThrowingTaskGroup(of: CommandFuzzRun.Result.self) { group in
            for worker in 0..<workers {
                group.addTask { try await run.run(worker, of: workers, seed: seed, count: count) }
            }
            return try await group.reduce(into: CommandFuzzRun.Result()) { $0.add($1) }
        }
    }

    /// Scribe's schema with some rows, and one of everything that a backup covers.
    private static func database(_ cluster: LocalPostgres) async throws -> Connection.Configuration {
        let configuration = try await cluster.makeDatabase()
        try await Migrator(configuration: configuration, graph: .scribe()).run(.upgrade, to: "head")
        try await Connection.withConnection(configuration) { db in
            try await db.execute(script: EverythingSchema.surroundings + EverythingSchema.script)
            try await db.execute(script: "COMMENT ON TABLE users IS 'a comment'; ANALYZE")
        }
        return configuration
    }
}
