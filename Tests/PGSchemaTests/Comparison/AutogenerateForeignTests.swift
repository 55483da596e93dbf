import PGSchemaComparison
import PGSchemaMigrations
import PGSchemaSQL
import PGWire
import Testing
import TestSupport

/// What is in the database and cannot be declared: it is neither dropped, nor taken for something else, nor in the way.
@Suite(.timeLimit(.minutes(5))) struct AutogenerateForeignTests {
    private var after: Schema {
        var schema = Schema.shop
        schema.add("users", .init("city", .text).null())
        return schema
    }

    /// The draft that adds a column to a shop in which `sql` was done by hand; it must do that and no more.
    private func addCity(after sql: String..., options: SchemaComparison.Options = .init()) async throws {
        try await SchemaDatabase.with(major: 15) { database in
            let db = database.connection
            try await database.make(.shop)
            try await db.execute(script: "DROP SCHEMA IF EXISTS elsewhere CASCADE")
            for statement in sql { try await db.execute(script: statement) }
            let before = try await database.dump(keepsColumnOrder: true)
            let draft = try await SchemaComparison(after, options: options).draft(db)
            #expect(draft.problems == [] && draft.up == ["ALTER TABLE users ADD COLUMN city text"], "\(draft.text)")
            try await database.apply(draft, .upgrade)
            #expect(try await SchemaComparison(after, options: options).changes(db) == [])
            try await database.apply(draft, .downgrade)
            #expect(difference(try await database.dump(keepsColumnOrder: true), before) == [])
            try await db.execute(script: "DROP SCHEMA IF EXISTS elsewhere CASCADE")
        }
    }

    /// As Supabase has `auth.users`: of the same name as a table of ours, and not to be locked.
    @Test func aForeignKeyToAnotherSchema() async throws {
        try await addCity(
            after: "CREATE SCHEMA elsewhere", "CREATE TABLE elsewhere.users (id uuid PRIMARY KEY)",
            "ALTER TABLE users ADD FOREIGN KEY (id) REFERENCES elsewhere.users ON DELETE CASCADE",
            "ALTER TABLE orders ADD FOREIGN KEY (user_id) REFERENCES elsewhere.users")
    }

    @Test func aForeignKeyToAPartitionedTable() async throws {
        try await addCity(
            after: "CREATE TABLE days (day date PRIMARY KEY) PARTITION BY RANGE (day)",
            "CREATE TABLE days_2026 PARTITION OF days FOR VALUES FROM ('2026-01-01') TO ('2027-01-01')",
            "ALTER TABLE orders ADD COLUMN day date", "ALTER TABLE orders ADD FOREIGN KEY (day) REFERENCES days",
            "ALTER TABLE orders DROP COLUMN day")
        try await SchemaDatabase.with(major: 15) { database in
            let db = database.connection
            try await database.make(.shop)
            try await db.execute(script: "CREATE TABLE days (day date PRIMARY KEY) PARTITION BY RANGE (day)")
            try await db.execute(script: "ALTER TABLE orders ADD COLUMN day date CONSTRAINT on_day REFERENCES days")
            let draft = try await SchemaComparison(.shop).draft(db)
            #expect(draft.up == ["ALTER TABLE orders DROP COLUMN day"])
            #expect(draft.text.contains("-- nothing brings back: foreign key on_day"), "\(draft.text)")
        }
    }

    @Test func whatStandsOnTablesAndBesideThem() async throws {
        try await addCity(
            after: "CREATE VIEW names AS SELECT name FROM users",
            "CREATE MATERIALIZED VIEW ids AS SELECT id FROM users",
            "CREATE FUNCTION nothing() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'",
            "CREATE TRIGGER audit BEFORE UPDATE ON users FOR EACH ROW EXECUTE FUNCTION nothing()",
            "ALTER TABLE users ENABLE ROW LEVEL SECURITY", "CREATE POLICY all_of_it ON users USING (name <> '')",
            "CREATE STATISTICS pair ON name, age FROM users", "CREATE DOMAIN positive AS integer CHECK (VALUE > 0)",
            "CREATE TYPE place AS (street text, city text)", "CREATE SEQUENCE numbers",
            "CREATE TABLE parts (id integer) PARTITION BY HASH (id)",
            "CREATE TABLE part PARTITION OF parts FOR VALUES WITH (MODULUS 1, REMAINDER 0)")
    }

    /// The copy on which it is tried must find what only the live schema has.
    @Test func columnsThatUseWhatIsNotDeclared() async throws {
        var options = SchemaComparison.Options()
        options.ignored = ["jobs"]
        try await addCity(
            after: "CREATE TYPE place AS (street text, city text)", "CREATE SEQUENCE numbers",
            "CREATE TABLE jobs (id integer DEFAULT nextval('numbers'), at place)", options: options)
        try await SchemaDatabase.with(major: 15) { database in
            let db = database.connection
            try await database.make(.shop)
            try await db.execute(script: "CREATE TYPE place AS (street text, city text)")
            try await db.execute(script: "CREATE SEQUENCE numbers")
            try await db.execute(script: "ALTER TABLE users ADD number bigint DEFAULT nextval('numbers'), ADD at place")
            let draft = try await SchemaComparison(.shop).draft(db)
            #expect(draft.up.count == 2 && draft.problems == [], "\(draft.text)")
        }
    }

    @Test func aTableOfAnotherToolCanBeIgnoredWithTheKeysThatLeadToIt() async throws {
        var options = SchemaComparison.Options()
        options.ignored = ["jobs", "mood"]
        try await addCity(
            after: "CREATE TYPE mood AS ENUM ('good')", "CREATE TABLE jobs (id integer PRIMARY KEY, mood mood)",
            "ALTER TABLE orders ADD CONSTRAINT job FOREIGN KEY (id) REFERENCES jobs", options: options)
        options.ignored = ["users"]
        let error = await #expect(throws: SchemaComparisonError.self) {
            try await addCity(options: options)
        }
        #expect("\(error.map { "\($0)" } ?? "")".contains("users is declared, so it cannot be ignored"))
    }

    @Test func aDeclaredTableThatIsSomethingElseIsRefused() async throws {
        try await SchemaDatabase.with(major: 15) { database in
            let db = database.connection
            try await database.make(.shop)
            var schema = Schema.shop
            for name in ["seen", "split", "kind"] { schema.tables.append(.init(name, .init("id", .integer))) }
            schema.enums.append(.init("small", "a"))
            try await db.execute(script: "CREATE VIEW seen AS SELECT id FROM users")
            try await db.execute(script: "CREATE TABLE split (id integer) PARTITION BY HASH (id)")
            try await db.execute(script: "CREATE DOMAIN small AS text")
            let error = await #expect(throws: SchemaComparisonError.self) {
                try await SchemaComparison(schema).changes(db)
            }
            let text = "\(error.map { "\($0)" } ?? "")"
            #expect(
                text.contains("  seen is a view\n  small is a domain\n  split is a partitioned table\n"), "\(text)")
        }
    }

    /// A unique one that could not be built keeps nothing unique.
    @Test func anInvalidIndexIsNotTheDeclaredOne() async throws {
        try await SchemaDatabase.with(major: 15) { database in
            let db = database.connection
            try await database.make(.shop)
            var schema = Schema.shop
            schema.edit("users") { $0 = $0.index("one_name", on: "name", unique: true) }
            try await db.execute(
                script:
                    "INSERT INTO users (id, email, name) VALUES (gen_random_uuid(), 'a', 'x'), (gen_random_uuid(), 'b', 'x')"
            )
            await #expect(throws: (any Error).self) {
                try await db.execute(script: "CREATE UNIQUE INDEX CONCURRENTLY one_name ON users (name)")
            }
            let draft = try await SchemaComparison(schema).draft(db)
            #expect(draft.changes.map(\.kind) == [.modifyIndex] && draft.problems == [], "\(draft.text)")
            #expect(draft.changes.first?.description.contains("invalid") == true, "\(draft.changes)")
            #expect(draft.up == ["DROP INDEX one_name", "CREATE UNIQUE INDEX one_name ON users (name)"])
        }
    }
}
