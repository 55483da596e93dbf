import FoundationEssentials
import LocalPostgres
import PGSchemaSQL
import ScribeApp
import Testing
import TestSupport

/// The program's commands as processes: exit status 0 or 1, results on standard output, problems on standard error.
@Suite(.timeLimit(.minutes(2))) struct CommandTests {
    @Test(arguments: [
        [], ["bogus"], ["migrate"], ["migrate", "bogus"], ["migrate", "upgrade", "head", "more"], ["db"],
        ["migrate", "upgrade", "--lock-timeout", "0"], ["serve", "--bogus"],
    ])
    func usageIsStatusOne(arguments: [String]) async throws {
        let outcome = try await ScribeProcess.run(arguments)
        #expect(outcome.status == 1)
        #expect(outcome.output.isEmpty)
        #expect(outcome.problems.contains("Usage:"))
    }

    @Test func helpIsStatusZero() async throws {
        let outcome = try await ScribeProcess.run(["--help"])
        #expect(outcome.status == 0)
        #expect(outcome.output.contains("migrate"))
        #expect(outcome.problems.isEmpty)
    }

    @Test func helpOfServeNamesItsSettings() async throws {
        let outcome = try await ScribeProcess.run(["serve", "--help"])
        #expect(outcome.status == 0)
        for name in ["HOST", "PORT", "HTTP_MAX_CONNECTIONS", "HTTP_REQUEST_TIMEOUT", "ALLOWED_ORIGINS"] {
            #expect(outcome.output.contains(name))
        }
    }

    @Test func historyAndHeadsNeedNoDatabaseAndNoSettings() async throws {
        let history = try await ScribeProcess.run(["migrate", "history"], ["ENVIRONMENT": "production"])
        #expect(history.status == 0)
        #expect(history.output.hasPrefix("a0cdf47631c6 -> bbddd04b993d (head), queue_items table\n"))
        let heads = try await ScribeProcess.run(["migrate", "heads"])
        #expect(heads.output == "bbddd04b993d (head)\n")
    }

    @Test(arguments: [["serve"], ["migrate", "current"], ["db", "check"], ["db", "info"]])
    func badSettingsAreAllListed(arguments: [String]) async throws {
        let settings = [
            "ENVIRONMENT": "production", "DB_PASSWORD": "hunter2", "DB_PORT": "x", "DB_SSLMODE": "prefer", "DEBUG": "",
        ]
        let outcome = try await ScribeProcess.run(arguments, settings)
        #expect(outcome.status == 1)
        #expect(outcome.output.isEmpty)
        for name in ["DB_USER", "DB_NAME", "DB_HOST", "DB_PORT", "DB_SSLMODE", "DEBUG"] {
            #expect(outcome.problems.contains(name))
        }
        #expect(!outcome.problems.contains("hunter2"))
    }

    @Test func aFileOfSettingsIsRead() async throws {
        try await withTemporaryDirectory { directory in
            try Data("export db_port='x'\n".utf8).write(to: URL(filePath: directory + "/.env"))
            let outcome = try await ScribeProcess.run(["db", "check"], in: directory)
            #expect(outcome.problems.contains("DB_PORT"))
        }
    }

    @Test func threeProcessesAtOnce() async throws {
        let settings = try await TestServers.shared.cluster(major: 15).makeDatabase().settings()
        let outcomes = try await withThrowingTaskGroup(of: ScribeProcess.Outcome.self) { group in
            for _ in 1...3 { group.addTask { try await ScribeProcess.run(["migrate", "upgrade", "head"], settings) } }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(outcomes.map(\.status) == [0, 0, 0])
        let steps = outcomes.map { $0.output.split(separator: "\n").count { $0.hasPrefix("Running upgrade") } }
        #expect(steps.sorted() == [0, 0, 10])
    }

    @Test func throughATransactionPooler() async throws {
        let cluster = try await TestServers.shared.cluster(major: 15)
        let pooler = try await TestServers.pooler(inFrontOf: cluster)
        let settings = try await cluster.makeDatabase().settings(port: pooler.port)
        func run(_ arguments: String...) async throws -> String {
            let outcome = try await ScribeProcess.run(["migrate"] + arguments, settings)
            return outcome.status == 0 ? outcome.output : "status \(outcome.status): \(outcome.problems)"
        }
        #expect(try await run("current") == "")
        #expect(try await run("upgrade").split(separator: "\n").count == 10)
        #expect(try await run("current") == "bbddd04b993d (head)\n")
        #expect(try await run("downgrade") == "Running downgrade bbddd04b993d -> a0cdf47631c6, queue_items table\n")
        #expect(try await run("downgrade", "-2").split(separator: "\n").count == 2)
        #expect(try await run("current") == "86348643ad0b\n")
        #expect(try await run("history").hasPrefix("a0cdf47631c6 -> bbddd04b993d (head)"))
        #expect(try await run("upgrade", "+4").hasPrefix("status 1: "))
        #expect(try await run("upgrade").split(separator: "\n").count == 3)
        let check = try await ScribeProcess.run(["db", "check"], settings)
        #expect(check.status == 0, "\(check.output)\(check.problems)")
        #expect(
            check.output.split(separator: "\n").allSatisfy { $0.hasPrefix("ok ") || $0.hasPrefix("warning  mode") },
            "\(check.output)")
        await pooler.stop()
    }

    @Test func infoShowsNoSecret() async throws {
        let cluster = try await TestServers.shared.cluster(major: 17)
        let outcome = try await ScribeProcess.run(["db", "info"], try await cluster.makeDatabase().settings())
        #expect(outcome.status == 0, "\(outcome.problems)")
        for part in ["PostgreSQL 17", "TLSv1.3", "<base>", "DB_SSLMODE=verify-full"] {
            #expect(outcome.output.contains(part))
        }
        #expect(!(outcome.output + outcome.problems).contains(cluster.password))
    }
}
