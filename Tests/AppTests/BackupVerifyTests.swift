import FoundationEssentials
import LocalPostgres
import PGWire
import ScribeApp
import Testing
import TestSupport

/// `backup --verify`: the file gets its name when it was restored elsewhere, and was the same there.
@Suite(.timeLimit(.minutes(3))) struct BackupVerifyTests {
    private static let said = "; restored elsewhere, and the same there\n"

    @Test(arguments: [15, 17, 18]) func whatCanBeRestoredIsTaken(major: Int) async throws {
        try await BackupSite.with(major) { site in
            let role = "verify_\(UInt64.random(in: 0...UInt64.max))"
            let source = try await site.makeDatabase(
                """
                CREATE ROLE \(role); CREATE TYPE mood AS ENUM ('sad', 'it''s');
                CREATE TABLE a (id int PRIMARY KEY, t varchar(9) CHECK (t IN ('x', 'y')), f float8, m mood, ts timestamptz);
                INSERT INTO a SELECT i, 'x', random(), 'it''s', now() FROM generate_series(1, 1000) i;
                CREATE TABLE b (a int REFERENCES a DEFERRABLE); INSERT INTO b VALUES (1), (NULL), (NULL);
                CREATE VIEW v AS SELECT t, count(*) FROM a GROUP BY t; GRANT SELECT (t) ON a TO \(role);
                CREATE TABLE empty (x int); CREATE POLICY p ON a TO \(role) USING (id > 0);
                COMMENT ON TABLE a IS 'of "a"'; CREATE SEQUENCE s; SELECT nextval('s');
                """)
            for file in ["a.sql", "a.sql.gz"] {
                let outcome = try await site.succeed(source, "backup", "--verify", file)
                #expect(outcome.output.hasSuffix(Self.said), "\(outcome.output)")
                #expect(outcome.output.contains("3 tables, 1003 rows"), "\(outcome.output)")
            }
            #expect(site.files == ["a.sql", "a.sql.gz"])
        }
    }

    @Test func whatCannotBeRestoredGetsNoFile() async throws {
        try await BackupSite.with { site in
            let source = try await site.makeDatabase(
                """
                CREATE FUNCTION key(i int) RETURNS int LANGUAGE plpgsql IMMUTABLE AS 'BEGIN RETURN i; END';
                CREATE TABLE a (x int); CREATE UNIQUE INDEX a_key ON a (key(x));
                INSERT INTO a VALUES (1), (2);
                CREATE OR REPLACE FUNCTION key(i int) RETURNS int LANGUAGE plpgsql IMMUTABLE AS 'BEGIN RETURN 0; END';
                """)
            try site.write("old".utf8, to: "a.sql")
            let outcome = try await site.scribe(source, "backup", "--verify", "--force", "a.sql")
            #expect(outcome.status == 1)
            #expect(outcome.problems.contains("could not be restored into the scratch database"), "\(outcome.problems)")
            #expect(outcome.problems.contains("unique constraint \"a_key\""), "\(outcome.problems)")
            #expect(site.files == ["a.sql"])
            #expect(try site.bytes("a.sql") == Array("old".utf8))
            // Without the proof it is taken.
            try await site.succeed(source, "backup", "--force", "a.sql")
        }
    }

    @Test func aProvidedDatabaseIsUsedAndEmptied() async throws {
        try await BackupSite.with { site in
            let source = try await site.makeDatabase(
                """
                CREATE TABLE a (x text[], n int DEFAULT 1); INSERT INTO a VALUES ('{a,NULL}'), ('{}');
                CREATE TABLE b (y int); INSERT INTO b VALUES (7);
                """)
            let scratch = try await site.makeDatabase()
            let cluster = site.cluster
            let settings = site.settings(source).merging(["SCRATCH_PASSWORD": cluster.password]) { $1 }
            func backup(_ file: String) async throws -> ScribeProcess.Outcome {
                let url = "postgres://\(cluster.user)@127.0.0.1:\(cluster.port)/\(scratch)"
                return try await ScribeProcess.run(
                    ["db", "backup", "--verify", "--scratch-url", url, file], settings, in: site.directory)
            }
            let outcome = try await backup("a.sql")
            #expect(outcome.status == 0 && outcome.output.hasSuffix(Self.said), "\(outcome.problems)")
            let empty = try await site.cluster.dump(try await site.makeDatabase())
            #expect(try await site.cluster.dump(scratch) == empty)

            // A server that reads the same rows in another way.
            try await Connection.withConnection(site.configuration(scratch)) { db in
                try await db.execute(script: "ALTER DATABASE \(scratch) SET array_nulls = off")
            }
            let other = try await backup("b.sql")
            #expect(other.status == 1)
            #expect(other.problems.contains("is not the same"), "\(other.problems)")
            #expect(other.problems.contains("public.a: its 2 rows have other values"), "\(other.problems)")
            #expect(!other.problems.contains("public.b"), "\(other.problems)")
            #expect(site.files == ["a.sql"])
            #expect(try await site.cluster.dump(scratch) == empty)

            try await Connection.withConnection(site.configuration(scratch)) { db in
                try await db.execute(script: "CREATE TABLE somebodys (x int)")
            }
            let taken = try await backup("c.sql")
            #expect(
                taken.problems.contains("--scratch-url") && taken.problems.contains("not empty"), "\(taken.problems)")
        }
    }

    @Test func itNeedsAFile() async throws {
        for arguments in [["--verify", "-"], ["--scratch-url", "postgres://a@b/c", "x.sql"]] {
            let outcome = try await ScribeProcess.run(["db", "backup"] + arguments)
            #expect(outcome.status != 0 && outcome.problems.contains("--verify"), "\(outcome)")
        }
    }

    @Test func pgschemaDoesItToo() async throws {
        let cluster = try await TestServers.shared.cluster(major: 15)
        let database = try await cluster.makeDatabase()
        try await Connection.withConnection(database) { db in
            try await db.execute(
                script: """
                    CREATE SCHEMA "My Schema"; CREATE TABLE "My Schema".a (x int); INSERT INTO "My Schema".a VALUES (1);
                    ALTER DATABASE \(database.database ?? "") SET search_path = "My Schema";
                    """)
        }
        try await withTemporaryDirectory { directory in
            let url =
                "postgres://\(cluster.user):\(cluster.password)@127.0.0.1:\(cluster.port)/\(database.database ?? "")"
            let file = cluster.caCertificateFile.map { "?sslmode=verify-full&sslrootcert=\($0)" } ?? "?sslmode=disable"
            let outcome = try await ScribeProcess.run(
                ["backup", "--verify", "a.sql"], ["DATABASE_URL": url + file], in: directory, product: "pgschema")
            #expect(outcome.status == 0 && outcome.output.hasSuffix(Self.said), "\(outcome.problems)")
        }
    }
}
