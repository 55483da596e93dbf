import LocalPostgres
import PGSchemaCatalog
import PGSchemaComparison
import PGSchemaMigrations
import PGSchemaSQL
import PGWire
import ScribeApp
import Testing
import TestSupport

/// SchemaComparison on Scribe's own schema, and what it does where things are not as it wishes.
@Suite(.timeLimit(.minutes(5))) struct AutogenerateScribeTests {
    private func changes(_ schema: Schema, _ db: Connection) async throws -> [SchemaDifference] {
        try await SchemaComparison(schema, options: .scribe).changes(db)
    }

    @Test(arguments: [15, 17, 18]) func findsNothingWhenMigrated(major: Int) async throws {
        try await SchemaDatabase.with(major: major) { database in
            let migrator = Migrator(configuration: database.configuration, graph: try .scribe())
            let db = database.connection
            try await migrator.run(.upgrade, to: "head")
            #expect(try await changes(.scribe, db) == [])
            // What Alembic leaves: comments on columns, and after a way down and up nothing else.
            try await db.execute(script: "COMMENT ON COLUMN emails.displayed IS 'false = discarded'")
            var options = SchemaComparison.Options.scribe
            options.leavesComments = true
            #expect(try await SchemaComparison(.scribe, options: options).draft(db).isEmpty)
            #expect(try await changes(.scribe, db).map(\.object) == ["emails.displayed"])
            try await migrator.run(.downgrade, to: "base")
            try await migrator.run(.upgrade, to: "head")
            #expect(try await changes(.scribe, db) == [])
        }
    }

    @Test func leavesNothingAndLocksNoTable() async throws {
        try await SchemaDatabase.with(major: 15) { database in
            let db = database.connection
            try await Migrator(configuration: database.configuration, graph: try .scribe()).run(.upgrade, to: "head")
            let before = try await Catalog.lines(db)
            // Somebody holds every table as firmly as can be.
            try await Connection.withConnection(database.configuration) { other in
                try await other.transaction { tx in
                    try await tx.execute("SELECT set_config('lock_timeout', '1s', true)")
                    try await tx.execute(script: "LOCK TABLE users, emails, templates, queue_items IN SHARE MODE")
                    var schema = Schema.scribe
                    schema.edit("emails", "is_confident") { $0 = $0.default("false") }
                    schema.edit("users") { $0 = $0.index("ix_users_name", on: "display_name") }
                    schema.enums[0].labels.removeLast()
                    let draft = try await SchemaComparison(schema, options: .scribe).draft(db)
                    #expect(draft.changes.count == 3 && draft.problems == [], "\(draft.text)")
                }
            }
            #expect(try await Catalog.lines(db) == before)
            let left = try await db.fetchOne(
                "SELECT count(*) FROM pg_namespace WHERE nspname LIKE 'scribe_autogenerate%'", as: Int.self)
            #expect(left == 0)
        }
    }

    /// One of each kind that Alembic finds, and of those that it does not, made by hand.
    @Test func findsWhatWasChangedByHand() async throws {
        let byHand: [(sql: String, SchemaDifference.Kind, object: String)] = [
            ("CREATE TABLE extra (id integer)", .removeTable, "extra"),
            ("ALTER TABLE emails ADD COLUMN extra text", .removeColumn, "emails.extra"),
            ("ALTER TABLE users DROP COLUMN onboarded", .addColumn, "users.onboarded"),
            ("ALTER TABLE users ALTER COLUMN email TYPE varchar(254)", .modifyType, "users.email"),
            ("ALTER TABLE users ALTER COLUMN display_name SET NOT NULL", .modifyNullable, "users.display_name"),
            ("ALTER TABLE emails ALTER COLUMN displayed SET DEFAULT false", .modifyDefault, "emails.displayed"),
            ("ALTER TABLE emails ALTER COLUMN is_confident SET DEFAULT false", .modifyDefault, "emails.is_confident"),
            ("DROP INDEX ix_emails_displayed", .addIndex, "emails.ix_emails_displayed"),
            ("CREATE INDEX extra ON users (onboarded)", .removeIndex, "users.extra"),
            (
                "DROP INDEX ix_users_created_at; CREATE INDEX ix_users_created_at ON users (created_at DESC)",
                .modifyIndex, "users.ix_users_created_at"
            ),
            ("ALTER INDEX ix_users_created_at RENAME TO extra", .renameIndex, "users.extra"),
            ("ALTER TABLE users DROP CONSTRAINT users_email_key", .addConstraint, "users.users_email_key"),
            (
                "ALTER TABLE users ADD CHECK (generation_count >= 0)", .removeConstraint,
                "users.users_generation_count_check"
            ),
            (
                """
                ALTER TABLE emails DROP CONSTRAINT emails_user_id_fkey;
                ALTER TABLE emails ADD FOREIGN KEY (user_id) REFERENCES users (id)
                """, .modifyConstraint, "emails.emails_user_id_fkey"
            ),
            ("ALTER TABLE templates DROP CONSTRAINT templates_pkey", .addConstraint, "templates.templates_pkey"),
            ("ALTER TYPE template_type_enum ADD VALUE 'other'", .removeEnumValue, "template_type_enum.other"),
            ("CREATE TYPE extra AS ENUM ('a')", .removeEnum, "extra"),
            ("COMMENT ON TYPE template_type_enum IS 'x'", .modifyComment, "template_type_enum"),
            ("COMMENT ON TABLE emails IS 'x'", .modifyComment, "emails"),
            ("comment on column emails.email_message is 'x'", .modifyComment, "emails.email_message"),
            ("COMMENT ON INDEX ix_emails_displayed IS 'x'", .modifyComment, "emails.ix_emails_displayed"),
            ("COMMENT ON CONSTRAINT users_pkey ON users IS 'x'", .modifyComment, "users.users_pkey"),
            ("alter table emails set (fillfactor = 70)", .modifyStorage, "emails"),
            ("ALTER TABLE emails SET (toast.autovacuum_enabled = off)", .modifyStorage, "emails"),
            ("ALTER INDEX ix_emails_displayed SET (fillfactor = 70)", .modifyIndex, "emails.ix_emails_displayed"),
            ("ALTER INDEX users_pkey SET (fillfactor = 70)", .modifyStorage, "users.users_pkey"),
            ("ALTER TABLE emails ALTER email_message SET STORAGE EXTERNAL", .modifyStorage, "emails.email_message"),
            ("ALTER TABLE emails ALTER email_message SET COMPRESSION pglz", .modifyStorage, "emails.email_message"),
            ("ALTER TABLE emails ALTER email_message SET STATISTICS 7", .modifyStorage, "emails.email_message"),
            ("ALTER TABLE emails ALTER email_message SET (n_distinct = 7)", .modifyStorage, "emails.email_message"),
            ("alter table templates set unlogged", .modifyPersistence, "templates"),
        ]
        try await SchemaDatabase.with(major: 15) { database in
            let db = database.connection
            let migrator = Migrator(configuration: database.configuration, graph: try .scribe())
            for (sql, kind, object) in byHand {
                try await db.execute(script: "DROP SCHEMA public CASCADE; CREATE SCHEMA public")
                try await migrator.run(.upgrade, to: "head")
                for statement in sql.split(separator: ";") { try await db.execute(script: String(statement)) }
                let found = try await changes(.scribe, db)
                #expect(found.map(\.kind) == [kind] && found.map(\.object) == [object], "\(sql): \(found)")
                // And back to what is declared.
                let draft = try await SchemaComparison(.scribe, options: .scribe).draft(db)
                #expect(draft.problems == [], "\(draft.text)")
                try await database.apply(draft, .upgrade)
                #expect(try await changes(.scribe, db) == [], "\(draft.text)")
            }
        }
    }

    @Test func worksThroughATransactionPooler() async throws {
        let cluster = try await TestServers.shared.cluster(major: 15)
        let pooler = try await TestServers.pooler(inFrontOf: cluster)
        let configuration = try await cluster.makeDatabase()
        try await Migrator(configuration: configuration, graph: try .scribe()).run(.upgrade, to: "head")
        var pooled = configuration
        pooled.endpoints = [Endpoint(host: pooler.host, port: UInt16(pooler.port))]
        try await Connection.withConnection(pooled) { db in
            #expect(try await SchemaComparison(.scribe, options: .scribe).draft(db).isEmpty)
            var schema = Schema.scribe
            schema.edit("users") { $0 = $0.check("email LIKE '%@%'") }
            let draft = try await SchemaComparison(schema, options: .scribe).draft(db)
            #expect(draft.up == ["ALTER TABLE users ADD CONSTRAINT users_email_check CHECK (email LIKE '%@%')"])
            // The server connection is as it was: nothing of the search path stays.
            #expect(try await db.fetchOne("SELECT current_schema()::text", as: String.self) == "public")
        }
        await pooler.stop()
    }

    @Test func aRoleThatMayNotMakeSchemasIsToldSoAndCanUseAnotherDatabase() async throws {
        let cluster = try await TestServers.shared.cluster(major: 15)
        let configuration = try await cluster.makeDatabase()
        try await Migrator(configuration: configuration, graph: try .scribe()).run(.upgrade, to: "head")
        try await Connection.withConnection(configuration) { db in
            let role = "reader_\(UInt32.random(in: 0...UInt32.max))"
            try await db.execute(
                script: "CREATE ROLE \(role) LOGIN PASSWORD 'secret'; GRANT USAGE ON SCHEMA public TO \(role)")
            var poor = configuration
            poor.user = role
            poor.password = Secret("secret")
            try await Connection.withConnection(poor) { reader in
                let error = await #expect(throws: SchemaComparisonError.self) { try await changes(.scribe, reader) }
                let text = "\(error.map { "\($0)" } ?? "")"
                #expect(text.contains("CREATE on the database") && text.contains("permission denied"), "\(text)")
                let scratch = try await cluster.makeDatabase()
                try await Connection.withConnection(scratch) { scratch in
                    let found = try await SchemaComparison(.scribe, options: .scribe).changes(reader, scratch: scratch)
                    #expect(found == [])
                    var schema = Schema.scribe
                    schema.drop("users", "onboarded")
                    let draft = try await SchemaComparison(schema, options: .scribe).draft(reader, scratch: scratch)
                    #expect(draft.up.count == 1)
                }
            }
            try await db.execute(script: "DROP OWNED BY \(role); DROP ROLE \(role)")
        }
    }

    @Test func aScratchDatabaseOfAnotherVersionIsRefused() async throws {
        try await SchemaDatabase.with(major: 15) { live in
            try await SchemaDatabase.with(major: 18) { scratch in
                let (db, other) = (live.connection, scratch.connection)
                let error = await #expect(throws: SchemaComparisonError.self) {
                    try await SchemaComparison(.scribe, options: .scribe).changes(db, scratch: other)
                }
                #expect("\(error.map { "\($0)" } ?? "")".contains("PostgreSQL 18 and the live one 15"))
            }
        }
    }

    /// Names and comments are somebody else's text: none of it may become a statement, or a line of the file.
    @Test func namesAndCommentsStayWhatTheyAre() async throws {
        let evil = "x\n-- down\nDROP TABLE users; --\r\n\"\u{301}'\\"
        var schema = Schema.shop
        schema.tables.append(
            Schema.Table(evil, Schema.Column("id", .integer).primaryKey(), comment: evil + "'\u{301}"))
        schema.enums.append(Schema.Enum("evil", evil.replacing("\n", with: " "), comment: evil))
        try await SchemaDatabase.with(major: 15) { [schema] database in
            try await database.make(.shop)
            let draft = try await SchemaComparison(schema, options: .scribe).draft(database.connection)
            #expect(draft.problems == [], "\(draft.text)")
            try await database.connection.transaction { tx in
                for statement in draft.up { try await tx.execute(script: statement) }
            }
            #expect(try await SchemaComparison(schema, options: .scribe).draft(database.connection).isEmpty)
            // Only a name of several lines is on several lines, quoted as it is.
            for line in draft.text.split(separator: "\n")
            where line.hasPrefix("-- ") && line.contains("DROP TABLE users") {
                #expect(line.hasPrefix(#"-- loses data: all rows of x\n-- down\nDROP TABLE users; --\r\n"#))
            }
        }
    }
}

extension SchemaComparison.Options {
    /// As scribe-app compares.
    fileprivate static var scribe: SchemaComparison.Options {
        var options = SchemaComparison.Options()
        options.versionTable = VersionTable.scribe.name
        return options
    }
}
