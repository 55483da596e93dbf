import PGSchemaLint
import PGSchemaMigrations
import PGSchemaSQL
import PGWire
import Testing
import TestSupport

/// `migrate test`: what is found in revisions that do not lead back, and in Scribe's own.
@Suite(.timeLimit(.minutes(2))) struct RoundTripTests {
    private let configuration: Connection.Configuration

    init() async throws { configuration = try await TestServers.shared.cluster(major: 17).makeDatabase() }

    private static let setup = Revision.of(
        "setup", after: nil,
        up: """
            CREATE TYPE mood AS ENUM ('good', 'bad');
            CREATE DOMAIN zip AS text CHECK (VALUE ~ '^[0-9]+$' AND length(VALUE) = 5);
            CREATE TABLE owners (
                id bigserial PRIMARY KEY, name varchar(3) UNIQUE NOT NULL, boss bigint NOT NULL REFERENCES owners
            );
            CREATE TABLE items (
                id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, owner_id bigint NOT NULL REFERENCES owners,
                mood mood NOT NULL, zip zip, status text NOT NULL CHECK (status IN ('new', 'old')),
                price numeric(4, 2) CHECK (price BETWEEN 20 AND 30), tags text[] NOT NULL, span tstzrange, raw bytea,
                double int GENERATED ALWAYS AS (price::int * 2) STORED, made timestamptz NOT NULL DEFAULT now(),
                UNIQUE (owner_id, mood), code text
            );
            """,
        down: "DROP TABLE items; DROP TABLE owners; DROP DOMAIN zip; DROP TYPE mood")

    private func report(_ revisions: Revision...) async throws -> RoundTripReport {
        try await RoundTrip(scratch: configuration, graph: RevisionGraph([Self.setup] + revisions)).run()
    }

    private func findings(_ report: RoundTripReport) -> [String] {
        report.steps.flatMap { step in
            step.findings.map { "\(step.name.rawValue): \($0.kind.rawValue): \($0.detail)" }
        }
    }

    @Test func everyTableHasRowsAndWhatLeadsBackIsSilent() async throws {
        let report = try await report(
            .of("a", after: "setup", up: "ALTER TABLE items ADD x int", down: "ALTER TABLE items DROP COLUMN x"),
            .of(
                "b", after: "a", up: "CREATE INDEX CONCURRENTLY i ON items (code)", down: "DROP INDEX CONCURRENTLY i",
                isTransactional: false))
        #expect(findings(report).isEmpty)
        let three: [RoundTripReport.Step.Name] = [.up, .down, .upAgain]
        #expect(report.steps.map(\.name) == three + three + three + [.downToBase, .upToHead])
        // Two rows in each of two tables with each seeding.
        #expect(report.steps.map(\.rowCount) == [0, 4, 0, 4, 8, 8, 12, 16, 16, 20, 0])
        #expect(!report.fails)
    }

    /// A column may have the name by which a query calls the row.
    @Test func columnsAndTablesOfAnyName() async throws {
        let report = try await report(
            .of(
                "a", after: "setup",
                up: "CREATE TABLE t (id int PRIMARY KEY, t text, c int, x int); CREATE TABLE nothing ()",
                down: "DROP TABLE nothing; DROP TABLE t"))
        #expect(findings(report).isEmpty)
        #expect(!report.fails)
    }

    @Test func residueAndWhatIsNotRestored() async throws {
        let report = try await report(
            .of(
                "a", after: "setup",
                up: """
                    CREATE TYPE kind AS ENUM ('x'); CREATE SEQUENCE counter; DROP INDEX IF EXISTS nothing;
                    ALTER TABLE items DROP COLUMN made; ALTER TABLE owners ALTER name TYPE varchar(9);
                    CREATE TABLE log (id int)
                    """,
                down: """
                    ALTER TABLE items ADD made timestamptz NOT NULL DEFAULT now();
                    ALTER TABLE owners ALTER name TYPE text
                    """))
        let found = findings(report)
        for part in [
            "down: residue: type kind is there and was not before",
            "down: residue: sequence counter is there and was not before",
            "down: residue: table log is there and was not before",
            "down: restored-otherwise: column owners.name was \"character varying(3) not null\" and is \"text not null\"",
            "down: column-order: columns of items",
        ] {
            #expect(found.contains { $0.hasPrefix(part) }, "\(part)")
        }
        // The second way up finds the type there.
        #expect(found.contains { $0.hasPrefix("up again: broken: a.sql:7: type \"kind\" already exists") })
        #expect(found.contains { $0.hasPrefix("down: values-lost: 2 of 2 rows of items") })
        #expect(found.count == 7, "\(found)")
        #expect(report.fails)
    }

    /// What `pg_dump` tells and a table's columns do not.
    @Test func whatIsEasilyForgotten() async throws {
        let report = try await report(
            .of(
                "a", after: "setup",
                up: """
                    GRANT SELECT ON items TO PUBLIC; GRANT UPDATE (code) ON items TO PUBLIC; REVOKE USAGE ON TYPE mood FROM PUBLIC;
                    COMMENT ON COLUMN items.code IS 'c'; ALTER TABLE items ALTER code SET STORAGE EXTERNAL;
                    ALTER TABLE items ALTER raw SET STATISTICS 500; ALTER TABLE items REPLICA IDENTITY FULL;
                    ALTER TABLE items CLUSTER ON items_pkey; ALTER SEQUENCE owners_id_seq OWNED BY NONE;
                    ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO PUBLIC
                    """,
                down: "SELECT 1"))
        let found = findings(report).filter { $0.hasPrefix("down: ") }
        for part in [
            "residue: privileges on items is", "residue: privileges on items.code", "residue: privileges on mood",
            "residue: comment on", "restored-otherwise: column items.code", "restored-otherwise: column items.raw",
            "restored-otherwise: table items was", "restored-otherwise: index items_pkey",
            "restored-otherwise: sequence owners_id_seq", "residue: default privileges of",
        ] {
            #expect(found.contains { $0.hasPrefix("down: \(part)") }, "\(part)")
        }
        #expect(found.count == 10, "\(found)")
    }

    @Test(arguments: [
        ("code varchar(40)", "varchar(50)"), ("code int", "bigint"), ("code smallint", "int"),
        ("code numeric(6, 2)", "numeric(9, 2)"),
    ])
    func aWayDownThatValuesDoNotFit(column: String, wider: String) async throws {
        let type = String(column.dropFirst("code ".count))
        let up = "ALTER TABLE narrow ALTER code TYPE \(wider)"
        let graph = try RevisionGraph([
            .of("a", after: nil, up: "CREATE TABLE narrow (\(column))", down: "DROP TABLE narrow"),
            .of("b", after: "a", up: up, down: "ALTER TABLE narrow ALTER code TYPE \(type)"),
        ])
        let database = try await TestServers.shared.cluster(major: 17).makeDatabase()
        let report = try await RoundTrip(scratch: database, graph: graph).run()
        #expect(findings(report).contains { $0.hasPrefix("down: down-fails") }, "\(findings(report))")
    }

    @Test func whatIsComputedFromTheLargestNumbersHasRowsToo() async throws {
        let report = try await report(
            .of(
                "a", after: "setup",
                up: """
                    CREATE TABLE fields (length int NOT NULL, width int NOT NULL,
                        area int GENERATED ALWAYS AS (length * width) STORED)
                    """,
                down: "DROP TABLE fields"),
            .of("b", after: "a", up: "ALTER TABLE fields ADD x int", down: "ALTER TABLE fields DROP x"))
        #expect(findings(report) == [])
        #expect(report.steps.map(\.rowCount) == [0, 4, 0, 4, 10, 8, 14, 20, 20, 26, 0])
    }

    @Test func outsideATransactionItGoesOnWhereItFailedOnRows() async throws {
        let report = try await report(
            .of(
                "a", after: "setup",
                up: "ALTER TABLE items ADD flag boolean; CREATE UNIQUE INDEX CONCURRENTLY flags ON items (status)",
                down: "DROP INDEX CONCURRENTLY flags; ALTER TABLE items DROP flag", isTransactional: false))
        let found = findings(report)
        let others = found.filter { !$0.contains("up-fails: with rows in the tables a.sql:8: could not create") }
        #expect(others.isEmpty)
        #expect(!found.isEmpty)
    }

    @Test func rowsThatAreLostOrChanged() async throws {
        let report = try await report(
            .of(
                "a", after: "setup", up: "DELETE FROM items WHERE mood = 'bad'; UPDATE items SET code = 'x'",
                down: "UPDATE items SET code = NULL"))
        let found = findings(report)
        #expect(found.contains { $0.hasPrefix("up: row-count-changed: items had ") }, "\(found)")
        #expect(found.contains { $0.hasPrefix("down: values-lost: ") && $0.contains("rows of items") }, "\(found)")
    }

    @Test func failuresOnRowsCanBeAllowed() async throws {
        let report = try await report(
            .of(
                "a", after: "setup", up: "ALTER TABLE items ADD x int NOT NULL",
                down: "ALTER TABLE items DROP COLUMN x",
                header: [
                    "-- test: allow up-fails because items is empty then",
                    "-- test: allow residue because I thought so",
                    "-- test: allow everything because I like it",
                ]))
        let found = findings(report)
        #expect(found.contains { $0.hasPrefix("up: up-fails: with rows in the tables a.sql:10: ") }, "\(found)")
        #expect(found.contains { $0.hasPrefix("up again: up-fails: ") }, "\(found)")
        #expect(found.contains("up: unused-allowance: residue"))
        #expect(found.contains { $0.hasPrefix("up: bad-allowance: \"-- test: allow everything because I like it\"") })
        let allowed = report.steps.flatMap(\.findings).filter { $0.allowedBecause == "items is empty then" }
        #expect(allowed.count == 2)
        // The allowance of an unknown name fails.
        #expect(report.fails)
    }

    /// A column for each type, all NOT NULL and unique where the type can be, and the keys that make seeding difficult.
    @Test(arguments: [15, 17, 18]) func rowsOfEveryTypeAreMadeUp(major: Int) async throws {
        let database = try await TestServers.shared.cluster(major: major).makeDatabase()
        let types = [
            "smallint", "integer", "bigint", "real", "double precision", "numeric", "numeric(3, 2)", "numeric(2, 0)",
            "money",
            "text", "varchar(2)", "char(3)", "name", "boolean", "uuid", "json", "jsonb", "bytea", "bit(3)",
            "bit varying(40)", "tsvector", "tsquery", "\"char\"", "date", "timestamp", "timestamptz", "time",
            "timetz", "interval", "interval day", "inet", "cidr", "macaddr", "macaddr8", "point", "box", "circle",
            "lseg",
            "int4range", "int8range", "numrange", "daterange", "tsrange", "tstzrange", "int[]", "mood", "mood[]", "oid",
        ]
        let columns = types.enumerated().map { "c\($0) \($1) NOT NULL" }.joined(separator: ", ")
        let revision = Revision.of(
            "a", after: nil,
            up: """
                CREATE TYPE mood AS ENUM ('good', '"it''s" \\bad');
                CREATE TABLE parts (\(columns));
                CREATE TABLE "Mixed Case" ("Id" uuid PRIMARY KEY, "a""b" text CHECK ("a""b" LIKE '%@%'));
                CREATE TABLE children (
                    parent uuid PRIMARY KEY REFERENCES "Mixed Case", seen date CHECK (seen > '2030-01-01'),
                    size int NOT NULL CHECK (size > 10), top int NOT NULL, CHECK (top > 40 AND size < top)
                );
                CREATE TABLE loops (id int PRIMARY KEY, next int NOT NULL REFERENCES loops DEFERRABLE);
                CREATE TABLE years (day date NOT NULL) PARTITION BY RANGE (day);
                CREATE TABLE year2026 PARTITION OF years FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');
                """,
            down: """
                DROP TABLE years; DROP TABLE loops; DROP TABLE children; DROP TABLE "Mixed Case"; DROP TABLE parts;
                DROP TYPE mood
                """)
        let report = try await RoundTrip(scratch: database, graph: RevisionGraph([revision])).run()
        #expect(findings(report).isEmpty)
        // Two in each of five tables, then two more before the line goes down.
        #expect(report.steps.map(\.rowCount) == [0, 10, 0, 10, 0])
    }

    @Test func onlyThoseAfterTheFirstAreProved() async throws {
        let graph = try RevisionGraph([
            Self.setup, .of("a", after: "setup", up: "CREATE TABLE left_behind ()", down: "SELECT 1"),
            .of("b", after: "a", up: "CREATE TABLE fine ()", down: "DROP TABLE fine"),
        ])
        let report = try await RoundTrip(scratch: configuration, graph: graph).run(from: "b")
        #expect(report.steps.map { $0.revision?.id } == ["b", "b", "b"])
        #expect(findings(report).isEmpty)
    }

    /// spec/schema.md 4.1 to 4.3: the leftover enum, the index that is not unique on the way down, what fails on rows.
    @Test(arguments: [15, 17, 18]) func scribesQuirksAreFoundAndAllowed(major: Int) async throws {
        let database = try await TestServers.shared.cluster(major: major).makeDatabase()
        let report = try await RoundTrip(scratch: database, graph: .scribe()).run()
        #expect(!report.fails)
        let found = report.steps.flatMap { step in
            step.findings.map { "\(step.revision?.id ?? "line") \(step.name.rawValue) \($0.kind.rawValue)" }
        }
        #expect(
            found == [
                "5afd87136a29 up up-fails", "5afd87136a29 down residue", "5afd87136a29 up again up-fails",
                "362b63af6741 down restored-otherwise",
            ])
        let details = report.steps.flatMap(\.findings).map(\.detail)
        #expect(details.contains("type template_type_enum is there and was not before"))
        #expect(details.contains { $0.hasPrefix("index ix_users_email was \"CREATE UNIQUE INDEX") })
        #expect(report.steps.count == 32)
    }
}
