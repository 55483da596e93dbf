import FoundationEssentials
import LocalPostgres
import PGSchemaMigrations
import PGSchemaSQL
import PGWire
import ScribeApp
import Testing
import TestSupport

extension ShownTextTests {
    /// A database with a hostile name, whose owner has one too, at this program's revision.
    private func withDatabase(_ body: (Connection.Configuration) async throws -> Void) async throws {
        let cluster = try await TestServers.shared.cluster(major: 15)
        let (database, role) = (HostileText.name(), HostileText.name())
        try await Connection.withConnection(cluster.configuration(database: cluster.database)) { db in
            let password = SQL(raw: "'secret'")
            try await db.execute("CREATE ROLE \(identifier: role) LOGIN SUPERUSER PASSWORD \(password)")
            try await db.execute("CREATE DATABASE \(identifier: database) OWNER \(identifier: role)")
        }
        var configuration = cluster.configuration(database: database)
        configuration.user = role
        configuration.password = Secret("secret")
        let migrated = try await ScribeProcess.run(["migrate", "upgrade"], configuration.settings())
        #expect(migrated.status == 0, "\(migrated.problems)")
        try await body(configuration)
        try await Connection.withConnection(cluster.configuration(database: cluster.database)) { db in
            try await db.execute("DROP DATABASE \(identifier: database) WITH (FORCE)")
            try await db.execute("DROP ROLE \(identifier: role)")
        }
    }

    /// Tables, columns, types, comments and the rest with hostile names, and a server that warns of each statement.
    private static let objects = """
        CREATE TYPE U&"e\(HostileText.escaped)" AS ENUM (\(HostileText.literal), 'b');
        CREATE TABLE U&"t\(HostileText.escaped)" (U&"c\(HostileText.escaped)" int PRIMARY KEY, k U&"e\(HostileText.escaped)");
        INSERT INTO U&"t\(HostileText.escaped)" VALUES (1, 'b');
        COMMENT ON TABLE U&"t\(HostileText.escaped)" IS \(HostileText.literal);
        CREATE VIEW U&"v\(HostileText.escaped)" AS SELECT * FROM U&"t\(HostileText.escaped)";
        ALTER TABLE users ADD COLUMN U&"u\(HostileText.escaped)" text DEFAULT \(HostileText.literal);
        ALTER TABLE users ADD CONSTRAINT U&"k\(HostileText.escaped)" CHECK (email <> \(HostileText.literal));
        COMMENT ON COLUMN users.email IS \(HostileText.literal);
        CREATE PUBLICATION U&"p\(HostileText.escaped)" FOR TABLE U&"t\(HostileText.escaped)";
        CREATE SCHEMA watching;
        CREATE FUNCTION watching.warn() RETURNS event_trigger LANGUAGE plpgsql AS
            $$ BEGIN RAISE WARNING USING MESSAGE = \(HostileText.literal); END $$;
        CREATE EVENT TRIGGER warn ON ddl_command_end EXECUTE FUNCTION watching.warn();
        """

    @Test func everyCommandInAHostileDatabase() async throws {
        try await withTemporaryDirectory { directory in
            try await withDatabase { configuration in
                try await Connection.withConnection(configuration) { try await $0.execute(script: Self.objects) }
                let revisions = directory + "/revisions"
                try FileManager.default.createDirectory(atPath: revisions, withIntermediateDirectories: false)
                for file in RevisionGraph.files {
                    try Data(file.bytes).write(to: URL(filePath: "\(revisions)/\(file.name)"))
                }
                let file = "b\(HostileText.text).sql"
                let commands: [(arguments: [String], status: Int32, isThere: Bool)] = [
                    (["db", "check"], 0, true), (["db", "info"], 0, true), (["db", "info", "--json"], 0, true),
                    (["db", "backup", file], 0, true), (["db", "backup", file], 1, true),
                    (["db", "backup", file + ".gz", "--quiet"], 0, true),
                    (["db", "restore", file], 1, true), (["db", "restore", file, "--replace"], 0, true),
                    (["migrate", "current"], 0, false), (["migrate", "check"], 1, true),
                    (["migrate", "check", "--json"], 1, true),
                    (["migrate", "check", "--rename", "\(HostileText.text)=x"], 1, true),
                    (
                        ["migrate", "revision", "-m", "x", "--rev-id", "\u{1B}forged", "--directory", "revisions"], 1,
                        true
                    ),
                    (["migrate", "revision", "-m", HostileText.all, "--directory", "revisions"], 0, false),
                    (["migrate", "revision", "-m", HostileText.all, "--directory", HostileText.text], 1, true),
                    (["db", "reset"], 1, true), (["db", "reset", "--confirm", "x"], 1, true),
                ]
                for (arguments, status, isThere) in commands {
                    let outcome = try await ScribeProcess.run(arguments, configuration.settings(), in: directory)
                    #expect(outcome.status == status, "\(arguments): \(outcome.problems)")
                    let isJSON = arguments.contains("--json")
                    HostileText.expectShown(outcome, of: arguments, isThere: isThere, isJSON: isJSON)
                }
                try checkBackup("\(directory)/\(file)")
                try await checkGenerated(configuration, in: directory + "/revisions")
            }
        }
    }

    /// Comments of a backup: what comes before the first part, and the marks.
    private func checkBackup(_ path: String) throws {
        let text = try String(contentsOfFile: path, encoding: .utf8)
        let comments = text.split(separator: "\n").filter { $0.hasPrefix("--") }
        #expect(comments.contains { $0.hasPrefix("-- database ") && $0.contains("forged") })
        HostileText.expectShown(comments.joined(separator: "\n"))
    }

    /// Comments of a revision that autogenerate writes.
    private func checkGenerated(_ configuration: Connection.Configuration, in directory: String) async throws {
        let made = try FileManager.default.contentsOfDirectory(atPath: directory).filter { $0.hasPrefix("0011_") }
        let title = try String(contentsOfFile: directory + "/" + (try #require(made.first)), encoding: .utf8)
        HostileText.expectShown(title)
        try FileManager.default.removeItem(atPath: directory + "/" + made[0])
        let arguments = [
            "migrate", "revision", "-m", HostileText.all, "--autogenerate", "--no-rename", "--directory", ".",
        ]
        let outcome = try await ScribeProcess.run(arguments, configuration.settings(), in: directory)
        #expect(outcome.status == 0, "\(outcome.problems)")
        HostileText.expectShown(outcome, of: arguments)
        let file = try FileManager.default.contentsOfDirectory(atPath: directory).filter { $0.hasPrefix("0011_") }
        let text = try String(contentsOfFile: directory + "/" + (try #require(file.first)), encoding: .utf8)
        let comments = text.split(separator: "\n").filter { $0.hasPrefix("--") }
        #expect(comments.contains { $0.contains("loses data") && $0.contains("forged") })
        HostileText.expectShown(comments.joined(separator: "\n"))
        // What it does is not altered.
        let read = try RevisionFile.parse(text, name: "x.sql")
        #expect(read.up.contains { $0.text.unicodeScalars.contains("\u{1B}") })
    }

    @Test func whatTheVersionTableSays() async throws {
        let configuration = try await TestServers.shared.cluster(major: 15).makeDatabase()
        try await Migrator(configuration: configuration, graph: .scribe()).run(.upgrade, to: "+1")
        for change in [
            """
            COMMENT ON TABLE alembic_version IS \
            U&'scribe-app: {"checksums":{},"progress":{"revision":"\(HostileText.inJSON)","direction":"upgrade \
            \(HostileText.inJSON)","done":1,"checksum":""}}'
            """,
            "ALTER TABLE alembic_version ALTER COLUMN version_num TYPE text; UPDATE alembic_version SET version_num = "
                + HostileText.literal,
            "INSERT INTO alembic_version VALUES ('4c1052b2c70b'), (\(HostileText.literal) || 'x')",
            "DROP TABLE alembic_version; CREATE VIEW alembic_version AS SELECT \(HostileText.literal) AS version_num",
        ] {
            try await Connection.withConnection(configuration) { try await $0.execute(script: change) }
            for arguments in [
                ["migrate", "current"], ["migrate", "current", "--json"], ["migrate", "upgrade", "--json"],
                ["migrate", "stamp", "head"], ["db", "info"], ["db", "check"],
            ] {
                let outcome = try await ScribeProcess.run(arguments, configuration.settings())
                HostileText.expectShown(outcome, of: arguments, isThere: false)
                if arguments[1] == "current", !change.contains("VIEW") {
                    #expect(outcome.problems.contains("forged"), "\(outcome.problems)")
                }
            }
        }
    }

    /// Other sessions, whose roles are anybody's.
    @Test func whoIsInTheWayOfAMigration() async throws {
        try await withDatabase { configuration in
            try await Connection.withConnection(configuration) { db in
                try await db.transaction { tx in
                    try await tx.execute("LOCK TABLE queue_items")
                    let arguments = ["migrate", "downgrade", "-1", "--lock-timeout", "0.05", "--lock-retries", "1"]
                    let outcome = try await ScribeProcess.run(arguments, configuration.settings())
                    #expect(outcome.status == 1)
                    #expect(
                        outcome.problems.contains("The longest transactions now:\n  process"), "\(outcome.problems)")
                    HostileText.expectShown(outcome, of: arguments)
                }
            }
        }
    }
}
