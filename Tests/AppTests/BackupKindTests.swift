import PGSchemaBackup
import PGSchemaCatalog
import PGWire
import Testing
import TestSupport

/// Every kind of object comes back as it was, with pg_dump of both databases as the witness.
@Suite(.timeLimit(.minutes(3))) struct BackupKindTests {
    @Test(arguments: [15, 17, 18]) func everyKindComesBack(major: Int) async throws {
        try await BackupSite.with(major) { site in
            for schema in BackupSchemas.all where schema.since <= major {
                let source = try await site.makeDatabase(schema.script)
                let path = "\(site.directory)/\(schema.name).sql"
                var backup = Backup(site.pooled(source), path: path)
                (backup.schemas, backup.includesLargeObjects) = (schema.schemas, schema.hasLargeObjects)
                _ = try await backup.run()
                let original = try await site.cluster.dump(source, schema: nil)
                let target = try await site.makeDatabase()
                var restore = Restore(site.pooled(target), path: path)
                _ = try await restore.run()
                #expect(try await site.cluster.dump(target, schema: nil) == original, "\(schema)")
                // Once is enough: it is the same SQL.
                guard major == 15 else { continue }
                restore.replaces = true
                _ = try await restore.run()
                #expect(try await site.cluster.dump(target, schema: nil) == original, "\(schema)")
                let byPsql = try await site.makeDatabase()
                try await site.cluster.restoreByPsql(path, into: byPsql)
                #expect(try await site.cluster.dump(byPsql, schema: nil) == original, "\(schema)")
            }
        }
    }

    /// Known when the backup is taken, not when it is needed.
    @Test func whatIsNeededFromAnotherSchemaIsNamed() async throws {
        try await BackupSite.with { site in
            let source = try await site.makeDatabase(BackupSchemas.twoSchemas)
            let outcome = try await site.scribe(source, "backup", "x.sql")
            #expect(outcome.status == 1 && site.files == [])
            for sentence in [
                "view public.vx needs table extra.x", "table public.t needs function extra.f()",
                "table public.u needs type extra.e", "table public.w needs sequence extra.s",
                "constraint t_b_fkey on table public.t needs table extra.x", "--schema NAME", "--expect NAME",
            ] {
                #expect(outcome.problems.contains(sentence), "\(outcome.problems)")
            }
            // Where the other schema is there, as auth is at Supabase, it need not be in the backup.
            try await site.succeed(source, "backup", "--expect", "extra", "public.sql")
            try await site.succeed(source, "backup", "--schema", "extra", "extra.sql")
            let target = try await site.makeDatabase()
            try await site.succeed(target, "restore", "extra.sql")
            try await site.succeed(target, "restore", "public.sql")
            #expect(try await site.cluster.dump(target, schema: nil) == site.cluster.dump(source, schema: nil))
            let missing = try await site.scribe(source, "backup", "--schema", "nowhere", "x.sql")
            #expect(missing.problems.contains("there is no schema nowhere"), "\(missing.problems)")
        }
    }

    /// The default schema need not be there in a database that has nothing yet.
    @Test func aSchemaThatIsNotThereIsCreated() async throws {
        try await BackupSite.with { site in
            let source = try await site.makeDatabase("CREATE SCHEMA shop; CREATE TABLE shop.t (x int)")
            try await Connection.withConnection(site.configuration(source)) { db in
                try await db.execute("ALTER DATABASE \(identifier: source) SET search_path = shop")
            }
            try await site.succeed(source, "backup", "shop.sql")
            let target = try await site.makeDatabase()
            try await site.succeed(target, "restore", "shop.sql")
            #expect(try await site.cluster.dump(target, schema: "shop") == site.cluster.dump(source, schema: "shop"))
        }
    }

    @Test func ownersOnRequest() async throws {
        try await BackupSite.with { site in
            let source = try await site.makeDatabase(BackupSchemas.owners)
            let original = try await site.cluster.dump(source, schema: nil)
            let target = try await site.makeDatabase()
            try await site.succeed(source, ["backup", "--owners", "x.sql"])
            try await site.succeed(target, "restore", "x.sql")
            #expect(try await site.cluster.dump(target, schema: nil) == original)
            #expect(original.contains("OWNER TO backup_one"))
        }
    }

    /// What belongs to the database and hangs on the schema is held, added to, or named.
    @Test func whatBelongsToTheDatabase() async throws {
        try await BackupSite.with { site in
            let source = try await site.makeDatabase(
                """
                CREATE TABLE a (x int); CREATE SCHEMA other; CREATE TABLE other.b (x int); SELECT lo_create(99);
                CREATE PUBLICATION pub FOR TABLE a, other.b; CREATE EXTENSION hstore;
                CREATE TABLE h (h hstore);
                """)
            let backup = try await site.succeed(source, "backup", "a.sql")
            #expect(
                backup.problems.contains("not in the backup: 1 large object (--large-objects)"), "\(backup.problems)")
            let target = try await site.makeDatabase()
            let restore = try await site.succeed(target, "restore", "a.sql")
            #expect(restore.problems.contains("the publication pub is not here"), "\(restore.problems)")
            let third = try await site.makeDatabase("CREATE TABLE a (); CREATE PUBLICATION pub FOR TABLE a")
            let replaced = try await site.succeed(third, "restore", "--replace", "a.sql")
            #expect(!replaced.problems.contains("no longer published"), "\(replaced.problems)")
            #expect(
                try await site.cluster.dump(third, schema: nil).contains(
                    "ALTER PUBLICATION pub ADD TABLE ONLY public.a"))
        }
    }

    /// Objects that need each other cannot be created one after the other.
    @Test func whatCannotBeCreatedIsNamed() async throws {
        try await BackupSite.with { site in
            let source = try await site.makeDatabase(
                """
                CREATE TABLE t (a int); CREATE FUNCTION f(t) RETURNS int IMMUTABLE LANGUAGE sql AS 'SELECT 1';
                ALTER TABLE t ADD g int GENERATED ALWAYS AS (f(NULL::t)) STORED;
                """)
            let outcome = try await site.scribe(source, "backup", "x.sql")
            #expect(outcome.problems.contains("depend on each other in a cycle"), "\(outcome.problems)")
            #expect(outcome.problems.contains("public.f(public.t), public.t"), "\(outcome.problems)")
            #expect(site.files == [])
        }
    }

    /// What only a superuser may make is left out with a warning, unless something cannot be without it.
    @Test func whatTheRoleMayNotMake() async throws {
        try await BackupSite.with { site in
            let role = "owner_\(UInt64.random(in: 0...UInt64.max))"
            let source = try await site.makeDatabase(
                """
                CREATE EXTENSION pg_stat_statements; CREATE TABLE a (x int); COMMENT ON SCHEMA public IS 'x$do$y';
                CREATE SCHEMA "$do$ \\! echo"; CREATE TABLE "$do$ \\! echo".t (x int); CREATE PUBLICATION pub FOR ALL TABLES;
                CREATE FUNCTION f() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN END';
                CREATE EVENT TRIGGER e ON sql_drop EXECUTE FUNCTION f();
                ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO PUBLIC;
                ALTER DEFAULT PRIVILEGES GRANT USAGE ON TYPES TO pg_monitor;
                """)
            try await site.succeed(source, "backup", "--schema", "public", "--schema", "$do$ \\! echo", "a.sql")
            let target = try await site.makeDatabase("CREATE ROLE \(role) LOGIN PASSWORD 'owner'")
            try await Connection.withConnection(site.configuration(target)) { db in
                try await db.execute(
                    script:
                        "ALTER DATABASE \(target) OWNER TO \(role); ALTER SCHEMA public OWNER TO postgres; GRANT CREATE ON SCHEMA public TO \(role)"
                )
            }
            let settings = site.cluster.configuration(database: target).settings()
                .merging(["DB_USER": role, "DB_PASSWORD": "owner"]) { $1 }
            let outcome = try await ScribeProcess.run(["db", "restore", "a.sql"], settings, in: site.directory)
            #expect(outcome.status == 0, "\(outcome.problems)")
            for warning in [
                "EXTENSION pg_stat_statements: permission denied", "left out: the comment on a schema",
                "publication pub: must be superuser",
                "EVENT TRIGGER e: permission denied",
                "so this was left out: ALTER DEFAULT PRIVILEGES FOR ROLE postgres",
            ] {
                #expect(outcome.problems.contains(warning), "\(outcome.problems)")
            }
            #expect(try await site.cluster.dump(target, schema: nil).contains(#"CREATE TABLE "$do$ \! echo".t"#))
        }
    }

    /// A check that was true when the row came, and is not any more, keeps no row away.
    @Test func aCheckThatTimeHasChanged() async throws {
        try await BackupSite.with { site in
            let source = try await site.makeDatabase(
                """
                CREATE TABLE switch (isOn bool); INSERT INTO switch VALUES (true);
                CREATE FUNCTION isOn() RETURNS bool LANGUAGE sql AS 'SELECT isOn FROM switch';
                CREATE TABLE a (x int CHECK (isOn()), y date CONSTRAINT soon CHECK (y > '2020-01-01' AND y <= current_date));
                INSERT INTO a VALUES (1, '2021-01-01'); UPDATE switch SET isOn = false;
                """)
            try await site.succeed(source, "backup", "a.sql")
            let target = try await site.makeDatabase()
            let restore = try await site.succeed(target, "restore", "a.sql")
            #expect(
                restore.problems.contains("the constraint a_check on public.a is not valid"), "\(restore.problems)")
            #expect(!restore.problems.contains("soon"), "\(restore.problems)")
            let dump = try await site.cluster.dump(target)
            #expect(dump.contains("CHECK (public.ison()) NOT VALID") && dump.contains("1\t2021-01-01"))
        }
    }
}
