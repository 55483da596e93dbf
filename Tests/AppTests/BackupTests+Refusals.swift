import FoundationEssentials
import LocalPostgres
import PGSchemaMigrations
import PGWire
import ScribeApp
import Testing
import TestSupport

/// What is refused, by name, and what is left as it was.
extension BackupTests {
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
        (
            "CREATE FOREIGN DATA WRAPPER w; CREATE SERVER s FOREIGN DATA WRAPPER w; CREATE FOREIGN TABLE far (x int) SERVER s",
            "foreign table public.far"
        )
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
            try await site.succeed(source, "backup", "--expect", "other", "a.sql")
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
            try await site.succeed(source, "backup", "--force", "--expect", "other", "a.sql")
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
}
