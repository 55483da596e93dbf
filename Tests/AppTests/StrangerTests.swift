import FoundationEssentials
import LocalPostgres
import PGSchemaSQL
import PGWire
import ScribeApp
import Testing
import TestSupport

/// A role that may create in `public` puts code into tables of its own, where a superuser's commands come by: into indexes,
/// statistics, checks, defaults, triggers and policies. None of it is run.
@Suite(.timeLimit(.minutes(3))) struct StrangerTests {
    private static let trap = """
        CREATE FUNCTION fires(what text) RETURNS boolean LANGUAGE plpgsql IMMUTABLE AS $$
        BEGIN
            IF current_user NOT LIKE 'mallory%' THEN RAISE EXCEPTION '\(HostileSchema.mark) % as %', what, current_user; END IF;
            RETURN true;
        END $$;
        CREATE FUNCTION trigger_fires() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN PERFORM public.fires('trigger'); RETURN NEW; END $$;
        CREATE TABLE other (a text);
        CREATE INDEX ON other ((public.fires('index expression')));
        CREATE STATISTICS kept ON (public.fires('statistics')), a FROM other;
        CREATE DOMAIN checked_text AS text CHECK (public.fires('domain'));
        CREATE TABLE checked (a text CHECK (public.fires('check')), d checked_text, e boolean DEFAULT public.fires('default'));
        GRANT SELECT ON other, checked TO PUBLIC;
        """

    private static func version(_ revision: String) -> String {
        """
        CREATE TABLE alembic_version (version_num varchar(32) PRIMARY KEY);
        INSERT INTO alembic_version VALUES ('\(revision)');
        CREATE INDEX ON alembic_version (version_num) WHERE public.fires('index predicate of alembic_version');
        CREATE TRIGGER fires BEFORE INSERT OR UPDATE OR DELETE ON alembic_version
            FOR EACH ROW EXECUTE FUNCTION trigger_fires();
        CREATE POLICY fires ON alembic_version USING (public.fires('policy'));
        ALTER TABLE alembic_version ENABLE ROW LEVEL SECURITY;
        GRANT SELECT ON alembic_version TO PUBLIC;
        """
    }

    private struct Site {
        let cluster: LocalPostgres
        let database: Connection.Configuration
        let directory: String

        /// Runs a script as mallory.
        func attack(_ script: String) async throws {
            let role = "mallory_\(UInt64.random(in: 0...UInt64.max))"
            try await Connection.withConnection(database) { db in
                try await db.execute(script: "CREATE ROLE \(role); GRANT CREATE ON SCHEMA public TO \(role)")
                try await db.execute(script: "SET ROLE \(role); \(script)")
            }
        }

        func run(_ arguments: [String], succeeds: Bool, _ words: String = "") async throws {
            let outcome = try await ScribeProcess.run(arguments, database.settings(), in: directory)
            #expect((outcome.status == 0) == succeeds, "\(arguments): \(outcome.output)\(outcome.problems)")
            #expect(
                (outcome.output + outcome.problems).contains(words),
                "\(arguments): \(outcome.output)\(outcome.problems)")
            #expect(!(outcome.output + outcome.problems).contains(HostileSchema.mark), "\(arguments)")
        }

        func log() throws -> String {
            String(decoding: try Data(contentsOf: URL(filePath: "\(cluster.directory)/server.log")), as: UTF8.self)
        }
    }

    private func withSite(_ major: Int, _ body: (Site) async throws -> Void) async throws {
        let cluster = try await TestServers.shared.cluster(major: major)
        let database = try await cluster.makeDatabase()
        try await withTemporaryDirectory { directory in
            let site = Site(cluster: cluster, database: database, directory: directory)
            try await body(site)
            let lines = try site.log().split(separator: "\n").filter {
                $0.contains(HostileSchema.mark) && $0.contains(database.database ?? "?")
            }
            #expect(lines.isEmpty, "\(lines.prefix(5))")
        }
    }

    @Test(arguments: [15, 18]) func aVersionTableOfAnother(major: Int) async throws {
        try await withSite(major) { site in
            try await site.attack(Self.trap + Self.version("bbddd04b993d"))
            for arguments in [
                ["db", "info"], ["db", "info", "--json"], ["db", "backup", "a.sql"], ["migrate", "current"],
                ["migrate", "current", "--check-heads"],
            ] { try await site.run(arguments, succeeds: true) }
            for arguments in [
                ["migrate", "upgrade"], ["migrate", "downgrade", "-1"], ["migrate", "stamp", "head"],
                ["migrate", "stamp", "base", "--purge"],
            ] { try await site.run(arguments, succeeds: false, "the table alembic_version belongs to mallory") }
            try await site.run(["migrate", "check"], succeeds: false, "other, which belongs to mallory")
        }
    }

    @Test(arguments: [15, 18]) func tablesOfAnother(major: Int) async throws {
        try await withSite(major) { site in
            try await site.run(["migrate", "upgrade"], succeeds: true)
            try await site.attack(Self.trap)
            for arguments in [
                ["db", "info"], ["db", "check"], ["db", "backup", "a.sql"], ["migrate", "downgrade", "-1"],
                ["migrate", "upgrade"],
                ["migrate", "check", "--ignore", "other", "--ignore", "checked"],
            ] { try await site.run(arguments, succeeds: true) }
            try await site.run(["migrate", "check"], succeeds: false, "checked, which belongs to mallory")
            try await site.run(["migrate", "lint", "head", "--database"], succeeds: true)
        }
    }

    /// For a query and for a change.
    @Test func theTrapIsOne() async throws {
        let cluster = try await TestServers.shared.cluster(major: 15)
        try await withTemporaryDirectory { directory in
            let site = Site(cluster: cluster, database: try await cluster.makeDatabase(), directory: directory)
            try await site.attack(Self.trap)
            try await Connection.withConnection(site.database) { db in
                for sql: SQL in ["SELECT count(*) FROM other", "INSERT INTO checked VALUES ('x')"] {
                    let error = await #expect(throws: PostgresError.self) { try await db.execute(sql) }
                    #expect("\(error, default: "")".contains(HostileSchema.mark))
                }
            }
        }
    }
}
