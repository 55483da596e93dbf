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
                CREATE ROLE \(role); CREATE TABLE b (x int); ALTER TABLE b OWNER TO \(role);
                """)
            let outcome = try await site.succeed(source, "backup", "a.sql")
            #expect(
                outcome.problems.split(separator: "\n").filter { $0.hasPrefix("warning: not") } == [
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
