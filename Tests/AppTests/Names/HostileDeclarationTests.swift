import LocalPostgres
import PGSchemaCatalog
import PGSchemaComparison
import PGSchemaMigrations
import PGSchemaSQL
import PGWire
import PGWireTesting
import ScribeApp
import Testing
import TestSupport

/// `migrate check` and `migrate revision --autogenerate` with hostile names.
@Suite(.timeLimit(.minutes(5))) struct HostileDeclarationTests {
    private func changes(_ schema: Schema, _ db: Connection) async throws -> [String] {
        try await SchemaComparison(schema).changes(db).map(\.description)
    }

    @Test(arguments: [15, 18]) func everyNameComesBack(major: Int) async throws {
        try await SchemaDatabase.with(major: major) { database in
            let (db, objects) = (database.connection, NamedObjects.all)
            // From an empty database, through the text of a file.
            let draft = try await SchemaComparison(objects.schema).draft(db)
            #expect(draft.problems == [])
            #expect(draft.changes.count == objects.names.count * 2 + 1)
            try await database.apply(draft, .upgrade)
            #expect(try await NamedObjects.catalog(db) == objects.catalog)
            #expect(try await changes(objects.schema, db) == [])
            try await database.apply(draft, .downgrade)
            #expect(try await NamedObjects.catalog(db) == [])
            // One that was made by hand is the same, and goes again, with all that leads back.
            for statement in objects.creation { try await db.execute(script: statement) }
            #expect(try await changes(objects.schema, db) == [])
            let removal = try await SchemaComparison(Schema()).draft(db)
            #expect(removal.problems == [])
            try await database.apply(removal, .upgrade)
            #expect(try await NamedObjects.catalog(db) == [])
            try await database.apply(removal, .downgrade)
            #expect(try await NamedObjects.catalog(db) == objects.catalog)
            print("names: \(objects.names.count) declared, compared, made and dropped by PostgreSQL \(major)")
        }
    }

    /// A column, a label and a table whose names look like those that are there are others.
    @Test(arguments: [("é", "e\u{301}"), ("K", "\u{212A}"), ("q\u{307}\u{323}", "q\u{323}\u{307}")])
    func whatLooksTheSameIsAnother(one: String, other: String) async throws {
        try await SchemaDatabase.with(major: 15) { database in
            let db = database.connection
            func schema(_ name: String) -> Schema { NamedObjects(names: [name]).schema }
            try await database.make(schema(one))
            var autogenerate = SchemaComparison(schema(other))
            autogenerate.options.dropsAll = true
            let draft = try await autogenerate.draft(db)
            #expect(draft.problems == [], "\(draft.text)")
            #expect(draft.changes.map(\.kind).contains(.addTable) && draft.changes.map(\.kind).contains(.removeTable))
            try await database.apply(draft, .upgrade)
            #expect(try await NamedObjects.catalog(db) == NamedObjects(names: [other]).catalog)
            try await database.apply(draft, .downgrade)
            #expect(try await NamedObjects.catalog(db) == NamedObjects(names: [one]).catalog)
            // To ignore or to drop the one says nothing of the other.
            var options = SchemaComparison.Options()
            options.ignored = [SQLIdentifier(other), SQLIdentifier(NamedObjects.type(other))]
            let seen = try await SchemaComparison(Schema(), options: options).changes(db)
            #expect(seen.count == 3, "\(seen)")
            options.ignored = []
            options.drops = [SQLIdentifier(other), "all_labels.\(other)", SQLIdentifier(NamedObjects.type(other))]
            await #expect(throws: SchemaComparisonError.self) {
                try await SchemaComparison(schema(other), options: options).draft(db)
            }
        }
    }

    /// All that the server keeps as text: it is another text.
    @Test func textsThatLookTheSameAreOthers() async throws {
        func schema(_ text: String) -> Schema {
            Schema(
                enums: [.init("mood", labels: ["x", text], comment: text)],
                tables: [
                    Schema.Table(
                        "t", Schema.Column("id", .integer).comment(text),
                        Schema.Column("a", .text).default("'\(text)'").null(), comment: text
                    ).check("a <> '\(text)'", named: "c").index("i", on: "a", where: "a > '\(text)'", comment: text)
                ])
        }
        let kinds: [SchemaDifference.Kind] = [
            .addEnumValue, .removeEnumValue, .modifyComment, .modifyComment, .modifyDefault, .modifyComment,
            .modifyConstraint, .modifyIndex, .modifyComment,
        ]
        for (one, other) in [("é", "e\u{301}"), ("e\u{301}", "é"), ("K", "\u{212A}")] {
            try await SchemaDatabase.with(major: 15) { database in
                let db = database.connection
                try await database.make(schema(one))
                let before = try await database.dump(keepsColumnOrder: true).map(\.hex)
                var autogenerate = SchemaComparison(schema(other))
                autogenerate.options.dropsAll = true
                let draft = try await autogenerate.draft(db)
                #expect(draft.problems == [], "\(draft.text)")
                #expect(
                    draft.changes.map(\.kind.rawValue).sorted() == kinds.map(\.rawValue).sorted(), "\(draft.changes)")
                try await database.apply(draft, .upgrade)
                #expect(try await SchemaComparison(schema(other)).changes(db) == [])
                try await database.apply(draft, .downgrade)
                #expect(try await database.dump(keepsColumnOrder: true).map(\.hex) == before)
            }
        }
    }

    /// Two of each beside each other, each found again and changed for itself.
    @Test func twinsAreTwo() async throws {
        let (one, other) = ("é", "e\u{301}")
        func schema(_ type: Schema.DataType) -> Schema {
            func table(_ name: String, _ target: String) -> Schema.Table {
                Schema.Table(
                    name, Schema.Column(one, .integer).primaryKey(), Schema.Column(other, type).null(),
                    Schema.Column("kind", .enum(other)).null(), Schema.Column("n", .integer).identity()
                ).index(nil, on: .column(other)).foreignKey([one], references: target, [one], named: other)
            }
            return Schema(
                enums: [.init("t\(one)", labels: [one, other]), .init("t\(other)", labels: [other, one])],
                tables: [
                    table("a\(one)", "a\(other)").kind("t\(other)"), table("a\(other)", "a\(one)").kind("t\(one)"),
                ])
        }
        try await SchemaDatabase.with(major: 15) { database in
            let db = database.connection
            try await database.make(schema(.integer))
            #expect(try await SchemaComparison(schema(.integer)).changes(db) == [])
            let before = try await database.dump(keepsColumnOrder: true).map(\.hex)
            let draft = try await SchemaComparison(schema(.bigint)).draft(db)
            #expect(draft.problems == [] && draft.changes.count == 2, "\(draft.text)")
            #expect(draft.up.allSatisfy { $0.hex.contains("\"\(other)\" TYPE bigint".hex) }, "\(draft.text)")
            try await database.apply(draft, .upgrade)
            #expect(try await SchemaComparison(schema(.bigint)).changes(db) == [])
            try await database.apply(draft, .downgrade)
            #expect(try await database.dump(keepsColumnOrder: true).map(\.hex) == before)
        }
    }

    /// An enum type of which a value goes is made anew, with all that uses it, whatever it is called.
    @Test func enumTypesAreReplacedByTheirBytes() async throws {
        try await SchemaDatabase.with(major: 15) { database in
            let db = database.connection
            func schema(_ labels: String...) -> Schema {
                Schema(
                    enums: HostileNames.all.map { .init($0, labels: labels) },
                    tables: HostileNames.all.enumerated().map { index, name in
                        Schema.Table(
                            "t\(index)", Schema.Column(name, .enum(name)).default("'\(labels[0])'").null(),
                            Schema.Column("many", .array(of: .enum(name))).null()
                        ).index("i\(index)", on: [.column(name)], where: "\(name.asName) = '\(labels[0])'")
                    })
            }
            try await database.make(schema("a", "b"))
            let before = try await database.dump(keepsColumnOrder: true).map(\.hex)
            let draft = try await SchemaComparison(schema("a")).draft(db)
            #expect(draft.problems == [] && draft.changes.count == HostileNames.all.count)
            try await database.apply(draft, .upgrade)
            #expect(try await changes(schema("a"), db) == [])
            let labels = try await db.fetchOne("SELECT count(*) FROM pg_enum", as: Int.self)
            #expect(labels == HostileNames.all.count)
            try await database.apply(draft, .downgrade)
            #expect(try await database.dump(keepsColumnOrder: true).map(\.hex) == before)
        }
    }

    /// Parentheses belong together outside of quotes, and a quote with a mark on it is one.
    @Test func expressionsOverEveryName() async throws {
        try await SchemaDatabase.with(major: 15) { database in
            let db = database.connection
            func schema(_ type: Schema.DataType) -> Schema {
                Schema(
                    tables: HostileNames.all.enumerated().map { index, name in
                        Schema.Table(
                            "t\(index)", Schema.Column(name, type).null(),
                            Schema.Column("computed", .numeric).generated(
                                as: "(\(name.asName) + 1) * (\(name.asName) + 2)"
                            ).null()
                        ).check("(\(name.asName) + 1) * (\(name.asName) + 2) > 0", named: "c")
                            .index("i\(index)", on: [.expression("(\(name.asName) + 1) * (\(name.asName) - 1)")])
                    })
            }
            try await database.make(schema(.integer))
            #expect(try await changes(schema(.integer), db) == [])
            let draft = try await SchemaComparison(schema(.bigint)).draft(db)
            #expect(draft.problems == [])
            try await database.apply(draft, .upgrade)
            #expect(try await changes(schema(.bigint), db) == [])
        }
    }

    @Test func renamesAreByBytes() async throws {
        try await SchemaDatabase.with(major: 15) { database in
            let db = database.connection
            func schema(_ name: String) -> Schema {
                Schema(tables: [.init("t", Schema.Column(name, .integer).null())])
            }
            for (one, other) in [("é", "e\u{301}"), ("a", "\u{301}b"), ("\u{301}c", "d"), ("x", "a\r\nb")] {
                try await db.execute(script: "DROP TABLE IF EXISTS t")
                try await database.make(schema(one))
                var options = SchemaComparison.Options()
                options.renames = [try SchemaRename.Request("t.\(one)=\(other)")]
                let draft = try await SchemaComparison(schema(other), options: options).draft(db)
                #expect(draft.up.map(\.hex) == ["ALTER TABLE t RENAME COLUMN \(one.plain) TO \(other.plain)".hex])
                #expect(draft.problems == [])
            }
        }
    }

    /// What the terminal would obey is written out, in what is printed and in what is thrown.
    @Test func whatIsToldIsNotObeyed() async throws {
        let database = try await TestServers.shared.cluster(major: 15).makeDatabase()
        try await Migrator(configuration: database, graph: try .scribe()).run(.upgrade, to: "head")
        let names = HostileNames.all.filter { $0.hasControls }
        #expect(names.count > 15)
        try await Connection.withConnection(database) { db in
            for name in names { try await db.execute(script: "CREATE TABLE \(name.asName) ()") }
        }
        let outcome = try await ScribeProcess.run(["migrate", "check"], database.settings())
        #expect(outcome.status == 1)
        let lines = outcome.output.unicodeScalars.split(separator: "\n").map { String($0) }
        #expect(lines.count == names.count + 1, "\(outcome.output)")
        #expect(lines.filter(\.hasControls) == [])
        for name in names {
            let line = "  removed table \(name.escapingControls) (loses data)"
            #expect(lines.contains { $0.hex == line.hex }, "\(line)")
        }
    }
}

extension Schema.Table {
    /// The table with another type for the column `kind`.
    fileprivate func kind(_ type: String) -> Schema.Table {
        var copy = self
        for index in copy.columns.indices where copy.columns[index].name == "kind" {
            copy.columns[index].type = Schema.Fragment(type.asName)
        }
        return copy
    }
}

extension String {
    fileprivate var plain: String { utf8.allSatisfy { $0 < 0x80 && $0 > 0x20 } ? self : asName }
}
