package import PGSchemaMigrations
import PGSchemaSQL
package import PGWire

/// Runs a revision's way up on a scratch database that is at its parent, or its way down on one that is at the revision, and
/// asks the server what each statement did. Afterwards the database is at the way's end, unless a statement failed.
package struct RevisionObserver {
    private let configuration: Connection.Configuration
    private let statements: [Revision.Statement]
    private let isTransactional: Bool
    private var facts = RevisionFacts()

    package init(
        _ revision: Revision, _ direction: MigrationPlan.Direction, scratch configuration: Connection.Configuration
    ) {
        statements = direction == .upgrade ? revision.up : revision.down ?? []
        isTransactional = revision.isTransactional
        self.configuration = configuration
    }

    /// Runs it twice: all statements in one transaction that is rolled back, which shows what they are together; then each
    /// in a transaction of its own, because a lock that is held already does not show a second time.
    ///
    /// - Throws: `PostgresError` when the scratch database itself fails.
    package mutating func observe() async throws -> RevisionFacts {
        let start = try await Connection.withConnection(configuration) { try await SchemaState($0) }
        facts.existing = Set(start.relations.keys)
        var failureOnRows: (index: Int, error: PostgresError)?
        if isTransactional {
            try await runTogether(start)
            if let failure = facts.failureTogether, failure.error.isAboutRows {
                failureOnRows = failure
                try await ScratchDatabase.clearRows(configuration)
                try await runTogether(start)
            }
        }
        try await runEach()
        if let (index, error) = failureOnRows, facts.failureTogether?.index != index {
            facts.statements[index].failureOnRows = error
        }
        return facts
    }

    private mutating func runTogether(_ start: SchemaState) async throws {
        facts.held = []
        facts.failureTogether = nil
        let db = try await Connection.connect(configuration)
        do {
            try await db.execute(script: "BEGIN")
            for (index, statement) in statements.enumerated() {
                do {
                    if !SQLCommand(statement.text).controlsTransaction { try await db.execute(script: statement.text) }
                    let locks = StatementFacts.locks(
                        in: start, try await LockReading(db), existing: facts.existing)
                    facts.held.append(locks.filter { $0.mode >= .share })
                } catch let error as PostgresError where error.isAnswer {
                    facts.failureTogether = (index, error)
                    break
                }
            }
        } catch {
            await db.close()
            throw error
        }
        // Which rolls back.
        await db.close()
    }

    private mutating func runEach() async throws {
        let db = try await Connection.connect(configuration)
        do {
            try await runEach(db)
        } catch {
            await db.close()
            throw error
        }
        await db.close()
    }

    private mutating func runEach(_ db: Connection) async throws {
        var settings: [String] = []
        for statement in statements {
            let command = SQLCommand(statement.text)
            let before = try await SchemaState(db)
            facts.before.append(before)
            guard !command.needsOthers, !facts.statements.contains(where: { $0.failure != nil }) else {
                facts.statements.append(StatementFacts(wasRun: false))
                continue
            }
            facts.statements.append(try await run(statement, command, settings, db))
            // What was set for the transaction is set for those that come after it, too.
            if case .setLocal = command { settings.append(statement.text) }
        }
        facts.after = try await SchemaState(db)
    }

    /// Runs one statement; when it fails for the rows that there are, it does so once more without.
    private func run(
        _ statement: Revision.Statement, _ command: SQLCommand, _ settings: [String], _ db: Connection
    ) async throws -> StatementFacts {
        do {
            return try await attempt(statement, command, settings, db)
        } catch let error as PostgresError where error.isAboutRows {
            try await ScratchDatabase.clearRows(configuration)
            // What failed for the rows may have left an index that is not valid.
            try await StandaloneStatement(statement.text)?.prepare(db)
            do {
                var facts = try await attempt(statement, command, settings, db)
                facts.failureOnRows = error
                return facts
            } catch let error as PostgresError where error.isAnswer {
                return StatementFacts(failure: error)
            }
        } catch let error as PostgresError where error.isAnswer {
            return StatementFacts(failure: error)
        }
    }

    private func attempt(
        _ statement: Revision.Statement, _ command: SQLCommand, _ settings: [String], _ db: Connection
    ) async throws -> StatementFacts {
        if !command.standsAlone {
            do {
                return try await runInside(statement, command, settings, db)
            } catch PostgresError.server(let error) where error.sqlState == .activeSqlTransaction {}
        }
        return try await runOutside(statement, command, db)
    }

    private func runInside(
        _ statement: Revision.Statement, _ command: SQLCommand, _ settings: [String], _ db: Connection
    ) async throws -> StatementFacts {
        try await db.transaction { tx in
            for setting in settings { try await tx.execute(script: setting) }
            switch command {
            case .change, .insert, .select, .doBlock:
                // So few rows are always read from one end to the other; what matters is whether an index would do.
                try await tx.execute(script: "SET LOCAL enable_seqscan = off; SET LOCAL enable_indexonlyscan = off")
            default: break
            }
            let before = try await SchemaState(tx)
            try await tx.execute(script: statement.text)
            let locks = try await LockReading(tx)
            let after = try await SchemaState(tx)
            return StatementFacts(before: before, after: after, locks: locks, existing: facts.existing)
        }
    }

    private func runOutside(
        _ statement: Revision.Statement, _ command: SQLCommand, _ db: Connection
    ) async throws -> StatementFacts {
        let before = try await SchemaState(db)
        let tables = before.relations.filter { facts.existing.contains($0.key) && ["r", "p"].contains($0.value.kind) }
        let locks = try await LockWatch(configuration, tables: tables.map(\.value.label)).run(statement.text, db)
        let after = try await SchemaState(db)
        var result = StatementFacts(before: before, after: after, locks: locks, existing: facts.existing)
        let ids = Set(TokenCursor.names(in: statement.text).compactMap { before.relation(named: $0)?.id })
        let namedTables = tables.filter { ids.contains($0.key) }
            .sorted { SQLIdentifier($0.value.label) < SQLIdentifier($1.value.label) }
        let named = namedTables.map(\.value.label)
        switch command {
        case .vacuum(isFull: false):
            // It waits for nobody, so what could be seen of it would be a matter of luck.
            result.locks = namedTables.map { id, table in
                StatementFacts.TableLock(id: id, table: table.label, mode: .shareUpdateExclusive, source: .rule)
            }
            result.scanned = named
        case .vacuum, .createIndex, .reindex: result.scanned = named
        // What the counters say is of transactions that are over.
        default: result.scanned = []
        }
        return result
    }
}

extension PostgresError {
    /// Whether the server refused the statement; otherwise the connection itself has failed.
    package var isAnswer: Bool {
        if case .server = self { return true }
        return false
    }

    /// Whether other rows would not have led to it.
    package var isAboutRows: Bool {
        guard case .server(let error) = self else { return false }
        return error.sqlState.is(in: .integrityConstraintViolation) || error.sqlState.is(in: .dataException)
    }

    /// The server's message alone.
    package var summary: String {
        guard case .server(let error) = self else { return description }
        return "\(error.message) (SQLSTATE \(error.sqlState))"
    }
}
