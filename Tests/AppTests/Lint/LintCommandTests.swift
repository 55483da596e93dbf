import FoundationEssentials
import LocalPostgres
import PGSchemaLint
import PGSchemaMigrations
import PGSchemaSQL
import PGWire
import ScribeApp
import Testing
import TestSupport

/// `migrate lint` and `migrate test` as processes.
@Suite(.timeLimit(.minutes(2))) struct LintCommandTests {
    private static let file = """
        -- revision: aaaa00000001
        -- down_revision: bbddd04b993d
        -- created: 2026-02-01
        -- title: names are unique

        -- up
        ALTER TABLE users ADD CONSTRAINT users_display_name_key UNIQUE (display_name);
        ALTER TABLE users ALTER COLUMN display_name SET NOT NULL;
        -- down
        ALTER TABLE users DROP CONSTRAINT users_display_name_key;
        """

    private func withFile<R>(_ text: String, _ body: (String, String) async throws -> R) async throws -> R {
        try await withTemporaryDirectory { directory in
            let path = directory + "/0011_unique_names.sql"
            try Data(text.utf8).write(to: URL(filePath: path))
            return try await body(path, directory)
        }
    }

    private func scratch() async throws -> (url: String, Connection.Configuration) {
        let cluster = try await TestServers.shared.cluster(major: 17)
        let configuration = try await cluster.makeDatabase()
        let name = configuration.database ?? ""
        let url = "postgres://\(cluster.user)@127.0.0.1:\(cluster.port)/\(name)?sslmode=disable"
        return (url, configuration)
    }

    private func password(_ configuration: Connection.Configuration) -> [String: String] {
        ["SCRATCH_PASSWORD": configuration.password?.value ?? ""]
    }

    /// What a command line holds, everybody on the machine can read.
    @Test(arguments: [["migrate", "lint", "head"], ["migrate", "test"], ["migrate", "check"]])
    func aPasswordOnTheCommandLineIsRefused(command: [String]) async throws {
        let outcome = try await ScribeProcess.run(command + ["--scratch-url", "postgres://a:secret@127.0.0.1/b"])
        #expect(outcome.status == 1)
        #expect(outcome.problems.contains("SCRATCH_PASSWORD"), "\(outcome.problems)")
        #expect(!outcome.problems.contains("secret"))
    }

    @Test(arguments: [[:], ["SCRATCH_PASSWORD": "wrong"]])
    func whereThePasswordBelongsIsSaid(settings: [String: String]) async throws {
        let (url, _) = try await scratch()
        let outcome = try await ScribeProcess.run(["migrate", "lint", "head", "--scratch-url", url], settings)
        #expect(outcome.status == 1)
        #expect(outcome.problems.hasPrefix("scribe-app: --scratch-url: "), "\(outcome.problems)")
        #expect(outcome.problems.contains("SCRATCH_PASSWORD"), "\(outcome.problems)")
    }

    @Test func nothingIsLeftToDoForTheTen() async throws {
        let outcome = try await ScribeProcess.run(["migrate", "lint"])
        #expect(outcome.status == 0)
        #expect(outcome.output.hasPrefix("Nothing to do: every revision is exempt."))
    }

    @Test func aServerOfItsOwnAndAnExemptRevision() async throws {
        let outcome = try await ScribeProcess.run(["migrate", "lint", "a0cd", "--postgres", "15", "--level", "notice"])
        #expect(outcome.status == 0, "\(outcome.problems)")
        #expect(outcome.output.contains("allowed unique-without-index (users.users_email_key) because the original"))
        #expect(outcome.output.contains("1 allowed in 1 revision, by PostgreSQL 15."))
    }

    @Test func aFileThatIsNotPartOfTheProgramYetFails() async throws {
        try await withFile(Self.file) { path, directory in
            let (url, configuration) = try await scratch()
            let outcome = try await ScribeProcess.run(
                ["migrate", "lint", path, "--scratch-url", url], password(configuration), in: directory)
            #expect(outcome.status == 1)
            #expect(outcome.output.contains("0011_unique_names.sql:7: ALTER TABLE users"))
            #expect(outcome.output.contains("error unique-without-index: users.users_display_name_key"))
            #expect(outcome.output.contains("error set-not-null: users.display_name"))
            #expect(outcome.problems.hasPrefix("scribe-app: lint: 2 errors, 0 warnings"), "\(outcome.problems)")
            let left = try await Connection.withConnection(configuration) { try await Catalog.lines($0) }
            #expect(left == [])
        }
    }

    /// The rows of the real database tell what the made-up ones cannot: that there are duplicates and NULLs.
    @Test func rowsOfTheDatabaseAreLookedAt() async throws {
        let target = try await TestServers.shared.cluster(major: 18).makeDatabase()
        try await Migrator(configuration: target, graph: .scribe()).run(.upgrade, to: "head")
        let insert: SQL = """
            INSERT INTO users (id, email, display_name, generation_count, template_count)
            SELECT gen_random_uuid(), n || '@example.com', 'same', 0, 0 FROM generate_series(1, 2) n
            """
        _ = try await Connection.withConnection(target) { db in
            try await db.execute(insert)
            try await db.execute("ANALYZE users")
        }
        try await withFile(Self.file) { path, directory in
            let (url, scratch) = try await scratch()
            let arguments = ["migrate", "lint", path, "--scratch-url", url, "--database"]
            let settings = target.settings().merging(password(scratch)) { $1 }
            let first = try await ScribeProcess.run(arguments, settings, in: directory)
            #expect(first.output.contains("error existing-rows-violate: unique index users_display_name_key"))
            #expect(!first.output.contains("users.display_name is not null"))
            #expect(first.output.contains("scans the table (about 2 rows)"), "\(first.output)\(first.problems)")
            let update: SQL = "UPDATE users SET display_name = NULL"
            _ = try await Connection.withConnection(target) { try await $0.execute(update) }
            let second = try await ScribeProcess.run(arguments + ["--json"], settings, in: directory)
            #expect(
                second.output.contains(
                    #""rule":"existing-rows-violate","level":"error","detail":"users.display_name is not"#))
            #expect(!second.output.contains("unique index users_display_name_key"))
        }
        let allowed = Self.file.replacing(
            "-- title", with: "-- lint: allow existing-rows-violate because of a test\n-- title")
        try await withFile(allowed) { path, directory in
            let (url, scratch) = try await scratch()
            let arguments = ["migrate", "lint", path, "--scratch-url", url, "--database"]
            let settings = target.settings().merging(password(scratch)) { $1 }
            let outcome = try await ScribeProcess.run(arguments, settings, in: directory)
            #expect(
                outcome.output.contains(
                    "allowed existing-rows-violate (users.display_name is not null) because of a test"))
            #expect(!outcome.output.contains("unused-allowance"))
        }
    }

    @Test(arguments: [["migrate", "lint", "head"], ["migrate", "test"]])
    func aScratchDatabaseMustBeEmpty(command: [String]) async throws {
        let (url, configuration) = try await scratch()
        _ = try await Connection.withConnection(configuration) {
            try await $0.execute("CREATE TYPE mine AS ENUM ('x')")
        }
        let outcome = try await ScribeProcess.run(command + ["--scratch-url", url], password(configuration))
        #expect(outcome.status == 1)
        #expect(outcome.problems.contains("the database is not empty, it holds type mine"), "\(outcome.problems)")
        let left = try await Connection.withConnection(configuration) { try await Catalog.lines($0) }
        #expect(left == ["enum mine x"])
    }

    @Test func theTestProvesAFile() async throws {
        try await withFile(Self.file) { path, directory in
            let (url, configuration) = try await scratch()
            let arguments = ["migrate", "test", path, "--from", "aaaa", "--scratch-url", url]
            let outcome = try await ScribeProcess.run(arguments, password(configuration), in: directory)
            #expect(outcome.status == 1)
            let lines = outcome.output.split(separator: "\n")
            #expect(lines.count == 6, "\(outcome.output)")
            #expect(lines[0].hasPrefix("failed  up aaaa00000001, names are unique (0 rows)"), "\(outcome.output)")
            #expect(
                lines[1].contains("up-fails: with rows in the tables 0011_unique_names.sql:8: column \"display_name\""))
            #expect(lines[2].hasPrefix("failed  down aaaa00000001"))
            #expect(lines[3].contains("restored-otherwise: column users.display_name was"))
            #expect(lines[4].hasPrefix("ok  up again aaaa00000001"))
            #expect(outcome.problems.hasPrefix("scribe-app: test: 3 steps, 2 findings, 0 allowed, by PostgreSQL 17."))
            let left = try await Connection.withConnection(configuration) { try await Catalog.lines($0) }
            #expect(left == [])
        }
    }

    @Test func rulesAreListed() async throws {
        let outcome = try await ScribeProcess.run(["migrate", "lint", "--rules"])
        #expect(outcome.output.split(separator: "\n").count == 3 * LintRule.allCases.count)
        for rule in LintRule.allCases { #expect(outcome.output.contains("\(rule.level.rawValue) \(rule.rawValue)\n")) }
    }

    @Test(arguments: [
        ["migrate", "lint", "head", "--since", "base"], ["migrate", "lint", "--level", "bad"],
        ["migrate", "lint", "nosuch"], ["migrate", "lint", "/nowhere/0001.sql"],
        ["migrate", "test", "--from", "nosuch"],
        ["migrate", "lint", "head", "--scratch-url", "nonsense://x"],
    ])
    func whatCannotBeDoneIsStatusOne(arguments: [String]) async throws {
        let outcome = try await ScribeProcess.run(arguments)
        #expect(outcome.status == 1)
        #expect(outcome.output.isEmpty)
        #expect(!outcome.problems.isEmpty)
    }
}
