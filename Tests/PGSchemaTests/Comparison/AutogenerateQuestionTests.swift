import PGSchemaCatalog
import PGSchemaComparison
import PGSchemaMigrations
import PGSchemaSQL
import PGWire
import Testing
import TestSupport

/// What autogenerate asks before it writes anything, what it refuses, and how what it writes looks.
@Suite(.timeLimit(.minutes(5))) struct AutogenerateQuestionTests {
    /// The draft, or what was thrown.
    private func draft(
        from before: Schema = .shop, options: SchemaComparison.Options = .init(), _ change: (inout Schema) -> Void
    ) async throws -> (SchemaDraft?, String) {
        try await SchemaDatabase.with(major: 15) { database in
            try await database.make(before)
            var after = before
            change(&after)
            do {
                return (try await SchemaComparison(after, options: options).draft(database.connection), "")
            } catch let error as SchemaComparisonError {
                return (nil, "\(error)")
            }
        }
    }

    @Test func aColumnThatMayBeRenamedIsAskedFor() async throws {
        let change: (inout Schema) -> Void = { $0.edit("users", "name") { $0.name = "title" } }
        let (none, question) = try await draft(change)
        #expect(none == nil)
        #expect(question.contains("users.name -> users.title (column)"), "\(question)")
        #expect(question.contains("--rename users.name=title") && question.contains("--drop users.name"), "\(question)")

        var options = SchemaComparison.Options()
        options.renames = [try SchemaRename.Request("users.name=title")]
        #expect(try await draft(options: options, change).0?.up == ["ALTER TABLE users RENAME COLUMN name TO title"])

        options.renames = []
        options.drops = ["users.name"]
        let dropped = try await draft(options: options, change).0
        #expect(
            dropped?.up == ["ALTER TABLE users ADD COLUMN title text", "ALTER TABLE users DROP COLUMN name"])
        #expect(dropped?.changes.contains { $0.losesData } == true)

        options.drops = []
        options.dropsAll = true
        #expect(try await draft(options: options, change).0?.up.count == 2)
    }

    @Test func aColumnOfAnotherTypeIsNoRename() async throws {
        let (draft, question) = try await draft {
            $0.edit("users", "name") { column in
                column.name = "title"
                column.type = "bytea"
            }
        }
        #expect(draft?.changes.count == 2, "\(question)")
    }

    @Test func tablesLabelsAndTypesThatMayBeRenamedAreAskedFor() async throws {
        #expect(try await draft { $0.edit("orders") { $0.name = "sales" } }.1.contains("orders -> sales (table)"))
        #expect(
            try await draft { $0.setLabels("open", "settled", "closed") }.1
                .contains("status.paid -> status.settled (enum label)"))
        let type = try await draft {
            $0.enums[0].name = "state"
            $0.edit("orders", "status") { $0.type = "state" }
        }
        #expect(type.1.contains("status -> state (enum type)"))
    }

    @Test func checkMarksWhatMayBeARename() async throws {
        try await SchemaDatabase.with(major: 15) { database in
            try await database.make(.shop)
            var after = Schema.shop
            after.edit("users", "name") { $0.name = "title" }
            after.add("users", .init("city", .jsonb).null())
            let changes = try await SchemaComparison(after).changes(database.connection)
            #expect(changes.filter(\.isRenameCandidate).map(\.object).sorted() == ["users.name", "users.title"])
            #expect(changes.count == 3)
        }
    }

    @Test(arguments: [
        ("users.nome=title", "the database has no nome"), ("users.name=titel", "the declared schema has no titel"),
        ("people=humans", "the database has no people"), ("users.name=email", "the database has email already"),
    ]) func aRenameThatDoesNotFitIsRefused(text: String, reason: String) async throws {
        var options = SchemaComparison.Options()
        options.renames = [try SchemaRename.Request(text)]
        let (draft, problem) = try await draft(options: options) { $0.edit("users", "name") { $0.name = "title" } }
        #expect(draft == nil && problem.contains(reason), "\(problem)")
    }

    @Test func aRenameThatIsNoneIsRefused() {
        for text in ["users", "=title", "users.name=", "users.=x"] {
            #expect((try? SchemaRename.Request(text)) == nil, "\(text)")
        }
    }

    @Test func aDeclarationThatContradictsItselfIsToldInOne() async throws {
        let (_, text) = try await draft {
            $0.add("users", .init("name", .text))
            $0.edit("users") { $0 = $0.unique("nome").primaryKey("email") }
            $0.edit("orders") { $0 = $0.foreignKey(["note"], references: "elsewhere") }
            $0.setLabels("open", "open")
            $0.add("users", .init(String(repeating: "ü", count: 32), .text))
        }
        for part in [
            "column name twice", "no column nome", "two primary keys", "elsewhere, which is not declared",
            "'open' twice", "üü is longer than 63 bytes",
        ] {
            #expect(text.contains(part), "\(text)")
        }
    }

    @Test func whatTheServerDoesNotTakeIsShown() async throws {
        let (_, text) = try await draft { $0.edit("users") { $0 = $0.check("agee > 0") } }
        #expect(text.contains("\"agee\" does not exist") && text.contains("CHECK (agee > 0)"), "\(text)")
    }

    @Test func theTextIsAsAPersonWouldWriteIt() async throws {
        let (draft, _) = try await draft {
            $0.tables.append(
                Schema.Table(
                    "items", Schema.Column("id", .uuid).primaryKey(),
                    Schema.Column("order_id", .integer).references("orders", onDelete: .cascade),
                    Schema.Column("state", .varchar(10)).default("'new'").check(
                        "state IN ('new', 'old')", named: "known")
                ).index("ix_items_order", on: "order_id"))
            $0.drop("users", "name")
            $0.setLabels("open", "paid")
        }
        #expect(
            draft?.text == """
                -- up

                DROP INDEX ix_orders_open;

                -- loses the value 'closed': fails while a row holds it, so update those rows before
                ALTER TYPE status RENAME TO status_old;

                CREATE TYPE status AS ENUM ('open', 'paid');

                ALTER TABLE orders
                    ALTER COLUMN status DROP DEFAULT,
                    ALTER COLUMN status TYPE status USING status::text::status,
                    ALTER COLUMN status SET DEFAULT 'open';

                DROP TYPE status_old;

                CREATE TABLE items (
                    id uuid NOT NULL,
                    order_id integer NOT NULL,
                    state varchar(10) DEFAULT 'new' NOT NULL,
                    PRIMARY KEY (id),
                    CONSTRAINT known CHECK (state IN ('new', 'old')),
                    FOREIGN KEY (order_id) REFERENCES orders ON DELETE CASCADE
                );

                CREATE INDEX ix_items_order ON items (order_id);

                -- loses data: the values of users.name
                ALTER TABLE users DROP COLUMN name;

                CREATE INDEX ix_orders_open ON orders (user_id) WHERE status = 'open';

                -- down

                -- loses data: all rows of items
                DROP TABLE items;

                -- usable only when this revision is committed
                ALTER TYPE status ADD VALUE 'closed';

                ALTER TABLE users ADD COLUMN name text;

                """)
    }

    @Test func indexesCanBeBuiltConcurrently() async throws {
        var options = SchemaComparison.Options()
        options.buildsIndexesConcurrently = true
        try await SchemaDatabase.with(major: 15) { database in
            try await database.make(.shop)
            let before = try await database.dump(keepsColumnOrder: true)
            var after = Schema.shop
            after.add("users", .init("city", .text).null())
            after.edit("users") { $0 = $0.index("ix_users_city", on: "city").index("ix_users_name", on: "name") }
            let draft = try await SchemaComparison(after, options: options).draft(database.connection)
            #expect(draft.parts.map(\.isTransactional) == [true, false])
            #expect(draft.parts.first?.up.map(\.sql) == ["ALTER TABLE users ADD COLUMN city text"])
            #expect(
                draft.parts[1].up.map(\.sql) == [
                    "CREATE INDEX CONCURRENTLY ix_users_city ON users (city)",
                    "CREATE INDEX CONCURRENTLY ix_users_name ON users (name)",
                ])
            #expect(
                draft.parts[1].down.map(\.sql) == [
                    "DROP INDEX CONCURRENTLY ix_users_name", "DROP INDEX CONCURRENTLY ix_users_city",
                ])
            try await database.apply(draft, .upgrade)
            #expect(try await SchemaComparison(after).draft(database.connection).isEmpty)
            try await database.apply(draft, .downgrade)
            #expect(try await database.dump(keepsColumnOrder: true) == before)
        }
    }

    /// What a dump and restore make of the server's texts is no difference.
    @Test func textsThatTheServerPrintsAnewAreNoDifference() async throws {
        try await SchemaDatabase.with(major: 15) { database in
            let db = database.connection
            try await database.make(.shop)
            let definition = try await db.fetchOne(
                "SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conname = 'level_known'", as: String.self)
            try await db.execute(script: "ALTER TABLE users DROP CONSTRAINT level_known")
            try await db.execute(script: "ALTER TABLE users ADD CONSTRAINT level_known \(definition)")
            let again = try await db.fetchOne(
                "SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conname = 'level_known'", as: String.self)
            #expect(again != definition, "the server prints it the same way now: take another example")
            #expect(try await SchemaComparison(.shop).changes(db) == [])
        }
    }
}
