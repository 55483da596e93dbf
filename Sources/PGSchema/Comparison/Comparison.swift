import PGSchemaCatalog
import PGSchemaReports
import PGSchemaSQL
import PGWire

/// How a live schema differs from a declared one. Both are in the server's form.
struct Comparison {
    /// The live schema as it was read.
    private let found: Schema
    /// The live schema after ``renames``.
    private let live: Schema
    private let declared: Schema
    private let renames: [SchemaRename]
    private let diff: SchemaDiff
    private let major: Int
    /// Possible renames on which the options do not decide.
    let candidates: [SchemaRename]

    /// Nil when nothing differs.
    init?(
        _ found: Schema, _ model: Schema, _ options: SchemaComparison.Options, _ major: Int,
        _ scratch: inout ScratchSchema,
        _ tx: borrowing Transaction
    ) async throws {
        try await scratch.build(model.withoutComments, tx)
        var declared = model.named(by: try await scratch.read(tx))
        if options.renames.isEmpty, SchemaDiff(from: found, to: declared.adopting(found, options)).isEmpty {
            return nil
        }

        let renames = try SchemaRename.resolve(options.renames, from: found, to: declared)
        var exact = found
        var live = found
        // Also if all texts are equal: the server rewords what depends on a column whose type changes.
        try await declared.findCanonicalTexts(&scratch, tx)
        do {
            if !renames.isEmpty {
                try await exact.simplify(&scratch, tx)
                try await scratch.build(exact, tx)
                try await scratch.run(renames.map(\.sql), tx)
                live = try await scratch.read(tx)
            }
            try await live.findCanonicalTexts(&scratch, tx)
        } catch SchemaComparisonError.refused(let error) {
            throw SchemaComparisonError.cannotCopy(error)
        }
        try await live.simplify(&scratch, tx)
        declared = declared.adopting(live, options)
        let diff = SchemaDiff(from: live, to: declared)
        if diff.isEmpty, renames.isEmpty { return nil }

        self.found = renames.isEmpty ? live : exact
        self.live = live
        self.declared = declared
        self.renames = renames
        self.diff = diff
        self.major = major
        candidates =
            options.dropsAll
            ? [] : diff.renameCandidates.filter { !options.drops.contains(SQLIdentifier($0.from)) }
    }

    var changes: [SchemaDifference] {
        let halves = candidates.flatMap { [$0.from, $0.to] }.identifiers
        return renames.map(SchemaDifference.init)
            + diff.changes.map { change in
                var change = change
                change.isRenameCandidate = change.isAddOrRemove && halves.contains(SQLIdentifier(change.object))
                return change
            }
    }

    // MARK: - Draft

    func draft(
        _ options: SchemaComparison.Options, _ scratch: inout ScratchSchema, _ tx: borrowing Transaction
    ) async throws -> SchemaDraft {
        let conversions = try await Self.conversions(for: diff, tx)
        // The schema between the two parts, if there are two.
        var middle = declared
        if options.buildsIndexesConcurrently {
            for table in diff.tables {
                guard let index = middle.tables.firstIndex(where: { $0.name.hasSameBytes(as: table.name) }) else {
                    continue
                }
                let added = table.indexes.added.filter { !diff.needsAtOnce($0, of: table.name) }.map(\.name).identifiers
                middle.tables[index].indexes.removeAll { added.contains(SQLIdentifier($0.name)) }
            }
        }
        func plan(_ from: Schema, _ to: Schema) -> [SchemaDraft.Statement] {
            SchemaPlan(SchemaDiff(from: from, to: to), conversions: conversions, major: major).statements
                .map { SchemaDraft.Statement(sql: $0.sql, notes: $0.notes) }
        }
        let up = renames.map { SchemaDraft.Statement(sql: $0.sql, notes: []) } + plan(live, middle)
        let down = plan(middle, live) + renames.reversed().map { SchemaDraft.Statement(sql: $0.inverse.sql, notes: []) }
        let (upLast, downLast) = (plan(middle, declared), plan(declared, middle))
        let problems = try await problems(up: up + upLast, down: downLast + down, &scratch, tx)
        var parts: [SchemaDraft.Part] = []
        if !up.isEmpty { parts.append(SchemaDraft.Part(up: up, down: down, problems: problems)) }
        if !upLast.isEmpty {
            parts.append(
                SchemaDraft.Part(
                    up: upLast.map(\.concurrently), down: downLast.map(\.concurrently), isTransactional: false,
                    problems: parts.isEmpty ? problems : []))
        }
        return SchemaDraft(changes: changes, parts: parts, problems: problems)
    }

    /// Runs the statements up and down on a copy of the live schema, and returns what is not as expected.
    private func problems(
        up: [SchemaDraft.Statement], down: [SchemaDraft.Statement], _ scratch: inout ScratchSchema,
        _ tx: borrowing Transaction
    ) async throws -> [String] {
        try await scratch.build(found, tx)
        let before = try await scratch.read(tx)
        do {
            try await scratch.run(up.map(\.sql), tx)
            var after = try await scratch.read(tx)
            // The server may print a text of the copy in another way than that of the live schema.
            let (known, copied) = (known, before.texts)
            after.updateFragments { path, fragment in
                guard let texts = known[path] else { return }
                let isKept = texts.isLive && copied[path].hasSameBytes(as: fragment.text)
                if isKept || texts.all.contains(bytesOf: fragment.text) { fragment.canonical = texts.canonical }
            }
            let left = SchemaDiff(from: after, to: declared).changes.map { "up does not do it all: \($0)" }
            try await scratch.run(down.map(\.sql), tx)
            let back = SchemaDiff(from: before, to: try await scratch.read(tx)).changes
            return left + back.map { "down does not restore it all: \($0)" }
        } catch SchemaComparisonError.refused(let error) {
            return ["the server refuses it on empty tables: \(ShownText(error).onOneLine)"]
        }
    }

    /// For each fragment of the declared schema its texts, and whether the live schema has the same fragment.
    private var known: [Schema.Path: (canonical: String, all: [String], isLive: Bool)] {
        var known: [Schema.Path: (canonical: String, all: [String], isLive: Bool)] = [:]
        var (declared, live) = (declared, live)
        declared.updateFragments { known[$0] = ($1.canonical, [$1.text, $1.canonical], false) }
        live.updateFragments { path, fragment in
            guard (known[path]?.canonical).hasSameBytes(as: fragment.canonical) else { return }
            known[path]?.all.append(fragment.text)
            known[path]?.isLive = true
        }
        return known
    }

    // MARK: - Types

    /// How the server can convert each type that changes, in both directions.
    private static func conversions(
        for diff: SchemaDiff, _ tx: borrowing Transaction
    ) async throws -> [TypeChange: SchemaPlan.Conversion] {
        var changes: Set<TypeChange> = []
        for table in diff.tables {
            for (old, new) in table.changedColumns where old.type != new.type {
                changes.insert(TypeChange(old, new))
                changes.insert(TypeChange(new, old))
            }
        }
        let enums = (diff.old.enums + diff.new.enums).map(\.name).identifiers
        var result: [TypeChange: SchemaPlan.Conversion] = [:]
        for change in changes {
            let (old, new) = (change.old, change.new)
            if old.isArray != new.isArray {
                result[change] = .throughText
            } else if enums.contains(SQLIdentifier(new.unquotedName)) {
                result[change] = old.isText ? .cast : .throughText
            } else if enums.contains(SQLIdentifier(old.unquotedName)) {
                result[change] = new.isText ? .implicit : .throughText
            } else if old.isText, !new.isText {
                result[change] = .cast
            } else if new.isText || old.name.hasSameBytes(as: new.name) {
                result[change] = .implicit
            } else {
                let context = try await tx.fetchOptional(
                    catalog: """
                        SELECT castcontext::text FROM pg_cast
                        WHERE castsource = to_regtype(\(old.name)::text) AND casttarget = to_regtype(\(new.name)::text)
                        """, as: String.self)
                result[change] = context == nil ? .throughText : context == "e" ? .cast : .implicit
            }
        }
        return result
    }
}

extension SQLType {
    fileprivate var isText: Bool { ["text", "character varying", "character"].contains(name) }
}

extension SchemaDifference {
    fileprivate var isAddOrRemove: Bool {
        switch kind {
        case .addTable, .removeTable, .addColumn, .removeColumn, .addEnum, .removeEnum, .addEnumValue,
            .removeEnumValue:
            true
        default: false
        }
    }
}

extension SchemaDiff {
    /// Whether a new foreign key may refer to this index's key.
    fileprivate func needsAtOnce(_ index: Schema.Index, of table: String) -> Bool {
        guard index.isUnique else { return false }
        let keys = tables.flatMap { $0.constraints.added } + addedTables.flatMap(\.constraints)
        return keys.contains { ($0.target?.table).hasSameBytes(as: table) }
    }
}

extension SchemaDraft.Statement {
    fileprivate var concurrently: SchemaDraft.Statement {
        var sql = sql
        for verb in ["CREATE INDEX ", "CREATE UNIQUE INDEX ", "DROP INDEX "] where sql.starts(withBytesOf: verb) {
            sql = "\(verb)CONCURRENTLY \(sql.dropFirst(verb.count))"
        }
        return SchemaDraft.Statement(sql: sql, notes: notes.filter { !$0.contains(bytesOf: "--concurrently") })
    }
}
