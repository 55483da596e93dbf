import FoundationEssentials
import LocalPostgres
import PGSchemaCatalog
import PGSchemaMigrations
import PGSchemaSQL
import PGWire
import ScribeApp
import Testing
import TestSupport

#if canImport(Darwin)
import Darwin
#else
import Glibc
#endif

/// `migrate …` as a user runs it.
@Suite(.timeLimit(.minutes(2))) struct MigrateCommandTests {
    private let database: Connection.Configuration

    init() async throws { database = try await TestServers.shared.cluster(major: 15).makeDatabase() }

    private func run(_ arguments: String...) async throws -> ScribeProcess.Outcome {
        try await ScribeProcess.run(["migrate"] + arguments, database.settings())
    }

    /// What it prints when it succeeds.
    private func output(_ arguments: String..., sourceLocation: SourceLocation = #_sourceLocation) async throws
        -> String
    {
        let outcome = try await ScribeProcess.run(["migrate"] + arguments, database.settings())
        #expect(outcome.status == 0, "\(outcome.problems)", sourceLocation: sourceLocation)
        return outcome.output
    }

    @Test func aDryRunPrintsTheScriptAndChangesNothing() async throws {
        _ = try await output("upgrade", "+2")
        let script = try await output("upgrade", "--dry-run", "+1")
        #expect(script.contains("-- Running upgrade 5afd87136a29 -> 9f243b0c00f9"))
        #expect(script.contains("CREATE TABLE templates"))
        #expect(try await output("current") == "5afd87136a29\n")
        // It is the script that does it.
        _ = try await Connection.withConnection(database) { try await $0.execute(script: script) }
        #expect(try await output("current") == "9f243b0c00f9\n")
    }

    @Test func everythingIsThereAsJSON() async throws {
        let up = try await output("upgrade", "+1", "--json")
        #expect(
            up == """
                {"steps":[{"direction":"upgrade","revision":"4c1052b2c70b","title":"users and emails tables",\
                "file":"0001_users_and_emails.sql"}],"current":["4c1052b2c70b"]}

                """)
        #expect(try await output("current", "--json").hasPrefix(#"[{"revision":"4c1052b2c70b","down_revisions":[],"#))
        #expect(try await output("heads", "--json").contains(#""head":true"#))
        #expect(try await output("history", "--json").split(separator: "\"revision\"").count == 11)
        #expect(try await output("branches", "--json") == "[]\n")
    }

    @Test func historyOfARange() async throws {
        let lines = try await output("history", "-r", "fa53:8634").split(separator: "\n").map { $0.suffix(30) }
        #expect(lines.count == 3)
        let verbose = try await output("history", "-r", "a0cd:", "--verbose")
        #expect(verbose.hasPrefix("Rev: bbddd04b993d (head)\nParent: a0cdf47631c6\nPath: 0010_queue_items.sql\n"))
        #expect(try await output("show", "head").contains("CREATE TABLE queue_items"))
    }

    @Test func whatWouldBeAWrongAnswerIsRefused() async throws {
        try await withTemporaryDirectory { directory in
            let refused = [
                (["upgrade", "--directory", directory], "no .sql file"), (["upgrade", "--sql", "--json"], "exclude"),
                (["upgrade", "--sql", "current:head"], "does not look there"), (["show", "base"], "can't locate"),
                (["stamp", ""], "can't locate"), (["revision", "-m", " ", "--directory", directory], "title"),
                (["revision", "-m", "x", "--rev-id", "head", "--directory", directory], "'head'"),
            ]
            for (arguments, reason) in refused {
                let outcome = try await ScribeProcess.run(["migrate"] + arguments, database.settings())
                #expect(outcome.status == 1, "\(arguments)")
                #expect(outcome.problems.contains(reason), "\(arguments): \(outcome.problems)")
                #expect(outcome.output == "")
            }
            #expect(try await output("current") == "")
        }
    }

    @Test(arguments: [true, false]) func stoppedItSaysWhatBecameOfIt(isTransactional: Bool) async throws {
        try await withTemporaryDirectory { directory in
            let text = """
                -- revision: a
                -- down_revision: base
                -- created: 2026-01-01
                -- title: a
                -- transaction: \(isTransactional ? "one" : "none")
                -- up
                CREATE TABLE a ();
                SELECT pg_sleep(300);
                """
            try Data(text.utf8).write(to: URL(filePath: "\(directory)/1.sql"))
            let process = try ScribeProcess(
                ["migrate", "upgrade", "--directory", directory, "-v"], database.settings())
            _ = try await process.line(containing: "pg_sleep")
            process.send(SIGTERM)
            let outcome = await process.outcome
            #expect(outcome.status == 1)
            #expect(
                outcome.problems.contains(
                    isTransactional
                        ? "interrupted: everything was rolled back, nothing was changed" : "goes on from here"),
                "\(outcome.problems)")
            try await Connection.withConnection(database) { db in
                // The server has stopped too.
                try await eventually {
                    try await db.fetchOne(
                        """
                        SELECT NOT EXISTS (SELECT FROM pg_stat_activity WHERE datname = current_database()
                                           AND pid <> pg_backend_pid() AND query LIKE '%pg_sleep%' AND state = 'active')
                        """, as: Bool.self)
                }
                let hasTable = try await db.fetchOne("SELECT to_regclass('a') IS NOT NULL", as: Bool.self)
                #expect(hasTable == !isTransactional)
            }
            if !isTransactional {
                let current = try await run("current", "--directory", directory)
                #expect(current.problems.contains("a is half done"), "\(current.problems)")
            }
        }
    }

    @Test func currentCanInsistOnTheHead() async throws {
        _ = try await output("upgrade", "+3")
        let outcome = try await run("current", "--check-heads")
        #expect(outcome.status == 1)
        #expect(outcome.problems.contains("target database is not up to date"))
    }

    @Test func checkSeesWhatDiffers() async throws {
        let behind = try await run("check")
        #expect(behind.status == 1)
        #expect(behind.problems.contains("target database is not up to date"))
        _ = try await output("upgrade")
        #expect(try await output("check") == "No new upgrade operations detected.\n")
        let other = try await TestServers.shared.cluster(major: 15)
        let elsewhere = try await ScribeProcess.run(
            [
                "migrate", "check", "--scratch-url",
                "postgres://\(other.user)@127.0.0.1:\(other.port)/\(other.database)",
            ],
            database.settings().merging(["SCRATCH_PASSWORD": other.password]) { $1 })
        #expect(elsewhere.output == "No new upgrade operations detected.\n", "\(elsewhere.problems)")
        _ = try await Connection.withConnection(database) { db in
            try await db.execute(script: "DROP INDEX ix_queue_items_status; ALTER TABLE users ADD COLUMN more text")
        }
        let outcome = try await run("check")
        #expect(outcome.status == 1)
        #expect(outcome.output.contains("ix_queue_items_status"), "\(outcome.output)")
        #expect(outcome.output.contains("users.more"), "\(outcome.output)")
        #expect(outcome.output.contains("loses data"), "\(outcome.output)")
        #expect(!outcome.problems.contains("ExitCode"), "\(outcome.problems)")
        _ = try await Connection.withConnection(database) { db in
            try await db.execute(script: "ALTER TABLE users RENAME onboarded TO met; CREATE TABLE jobs (id integer)")
        }
        let renamed = try await run("check", "--ignore", "jobs")
        #expect(renamed.output.contains("removed column users.met (loses data; or renamed)"), "\(renamed.output)")
        #expect(!renamed.output.contains("jobs"), "\(renamed.output)")
    }

    @Test func checkSeesCommentsStorageAndPersistence() async throws {
        _ = try await output("upgrade")
        _ = try await Connection.withConnection(database) { db in
            for statement in [
                "comment on column emails.email_message is 'x'", "alter table emails set (fillfactor = 70)",
                "alter table templates set unlogged",
            ] {
                try await db.execute(script: statement)
            }
        }
        let outcome = try await run("check")
        #expect(outcome.status == 1)
        let found = outcome.output.split(separator: "\n").dropFirst().map { $0.trimmingPrefix("  ") }
        #expect(
            found == [
                "changed storage parameters of table emails from fillfactor=70 to none",
                "changed comment of column emails.email_message",
                "changed table templates to logged",
            ], "\(outcome.output)")
        let ignoring = try await run("check", "--ignore-comments", "--ignore-storage")
        #expect(ignoring.output.split(separator: "\n").count == 2, "\(ignoring.output)")
        // As where Alembic has run the revisions, which makes comments.
        _ = try await Connection.withConnection(database) { db in
            try await db.execute(
                script: "COMMENT ON TABLE alembic_version IS NULL; ALTER TABLE templates SET LOGGED")
        }
        let taken = try await run("check", "--ignore-storage")
        #expect(taken.output == "No new upgrade operations detected.\n", "\(taken.output)")
    }

    @Test func twoHeadsAreSeenAndMerged() async throws {
        try await withTemporaryDirectory { directory in
            func revision(_ arguments: String...) async throws {
                _ = try await ScribeProcess.run(["migrate"] + arguments + ["--directory", directory])
            }
            func write(_ name: String, _ text: String) throws {
                try Data(text.utf8).write(to: URL(filePath: "\(directory)/\(name)"))
            }
            let header = "-- created: 2026-01-01\n-- title: t\n"
            try write(
                "1.sql",
                "-- revision: a\n-- down_revision: base\n\(header)-- up\nCREATE TABLE a ();\n-- down\nDROP TABLE a;")
            for name in ["b", "c"] {
                try write(
                    "\(name).sql",
                    "-- revision: \(name)\n-- down_revision: a\n\(header)-- up\nCREATE TABLE \(name) ();\n-- down\nDROP TABLE \(name);"
                )
            }
            let refused = try await run("upgrade", "--directory", directory)
            #expect(refused.status == 1)
            #expect(refused.problems.contains("migrate merge heads"), "\(refused.problems)")
            #expect(
                try await output("branches", "--directory", directory)
                    == "a (branchpoint)\n    -> b (head)\n    -> c (head)\n")
            #expect(try await output("upgrade", "heads", "--directory", directory).split(separator: "\n").count == 3)
            #expect(try await output("current", "--directory", directory) == "b (head)\nc (head)\n")
            try await revision("merge", "heads", "-m", "both", "--rev-id", "d")
            #expect(try await output("upgrade", "--directory", directory) == "Running upgrade b, c -> d, both\n")
            #expect(try await output("current", "--directory", directory) == "d (head) (mergepoint)\n")
            #expect(try await output("downgrade", "base", "--directory", directory).split(separator: "\n").count == 4)
        }
    }

    @Test func aNewRevisionIsAFileToBeFilledIn() async throws {
        try await withTemporaryDirectory { directory in
            let written = try await output("revision", "-m", "More of it!", "--directory", directory)
            #expect(written == "Wrote \(directory)/0001_more_of_it.sql\n")
            let outcome = try await run("heads", "--directory", directory)
            #expect(outcome.status == 1)
            #expect(outcome.problems.contains("0001_more_of_it.sql: its part \"-- up\" has no statement"))
        }
    }

    /// The next number after a file's must be one.
    @Test func aFileWithTheGreatestNumberIsNoTrap() async throws {
        try await withTemporaryDirectory { directory in
            let file = "\(Int.max)_a.sql"
            try Data(
                """
                -- revision: a
                -- down_revision: base
                -- created: 2026-01-01
                -- title: t
                -- up
                CREATE TABLE a ();
                -- down
                DROP TABLE a;
                """.utf8
            ).write(to: URL(filePath: "\(directory)/\(file)"))
            let written = try await output("revision", "-m", "b", "--directory", directory)
            #expect(written == "Wrote \(directory)/0001_b.sql\n")
        }
    }

    @Test func autogenerateWritesWhatBringsTheDatabaseToTheDeclaration() async throws {
        _ = try await output("upgrade")
        try await withTemporaryDirectory { directory in
            for file in RevisionGraph.files {
                try Data(file.bytes).write(to: URL(filePath: "\(directory)/\(file.name)"))
            }
            #expect(
                try await output("revision", "-m", "none", "--autogenerate", "--directory", directory)
                    == "No changes: the database is as declared\n")
            #expect(
                try await output("revision", "-m", "none", "--autogenerate", "--json", "--directory", directory)
                    == "[]\n")
            _ = try await Connection.withConnection(database) { db in
                try await db.execute(
                    script: "DROP INDEX ix_queue_items_status; ALTER TABLE users DROP COLUMN onboarded")
            }
            let written = try await output("revision", "-m", "mend", "--autogenerate", "--directory", directory)
            #expect(written.contains("0011_mend.sql"), "\(written)")
            _ = try await output("upgrade", "--directory", directory)
            #expect(try await output("check", "--directory", directory) == "No new upgrade operations detected.\n")
            _ = try await output("downgrade", "--directory", directory)
        }
    }
}
