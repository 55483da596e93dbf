import Foundation
import PGWire
import Testing
import TestSupport

/// `pgschema` on a directory of SQL files, without any Swift of the project's own.
@Suite(.timeLimit(.minutes(5))) struct PGSchemaProgramTests {
    @Test func migratesLintsBacksUpAndRestores() async throws {
        let database = try await TestServers.shared.cluster(major: 15).makeDatabase()
        try await withTemporaryDirectory { directory in
            let project = Project(directory, database)
            try project.write(
                "0001_players.sql", "b1", after: "base", "CREATE TABLE player (id bigint PRIMARY KEY)",
                "DROP TABLE player")
            try await project.succeed("migrate", "upgrade")
            #expect(try await project.succeed("migrate", "current").output == "b1 (head)\n")
            #expect(try await project.tables() == ["player", "schema_version"])
            #expect(try await project.succeed("migrate", "check").output == "No new upgrade operations detected.\n")

            try await project.execute("ALTER TABLE player ADD COLUMN note text; INSERT INTO player VALUES (1)")
            let drift = try await project.run("migrate", "check")
            #expect(drift.status == 1)
            #expect(drift.output.contains("removed column player.note"), "\(drift)")
            try await project.execute("ALTER TABLE player DROP COLUMN note")

            try project.write("0002_smaller.sql", "b2", after: "b1", "ALTER TABLE player ALTER id TYPE int", "SELECT 1")
            let lint = try await project.run("migrate", "lint", "head")
            #expect(lint.status == 1 && lint.output.contains("error type-change-rewrite"), "\(lint)")

            let backup = try await project.succeed("backup", "a.sql")
            #expect(backup.output.contains("2 tables, 2 rows, revision b1"), "\(backup)")
            let file = try String(contentsOfFile: "\(directory)/a.sql", encoding: .utf8)
            #expect(file.hasPrefix("-- pgschema backup, format 1\n"))
            #expect(file.contains("\n-- Restore it by `pgschema restore FILE`"))
            try await project.execute("DROP TABLE player")
            try await project.succeed("restore", "--replace", "a.sql")
            #expect(try await project.tables() == ["player", "schema_version"])
        }
    }

    /// What a server of another version would make of the revisions is no difference.
    @Test(arguments: [15, 17]) func checksOnAServerOfTheSameVersion(major: Int) async throws {
        let database = try await TestServers.shared.cluster(major: major).makeDatabase()
        try await withTemporaryDirectory { directory in
            let project = Project(directory, database)
            let statement = "EXECUTE format(''CREATE TABLE player (id int DEFAULT %s)'', version)"
            try project.write(
                "0001_players.sql", "b1", after: "base",
                """
                DO 'DECLARE version int := current_setting(''server_version_num'')::int / 10000; BEGIN \(statement); END'
                """, "DROP TABLE player")
            try await project.succeed("migrate", "upgrade")
            #expect(try await project.succeed("migrate", "check").output == "No new upgrade operations detected.\n")
        }
    }

    /// A program that is older than the database says so, and changes nothing.
    @Test func aDatabaseThatIsAheadIsRefused() async throws {
        let database = try await TestServers.shared.cluster(major: 15).makeDatabase()
        try await withTemporaryDirectory { directory in
            let project = Project(directory, database)
            try project.write("0001_a.sql", "b1", after: "base", "CREATE TABLE a ()", "DROP TABLE a")
            try project.write("0002_b.sql", "b2", after: "b1", "CREATE TABLE b ()", "DROP TABLE b")
            try await project.succeed("migrate", "upgrade")
            try FileManager.default.removeItem(atPath: "\(directory)/migrations/0002_b.sql")
            let outcome = try await project.run("migrate", "upgrade")
            #expect(outcome.status == 1)
            #expect(outcome.problems.contains("the table schema_version holds 'b2'"), "\(outcome)")
        }
    }

    /// A database that Alembic has migrated is taken over by the name of its table.
    @Test func theVersionTableCanHaveAnyName() async throws {
        let database = try await TestServers.shared.cluster(major: 15).makeDatabase()
        try await withTemporaryDirectory { directory in
            for name in ["alembic_version", "Versions of \"us\""] {
                let project = Project(directory, database, ["PGSCHEMA_VERSION_TABLE": name])
                try project.write("0001_a.sql", "b1", after: "base", "CREATE TABLE a ()", "DROP TABLE a")
                try await project.succeed("migrate", "upgrade")
                #expect(try await project.tables() == [name, "a"].sorted())
                #expect(try await project.succeed("migrate", "current").output == "b1 (head)\n")
                try await project.succeed("migrate", "downgrade", "base")
                try await project.execute("DROP TABLE \(SQLIdentifier(name).quoted)")
            }
        }
    }

    @Test func whatIsMissingIsSaid() async throws {
        try await withTemporaryDirectory { directory in
            let nowhere = try await ScribeProcess.run(["migrate", "history"], in: directory, product: "pgschema")
            #expect(nowhere.status == 1)
            #expect(nowhere.problems.hasPrefix("pgschema: the directory of revisions migrations"), "\(nowhere)")
            try FileManager.default.createDirectory(
                atPath: "\(directory)/migrations", withIntermediateDirectories: false)
            let nothing = try await ScribeProcess.run(["migrate", "current"], in: directory, product: "pgschema")
            #expect(nothing.status == 1)
            #expect(nothing.problems.contains("DATABASE_URL is not set"), "\(nothing)")
            let wrong = try await ScribeProcess.run(
                ["migrate", "current"], ["DATABASE_URL": "mysql://x:hunter2@localhost/db"], in: directory,
                product: "pgschema")
            #expect(wrong.status == 1 && wrong.problems.contains("DATABASE_URL cannot be used: "), "\(wrong)")
            #expect(!wrong.problems.contains("hunter2"), "\(wrong)")
            let undeclared = try await ScribeProcess.run(
                ["migrate", "revision", "-m", "x", "--autogenerate"], in: directory, product: "pgschema")
            #expect(undeclared.status == 1 && undeclared.problems.contains("declares none"), "\(undeclared)")
        }
    }
}

/// A directory with `migrations`, and a database for it.
private struct Project {
    private let directory: String
    private let database: Connection.Configuration
    private let settings: [String: String]

    init(_ directory: String, _ database: Connection.Configuration, _ settings: [String: String] = [:]) {
        self.directory = directory
        self.database = database
        let password =
            (database.password?.value ?? "")
            .addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? ""
        let place = "\(database.endpoints[0].host):\(database.endpoints[0].port)/\(database.database ?? "")"
        let url = "postgres://\(database.user):\(password)@\(place)?sslmode=require"
        self.settings = settings.merging(["DATABASE_URL": url]) { own, _ in own }
    }

    func write(_ file: String, _ id: String, after parent: String, _ up: String, _ down: String) throws {
        let path = "\(directory)/migrations"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        let text = """
            -- revision: \(id)
            -- down_revision: \(parent)
            -- created: 2026-01-01
            -- title: \(id)

            -- up
            \(up);

            -- down
            \(down);

            """
        try Data(text.utf8).write(to: URL(filePath: "\(path)/\(file)"))
    }

    func run(_ arguments: String...) async throws -> ScribeProcess.Outcome {
        try await ScribeProcess.run(arguments, settings, in: directory, product: "pgschema")
    }

    @discardableResult
    func succeed(
        _ arguments: String..., sourceLocation: SourceLocation = #_sourceLocation
    ) async throws -> ScribeProcess.Outcome {
        let outcome = try await ScribeProcess.run(arguments, settings, in: directory, product: "pgschema")
        try #require(outcome.status == 0, "\(outcome)", sourceLocation: sourceLocation)
        return outcome
    }

    func execute(_ script: String) async throws {
        try await Connection.withConnection(database) { db in _ = try await db.execute(script: script) }
    }

    func tables() async throws -> [String] {
        try await Connection.withConnection(database) { db in
            try await db.fetchAll(
                "SELECT tablename::text COLLATE \"C\" FROM pg_tables WHERE schemaname = 'public' ORDER BY 1",
                as: String.self)
        }
    }
}
