import PGSchemaCatalog
import PGSchemaComparison
import PGSchemaMigrations
import PGSchemaSQL
import PGWire
import Testing
import TestSupport

/// Each single change: generated, upgraded, then nothing differs; and the way down restores the exact dump.
@Suite(.timeLimit(.minutes(5))) struct AutogenerateTests {
    @Test func thereAreSixtyCasesAtLeastAndEachHasItsName() {
        #expect(SchemaChange.all.count >= 60)
        #expect(Set(SchemaChange.all.map(\.name)).count == SchemaChange.all.count)
    }

    @Test func eachKindOfChangeIsAmongTheCases() {
        let met = SchemaChange.all.reduce(into: Set<SchemaDifference.Kind>()) { $0.formUnion($1.kinds) }
        #expect(met == Set(SchemaDifference.Kind.allCases))
    }

    @Test(arguments: SchemaChange.all) func upAndDown(change: SchemaChange) async throws {
        // The oldest server that has it: the newest one is met by those that differ there.
        try await run(change, major: change.oldest)
    }

    /// PostgreSQL 18 has not-null constraints in its catalog, and SET EXPRESSION.
    @Test(arguments: SchemaChange.all) func upAndDownOnPostgreSQL18(change: SchemaChange) async throws {
        try await run(change, major: 18)
    }

    private func run(_ change: SchemaChange, major: Int) async throws {
        try await SchemaDatabase.with(major: major) { database in
            let db = database.connection
            try await database.make(change.before)
            if let rows = change.rows { try await db.execute(script: rows) }
            let before = try await database.dump(keepsColumnOrder: !change.reordersColumns)

            var autogenerate = SchemaComparison(change.after)
            autogenerate.options.renames = try change.renames.map { try SchemaRename.Request($0) }
            autogenerate.options.leavesComments = change.leavesComments
            let draft = try await autogenerate.draft(db)
            #expect(Set(draft.changes.map(\.kind)) == change.kinds, "\(draft.changes)")
            #expect(draft.problems == [], "\(draft.text)")
            #expect(draft.changes.contains(where: \.losesData) == change.losesData, "\(draft.changes)")
            let up = try #require(draft.text.split(separator: "\n-- down\n").first, "nothing differs")
            let marks = ["loses data", "lose data", "loses the value"]
            #expect(marks.contains(where: up.contains) == change.losesData, "\(draft.text)")

            try await database.apply(draft, .upgrade)
            autogenerate.options.renames = []
            let rest = try await autogenerate.draft(db)
            #expect(rest.isEmpty, "\(draft.text)\nleaves:\n\(rest.changes)\n\(rest.text)")
            if let (query, text) = change.expectation {
                #expect(try await db.fetchOne(SQL(raw: query), as: String?.self) == text, "\(draft.text)")
            }

            try await database.apply(draft, .downgrade)
            let after = try await database.dump(keepsColumnOrder: !change.reordersColumns)
            #expect(difference(after, before) == [], "\(draft.text)")
        }
    }
}
