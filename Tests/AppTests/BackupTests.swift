import FoundationEssentials
import LocalPostgres
import PGSchemaCatalog
import PGSchemaMigrations
import PGSchemaReports
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

/// `db backup` and `db restore` as processes, through the transaction pooler, with pg_dump as the witness of what is equal.
@Suite(.timeLimit(.minutes(3))) struct BackupTests {
    @Test(arguments: [15, 17, 18]) func everythingComesBack(major: Int) async throws {
        try await BackupSite.with(major) { site in
            let source = try await site.makeDatabase(EverythingSchema.surroundings + EverythingSchema.script)
            let plain = try await site.succeed(source, "backup", "plain.sql")
            #expect(plain.output.contains("10 tables, 19 rows, revision none"), "\(plain.output)")
            try await site.succeed(source, "backup", "packed.sql.gz")
            let original = try await site.cluster.dump(source)
            #expect(original.contains("CREATE POLICY few"))
            // Where others get rights by default, as on Supabase.
            let defaults = "ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT ALL ON TABLES TO anon;"
            for file in ["plain.sql", "packed.sql.gz"] {
                let target = try await site.makeDatabase(EverythingSchema.surroundings + defaults)
                let outcome = try await site.succeed(target, "restore", file)
                #expect(outcome.output.contains("restored 10 tables, 19 rows"), "\(outcome.output)")
                try await Connection.withConnection(site.configuration(target)) { db in
                    try await db.execute(
                        script: defaults.replacing("GRANT", with: "REVOKE").replacing(" TO ", with: " FROM "))
                }
                #expect(try await site.cluster.dump(target) == original)
            }
            let target = try await site.makeDatabase(EverythingSchema.surroundings)
            try await site.cluster.restoreByPsql("\(site.directory)/plain.sql", into: target)
            #expect(try await site.cluster.dump(target) == original)
            try await site.succeed(target, "restore", "--replace", "plain.sql")
            #expect(try await site.cluster.dump(target) == original)
            // A backup of what was restored is the same but for its time and the database's name.
            try await site.succeed(target, "backup", "again.sql")
            #expect(try lines("\(site.directory)/again.sql") == lines("\(site.directory)/plain.sql"))
            let unpacked = try await runProgram("/bin/sh", "-c", "gzip -dc \(site.directory)/packed.sql.gz")
            #expect(
                unpacked.count == (try String(contentsOfFile: "\(site.directory)/plain.sql", encoding: .utf8)).count)
        }
    }

    private func lines(_ path: String) throws -> [Substring] {
        try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n").filter { line in
            // Each time another time, and another key.
            ["-- taken ", "-- database ", "-- sha256 ", "\\restrict ", "\\unrestrict "]
                .allSatisfy { !line.hasPrefix($0) }
        }
    }

    /// As Supabase's `postgres`: the role owns the schema's objects and is no superuser.
    @Test(arguments: [15, 18]) func noSuperuserIsNeeded(major: Int) async throws {
        try await BackupSite.with(major) { site in
            let role = "owner_\(UInt64.random(in: 0...UInt64.max))"
            let source = try await site.makeDatabase()
            let target = try await site.makeDatabase()
            try await Connection.withConnection(site.cluster.configuration(database: source)) { db in
                try await db.execute(
                    script: """
                        CREATE ROLE \(role) LOGIN PASSWORD 'owner';
                        ALTER DATABASE \(source) OWNER TO \(role);
                        ALTER DATABASE \(target) OWNER TO \(role);
                        ALTER ROLE \(role) SET datestyle = 'German';
                        ALTER ROLE \(role) SET extra_float_digits = -10;
                        ALTER ROLE \(role) SET intervalstyle = 'sql_standard';
                        ALTER ROLE \(role) SET bytea_output = 'escape';
                        ALTER ROLE \(role) SET statement_timeout = '1s';
                        """)
            }
            func settings(_ database: String) -> [String: String] {
                site.cluster.configuration(database: database).settings()
                    .merging(["DB_USER": role, "DB_PASSWORD": "owner"]) { $1 }
            }
            func run(_ arguments: String..., on database: String) async throws {
                let outcome = try await ScribeProcess.run(arguments, settings(database), in: site.directory)
                #expect(outcome.status == 0, "\(arguments): \(outcome.problems)")
            }
            try await run("migrate", "upgrade", on: source)
            try await Connection.withConnection(site.cluster.configuration(database: source)) { db in
                try await db.execute(
                    script: """
                        SET ROLE \(role);
                        CREATE TABLE "values" (f float8, d date, i interval, b bytea);
                        CREATE FUNCTION slow() RETURNS bool LANGUAGE plpgsql AS
                            'BEGIN PERFORM pg_sleep(1.2); RETURN true; END';
                        CREATE TABLE slow (x int CHECK (slow()));
                        SET statement_timeout = 0;
                        INSERT INTO slow VALUES (1);
                        INSERT INTO "values" VALUES (0.1::float8 + 0.2, '2026-02-01', '-1 day +02:03:04', '\\x00ff5c');
                        """)
            }
            func setTransactionTimeout(_ milliseconds: Int) async throws {
                guard major >= 17 else { return }
                try await Connection.withConnection(site.configuration(source)) { db in
                    try await db.execute(script: "ALTER ROLE \(role) SET transaction_timeout = \(milliseconds)")
                }
            }
            try await setTransactionTimeout(1000)
            try await run("db", "backup", "owner.sql", on: source)
            try await run("db", "restore", "owner.sql", on: target)
            #expect(try await site.cluster.dump(target) == site.cluster.dump(source))
            try await run("db", "restore", "--replace", "owner.sql", on: target)
            #expect(try await site.cluster.dump(target) == site.cluster.dump(source))
            try await setTransactionTimeout(0)
            try await run("db", "reset", "--yes", on: target)
            try await run("migrate", "current", on: target)
        }
    }

    /// Of another version, whose rights are other ones.
    @Test func aNewerServersBackupIsRestoredOnAnOlderOne() async throws {
        try await BackupSite.with(17) { site in
            let role = "reader_\(UInt64.random(in: 0...UInt64.max))"
            let source = try await site.makeDatabase(
                "CREATE TABLE a (x int); INSERT INTO a VALUES (1); CREATE ROLE \(role); GRANT ALL ON a TO \(role);")
            try await site.succeed(source, "backup", "a.sql")
            try await BackupSite.with(15) { older in
                let target = try await older.makeDatabase("CREATE ROLE \(role)")
                try await older.succeed(target, "restore", "\(site.directory)/a.sql")
                let rights = try await older.cluster.dump(target).split(separator: "\n").filter {
                    $0.hasPrefix("GRANT ")
                }
                #expect(rights == ["GRANT ALL ON TABLE public.a TO \(role);"])
            }
        }
    }

    @Test func whatTheBackupLacksIsSaid() async throws {
        try await BackupSite.with { site in
            let role = "owner_\(UInt64.random(in: 0...UInt64.max))"
            let source = try await site.makeDatabase(
                """
                CREATE TABLE a (x int); CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
                CREATE SCHEMA auth; CREATE TABLE auth.users (x int);
                CREATE TRIGGER on_signup AFTER INSERT ON auth.users FOR EACH ROW EXECUTE FUNCTION f();
                CREATE TYPE e AS ENUM ('x'); CREATE CAST (int AS e) WITH INOUT;
                CREATE ROLE \(role); CREATE TABLE b (x int); ALTER TABLE b OWNER TO \(role);
                """)
            let outcome = try await site.succeed(source, "backup", "a.sql")
            #expect(
                outcome.problems.split(separator: "\n").filter { $0.hasPrefix("warning: not") } == [
                    "warning: not in the backup: cast from integer to public.e",
                    "warning: not in the backup: trigger on_signup on table auth.users",
                    "warning: not in the backup: that \(role) owns table public.b",
                ], "\(outcome.problems)")
        }
    }

    @Test func rightsOnAnExtensionsViewsAreNotOurs() async throws {
        try await BackupSite.with { site in
            let view = "CREATE EXTENSION pg_stat_statements;"
            let source = try await site.makeDatabase(view + "CREATE TABLE a (x int)")
            try await site.succeed(source, "backup", "a.sql")
            let target = try await site.makeDatabase(view)
            try await site.succeed(target, "restore", "a.sql")
            let isReadable = try await Connection.withConnection(site.configuration(target)) { db in
                try await db.fetchOne(
                    "SELECT relacl::text[] && '{=r/postgres}' FROM pg_class WHERE relname = 'pg_stat_statements'",
                    as: Bool.self)
            }
            #expect(isReadable)
        }
    }

    /// What the role's search_path names first is neither the place to restore to nor what is to be replaced.
    @Test func aBackupOfAnotherSchemaIsNotMixedIn() async throws {
        try await BackupSite.with { site in
            let source = try await site.makeDatabase("CREATE TABLE a (x int)")
            try await site.succeed(source, "backup", "a.sql")
            let target = try await site.makeDatabase("CREATE SCHEMA app; CREATE TABLE app.kept (x int)")
            try await Connection.withConnection(site.configuration(target)) { db in
                try await db.execute("ALTER DATABASE \(identifier: target) SET search_path = app")
            }
            let before = try await site.cluster.dump(target, schema: nil)
            let outcome = try await site.scribe(target, "restore", "--replace", "a.sql")
            #expect(outcome.status == 1)
            #expect(outcome.problems.contains("of the schema public, where it goes again"), "\(outcome.problems)")
            #expect(outcome.problems.contains("the default schema here is app"), "\(outcome.problems)")
            #expect(try await site.cluster.dump(target, schema: nil) == before)
        }
    }

    @Test func rowsThatTheRoleMayNotSeeAreNotLeftOut() async throws {
        try await BackupSite.with { site in
            let role = "reader_\(UInt64.random(in: 0...UInt64.max))"
            let source = try await site.makeDatabase(
                """
                CREATE ROLE \(role) LOGIN PASSWORD 'reader';
                CREATE TABLE secrets (a int); INSERT INTO secrets VALUES (1), (2);
                ALTER TABLE secrets ENABLE ROW LEVEL SECURITY; CREATE POLICY one ON secrets USING (a = 1);
                GRANT SELECT ON secrets TO \(role);
                """)
            let settings = site.cluster.configuration(database: source).settings()
                .merging(["DB_USER": role, "DB_PASSWORD": "reader"]) { $1 }
            let outcome = try await ScribeProcess.run(["db", "backup", "x.sql"], settings, in: site.directory)
            #expect(outcome.status == 1)
            #expect(outcome.problems.contains("The role does not see all rows"), "\(outcome.problems)")
            #expect(site.files == [])
        }
    }

    @Test(arguments: [
        ("CREATE TABLE parts (a int) PARTITION BY RANGE (a)", "table public.parts (partitioned)"),
        ("CREATE TABLE mother (a int); CREATE TABLE child () INHERITS (mother)", "table public.child (inherits"),
        ("CREATE AGGREGATE total (int) (SFUNC = int4pl, STYPE = int)", "function public.total(integer) (aggregate)"),
        ("CREATE TYPE span AS RANGE (SUBTYPE = float8)", "type public.span (range)"),
        ("CREATE COLLATION plain FROM \"C\"", "collation public.plain"),
        ("CREATE TEXT SEARCH CONFIGURATION words (COPY = simple)", "text search configuration public.words"),
        (
            "CREATE FUNCTION eq(int, text) RETURNS bool LANGUAGE sql AS 'SELECT true'; "
                + "CREATE OPERATOR === (LEFTARG = int, RIGHTARG = text, FUNCTION = eq)",
            "operator public.===(integer,text)"
        ),
    ])
    func whatIsNotCoveredIsRefusedByName(script: String, name: String) async throws {
        try await BackupSite.with { site in
            let outcome = try await site.scribe(try await site.makeDatabase(script), "backup", "x.sql")
            #expect(outcome.status == 1)
            #expect(outcome.problems.contains(name), "\(outcome.problems)")
            #expect(outcome.problems.contains("by pg_dump"))
            #expect(site.files == [])
        }
    }

    @Test func otherSchemasAreNotTouched() async throws {
        try await BackupSite.with { site in
            let schema = "CREATE TABLE t (a int PRIMARY KEY); INSERT INTO t VALUES (1); CREATE TYPE e AS ENUM ('x');"
            let source = try await site.makeDatabase(schema)
            try await site.succeed(source, "backup", "t.sql")
            for use in [
                "CREATE VIEW other.v AS SELECT a FROM t", "CREATE TABLE other.r (a int REFERENCES t)",
                "CREATE TABLE other.c (x e)", "CREATE FUNCTION other.f(e) RETURNS int LANGUAGE sql AS 'SELECT 1'",
            ] {
                let target = try await site.makeDatabase("\(schema) CREATE SCHEMA other; \(use);")
                let before = try await site.cluster.dump(target, "--schema=other")
                for command in [["restore", "--replace", "t.sql"], ["reset", "--yes"]] {
                    let outcome = try await ScribeProcess.run(
                        ["db"] + command, site.settings(target), in: site.directory)
                    #expect(outcome.status == 1)
                    #expect(outcome.problems.contains("used from other schemas"), "\(outcome.problems)")
                    #expect(outcome.problems.contains("other."), "\(outcome.problems)")
                }
                #expect(try await site.cluster.dump(target, "--schema=other") == before)
            }
        }
    }

    @Test func aTargetThatHoldsSomethingIsLeftAlone() async throws {
        try await BackupSite.with { site in
            let source = try await site.makeDatabase("CREATE TABLE a (x int); INSERT INTO a VALUES (1);")
            try await site.succeed(source, "backup", "a.sql")
            for object in [
                "CREATE TABLE b ()", "CREATE TYPE b AS ENUM ()", "CREATE SEQUENCE b", "CREATE VIEW b AS SELECT 1",
                "CREATE FUNCTION b() RETURNS int LANGUAGE sql AS 'SELECT 1'",
            ] {
                let target = try await site.makeDatabase(object)
                let before = try await site.cluster.dump(target)
                let outcome = try await site.scribe(target, "restore", "a.sql")
                #expect(outcome.status == 1)
                #expect(outcome.problems.contains("it holds 1 object ("), "\(outcome.problems)")
                #expect(try await site.cluster.dump(target) == before)
                try await site.succeed(target, "restore", "--replace", "a.sql")
                #expect(try await site.cluster.dump(target) == site.cluster.dump(source))
            }
        }
    }

    @Test func whatTheServerRefusesChangesNothing() async throws {
        try await BackupSite.with { site in
            let source = try await site.makeDatabase(
                "CREATE TABLE a (x int); INSERT INTO a VALUES (1); CREATE SCHEMA other; CREATE TYPE other.e AS ENUM ('x');"
                    + "CREATE TABLE b (y other.e)")
            try await site.succeed(source, "backup", "a.sql")
            let target = try await site.makeDatabase("CREATE TABLE old (x int); INSERT INTO old VALUES (7);")
            let before = try await site.cluster.dump(target)
            let outcome = try await site.scribe(target, "restore", "--replace", "a.sql")
            #expect(outcome.status == 1)
            #expect(outcome.problems.contains("TABLE public.b: the server refused"), "\(outcome.problems)")
            #expect(outcome.problems.contains("make what it uses from others first"), "\(outcome.problems)")
            #expect(try await site.cluster.dump(target) == before)
            try await Connection.withConnection(site.configuration(target)) { db in
                try await db.execute(
                    script: "CREATE SCHEMA other; CREATE TYPE other.e AS ENUM (); CREATE TABLE other.t (x int UNIQUE)")
            }
            try await Connection.withConnection(site.configuration(source)) { db in
                try await db.execute(
                    script: """
                        CREATE TABLE other.t (x int UNIQUE); INSERT INTO other.t VALUES (1);
                        ALTER TABLE a ADD FOREIGN KEY (x) REFERENCES other.t (x)
                        """)
            }
            try await site.succeed(source, "backup", "--force", "a.sql")
            let rowless = try await site.scribe(target, "restore", "--replace", "a.sql")
            #expect(rowless.problems.contains("refers to rows of another schema"), "\(rowless.problems)")
            #expect(try await site.cluster.dump(target) == before)
        }
    }

    @Test func aMigrationIsNotDisturbed() async throws {
        try await BackupSite.with { site in
            let database = try await site.makeDatabase("CREATE TABLE a (x int)")
            try await site.succeed(database, "backup", "a.sql")
            try await Connection.withConnection(site.cluster.configuration(database: database)) { db in
                try await db.transaction { tx in
                    try await tx.execute("SELECT pg_advisory_xact_lock(\(VersionTable.scribe.lockKey))")
                    for command in [["restore", "--replace", "a.sql"], ["reset", "--yes"]] {
                        let outcome = try await ScribeProcess.run(
                            ["db"] + command, site.settings(database), in: site.directory)
                        #expect(outcome.status == 1)
                        #expect(outcome.problems.contains("is under way in this database"), "\(outcome.problems)")
                    }
                }
            }
        }
    }

    @Test func aTableThatSomebodyHoldsIsWaitedForBriefly() async throws {
        try await BackupSite.with { site in
            let database = try await site.makeDatabase("CREATE TABLE held (x int)")
            try await Connection.withConnection(site.cluster.configuration(database: database)) { db in
                try await db.transaction { tx in
                    try await tx.execute("LOCK TABLE held")
                    let outcome = try await site.scribe(database, "backup", "a.sql")
                    #expect(outcome.status == 1)
                    #expect(outcome.problems.contains("Another session uses the table"), "\(outcome.problems)")
                    #expect(site.files == [])
                }
            }
        }
    }

    @Test func aFileAppearsWholeOrNotAtAll() async throws {
        try await BackupSite.with { site in
            let database = try await site.makeDatabase("CREATE TABLE a (x int)")
            let path = "\(site.directory)/a.sql"
            try Data("old".utf8).write(to: URL(filePath: path))
            let refused = try await site.scribe(database, "backup", "a.sql")
            #expect(refused.status == 1)
            #expect(refused.problems.contains("is there already"), "\(refused.problems)")
            #expect(try String(contentsOfFile: path, encoding: .utf8) == "old")
            // What a killed process has left.
            try Data("left over".utf8).write(to: URL(filePath: path + ".partial"))
            try await site.succeed(database, "backup", "--force", "a.sql")
            #expect(site.files == ["a.sql"])
            #expect(try await runProgram("/usr/bin/stat", "-c", "%a", path) == "600\n")
            // Somebody else's file by a link.
            try FileManager.default.createSymbolicLink(atPath: path + "2.partial", withDestinationPath: path)
            #expect(try await site.scribe(database, "backup", "a.sql2").status == 1)
            #expect(mkfifo("\(site.directory)/pipe", 0o600) == 0)
            for name in [".", "a.sql2.partial", "pipe"] {
                let other = try await site.scribe(database, "backup", "--force", name)
                #expect(other.problems.contains("no plain file"), "\(name): \(other.problems)")
            }
            let nameless = try await site.scribe(database, "backup", "")
            #expect(nameless.status == 1 && nameless.problems.contains("the file's name is empty"))
            let missing = try await site.scribe(database, "backup", "no/such/directory.sql")
            #expect(missing.problems.contains("No such file or directory"), "\(missing.problems)")
            let output = try await site.succeed(database, "backup", "-")
            #expect(output.output.hasPrefix("-- scribe-app backup") && output.output.contains("\n-- sha256 "))
        }
    }
}
