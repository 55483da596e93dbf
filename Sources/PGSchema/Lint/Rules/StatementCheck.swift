package import PGSchemaMigrations
package import PGSchemaSQL
import PGWire

/// Judges one statement of a revision: by what the server did where it shows there, else by its text.
package struct StatementCheck {
    package let statement: Revision.Statement
    package let revision: Revision
    package let facts: StatementFacts
    /// What the schema was before the statement.
    package let before: SchemaState
    /// What it is after the last that ran.
    package let end: SchemaState?
    /// The relations that were there before the revision, which others use.
    package let existing: Set<Int64>
    package private(set) var findings: [Finding] = []

    package init(
        _ statement: Revision.Statement, of revision: Revision, _ facts: StatementFacts, before: SchemaState,
        end: SchemaState?, existing: Set<Int64>
    ) {
        self.statement = statement
        self.revision = revision
        self.facts = facts
        self.before = before
        self.end = end
        self.existing = existing
    }

    package mutating func run() -> [Finding] {
        for command in SQLCommand.all(in: statement.text) { check(command) }
        checkCalls()
        checkNames()
        checkColumns()
        checkWork()
        checkOutcome()
        return findings
    }

    package mutating func find(_ rule: LintRule, _ detail: String) { findings.append(Finding(rule, detail)) }

    package func found(_ rules: LintRule...) -> Bool { findings.contains { rules.contains($0.rule) } }

    /// The table that `name` means, if it was there before the revision.
    package func existingTable(_ name: SQLName) -> String? {
        guard let (id, relation) = before.relation(named: name), existing.contains(id), relation.isTable else {
            return nil
        }
        return relation.label
    }

    private mutating func check(_ command: SQLCommand) {
        if command.standsAlone, revision.isTransactional { find(.concurrentlyInTransaction, firstWords) }
        switch command {
        case .alterTable(let name, let actions):
            guard let table = existingTable(name) else { return }
            for action in actions { check(action, of: table, among: actions) }
        case .createTable(let name, let isTemporary, let dropsOnCommit, let ifNotExists):
            if ifNotExists { find(.ifNotExists, "table \(name)") }
            if isTemporary, !dropsOnCommit { find(.sessionState, "temporary table \(name)") }
        case .createIndex(let name, let isConcurrent, let ifNotExists):
            if ifNotExists { find(.ifNotExists, "an index on \(name)") }
            if !isConcurrent, let table = existingTable(name) { find(.createIndex, "on \(table)") }
        case .drop(let kind, let names, let isConcurrent, let isCascading):
            checkDrop(kind, names, isConcurrent: isConcurrent)
            if isCascading { find(.dropCascade, names.map(\.description).joined(separator: ", ")) }
        case .reindex(let isConcurrent):
            if !isConcurrent, !facts.wasRun || !facts.locks.isEmpty { find(.reindex, tables) }
        case .refreshMaterializedView(let name, let isConcurrent):
            if !isConcurrent, let view = existingTable(name) { find(.refresh, view) }
        case .truncate(let names):
            // With CASCADE the server empties more than is named.
            for table in facts.wasRun ? facts.rewritten : names.compactMap(existingTable) { find(.truncate, table) }
        case .change(let unfiltered):
            for table in unfiltered.compactMap(existingTable) { find(.unfiltered, table) }
        case .vacuum(let isFull):
            if isFull { find(.fullVacuum, tables) }
        case .cluster: find(.fullVacuum, tables)
        case .lockTable:
            for lock in facts.locks where lock.mode >= .share { find(.lockTable, "\(lock.table), \(lock.mode)") }
        case .renameEnumValue(let type, let value): find(.renameEnumValue, "'\(value)' of \(type)")
        case .setSession(let what): find(.sessionSetting, what)
        case .keepInSession(let what): find(.sessionState, what)
        case .controlTransaction(let what): find(.transactionControl, what)
        case .createType, .addEnumValue, .insert, .setLocal, .savepoint, .doBlock, .select, .other: break
        }
    }

    private mutating func checkDrop(_ kind: String, _ names: [SQLName], isConcurrent: Bool) {
        switch kind {
        case "table", "foreign table", "materialized view":
            if facts.wasRun { return }
            for table in names.compactMap(existingTable) { find(.dropTable, table) }
        case "index" where !isConcurrent:
            for name in names {
                // A table that is gone in the end is in nobody's use.
                guard let (id, index) = before.relation(named: name), existing.contains(id),
                    let table = before.relations[index.table], end?.relations[index.table] != nil
                else { continue }
                find(.dropIndex, "\(index.label) on \(table.label)")
            }
        default: break
        }
    }

    /// Functions that leave something in the session, wherever they are called.
    private mutating func checkCalls() {
        let tokens = SQLToken.allTokens(of: statement.text)
        if tokens.first?.isWord("create") == true { return }
        let locks: Set<String> = [
            "pg_advisory_lock", "pg_advisory_lock_shared", "pg_try_advisory_lock", "pg_try_advisory_lock_shared",
        ]
        for (index, token) in tokens.enumerated() where token.kind == .word {
            guard index + 1 < tokens.count, tokens[index + 1].isMark("(") else { continue }
            if locks.contains(token.text) { find(.sessionLock, token.text) }
            guard token.text == "set_config" else { continue }
            var cursor = TokenCursor(tokens[(index + 1)...])
            let arguments = cursor.group()?.split(atMark: ",") ?? []
            if arguments.count == 3, arguments[2].map(\.text) != ["true"] {
                find(.sessionSetting, "set_config of \(arguments[0].first?.text ?? "")")
            }
        }
    }

    /// What programs of the version before still name.
    private mutating func checkNames() {
        for table in facts.droppedTables { find(.dropTable, table) }
        for column in facts.droppedColumns { find(.dropColumn, column) }
        for column in facts.renamedColumns { find(.renameColumn, column.description) }
        // One that has come in its place by the end is as good.
        let labels = end.map { $0.relations.values.map(\.label).identifiers } ?? []
        for table in facts.renamedTables where !labels.contains(SQLIdentifier(table.old)) {
            find(.renameTable, table.description)
        }
        let types = end.map { $0.types.values.identifiers } ?? []
        for type in facts.renamedTypes where !types.contains(SQLIdentifier(type.old)) {
            find(.renameType, type.description)
        }
    }

    private mutating func checkColumns() {
        for column in facts.newColumns {
            let name = "\(column.table).\(column.name)"
            if column.type == "json" { find(.jsonColumn, name) }
            if column.type.starts(withBytesOf: "timestamp"), column.type.ends(withBytesOf: "without time zone") {
                find(.timestampColumn, name)
            }
            if column.type.starts(withBytesOf: "character("), column.type != "character(1)" { find(.charColumn, name) }
        }
        for (column, before) in facts.narrowed {
            find(.narrowerType, "\(column.table).\(column.name) from \(before) to \(column.type)")
        }
        for type in facts.newTypes where !isDropped(type) { find(.typeResidue, type) }
    }

    /// - Parameter type: as SQL names it.
    private func isDropped(_ type: String) -> Bool {
        guard let type = TokenCursor.names(in: type).first else { return false }
        return (revision.down ?? []).contains { statement in
            SQLCommand.all(in: statement.text).contains { command in
                guard case .drop(let kind, let names, _, _) = command else { return false }
                return ["type", "domain", "sequence", "schema"].contains(kind)
                    && names.contains { name in
                        name.name.hasSameBytes(as: type.name)
                            || kind == "schema" && name.name.hasSameBytes(as: type.schema ?? "")
                    }
            }
        }
    }

    /// Whatever blocks others for as long as a table is big, and has not been told by name yet.
    private mutating func checkWork() {
        switch SQLCommand(statement.text) {
        // One writes nothing but empty files; for the other a view is no table that anybody else writes to.
        case .truncate, .refreshMaterializedView: return
        default: break
        }
        let rewritten = facts.rewritten
        if !rewritten.isEmpty, !found(.volatileDefault, .generatedColumn, .typeChangeRewrite, .fullVacuum, .refresh) {
            find(.tableRewrite, rewritten.joined(separator: ", "))
        }
        let scanned = facts.scanned.filter { table in
            !rewritten.contains(bytesOf: table) && facts.lock(on: table).map { $0 >= .share } ?? false
        }
        if !scanned.isEmpty, !findings.contains(where: { $0.rule.isAboutWork }) {
            let what = scanned.map { "\($0), \(facts.lock(on: $0)?.description ?? "")" }
            find(.scanUnderLock, what.joined(separator: "; "))
        }
    }

    private mutating func checkOutcome() {
        if let error = facts.failure { find(.fails, error.summary) }
        if let error = facts.failureOnRows, !found(.addNotNull) { find(.failsOnRows, error.summary) }
    }

    /// The first few words, to name the statement.
    package var firstWords: String {
        statement.text.unicodeScalars.split(whereSeparator: SQLScanner.isBlank).prefix(3).map { String($0) }
            .joined(separator: " ")
    }

    private var tables: String { facts.locks.map(\.table).joined(separator: ", ") }
}
