#if ScribeApp
package import PGWire

/// What the server did for one statement, run in a transaction of its own after those before it. It concerns the tables that
/// were there before the revision, which are those that other sessions use.
package struct StatementFacts: Sendable {
    /// Whether it was run at all: not after one that failed, and not BEGIN and the like.
    package var wasRun = true
    /// The strongest lock on each table, in the order of their names.
    package var locks: [TableLock] = []
    /// Tables that were written anew.
    package var rewritten: [String] = []
    /// Tables that were read from one end to the other.
    package var scanned: [String] = []
    /// Indexes that were built anew.
    package var rebuiltIndexes: [String] = []
    /// Tables that are gone.
    package var droppedTables: [String] = []
    /// Columns that are gone, as `table.name`, of tables that are still there.
    package var droppedColumns: [String] = []
    package var renamedTables: [Renaming] = []
    package var renamedTypes: [Renaming] = []
    /// Columns as `table.name`, and the new name.
    package var renamedColumns: [Renaming] = []
    /// Columns that are new, of any table.
    package var newColumns: [Column] = []
    /// Columns whose type holds less than it did.
    package var narrowed: [(column: Column, before: String)] = []
    /// Enums, domains and the like, and sequences of no column, that are new.
    package var newTypes: [String] = []
    /// Foreign keys that are new and whose columns no index begins with.
    package var keysWithoutIndex: [String] = []
    /// What is new that the rows of a table must satisfy.
    package var promises: [Promise] = []
    /// Why it failed on tables with a few rows. What else is here is then of another run, without rows.
    package var failureOnRows: PostgresError?
    /// Why it failed altogether.
    package var failure: PostgresError?

    /// A lock on a table, or on a sequence.
    package struct TableLock: Sendable, Equatable {
        let id: Int64
        package let table: String
        package let mode: LockMode
        /// An index of the table whose ACCESS EXCLUSIVE lock keeps everybody from planning a query on the table.
        package var blockedIndex: String?
        package let isSequence: Bool
        package let source: Source

        init(id: Int64, table: String, mode: LockMode, isSequence: Bool = false, source: Source = .server) {
            self.id = id
            self.table = table
            self.mode = mode
            self.isSequence = isSequence
            self.source = source
        }

        /// What other sessions cannot do meanwhile.
        package var blocks: String {
            if isSequence { return "blocks nextval, and inserts that need it" }
            guard let blockedIndex, mode < .accessExclusive else { return mode.blocks }
            return "blocks reads and writes, because planning a query needs \(blockedIndex)"
        }
    }

    /// Who says so.
    package enum Source: String, Sendable {
        /// `pg_locks`.
        case server
        /// The manual: the statement was over before anybody could look.
        case rule
    }

    package struct Renaming: Sendable, Equatable, CustomStringConvertible {
        package let old: String
        package let new: String

        package var description: String { "\(old) to \(new)" }
    }

    package struct Column: Sendable, Equatable {
        package let table: String
        package let name: String
        /// `character varying(255)`.
        package let type: String

        var place: (SQLIdentifier, SQLIdentifier) { (SQLIdentifier(table), SQLIdentifier(name)) }
    }

    /// How the time that it takes grows with the tables.
    package enum Cost: String, Sendable {
        /// Not at all.
        case metadata = "metadata only"
        case scan, rewrite
    }

    package var cost: Cost {
        if !rewritten.isEmpty { return .rewrite }
        return scanned.isEmpty && rebuiltIndexes.isEmpty ? .metadata : .scan
    }

    /// The lock on a table.
    package func lock(on table: String) -> LockMode? { locks.first { $0.table.hasSameBytes(as: table) }?.mode }
}

/// What the statements of a revision's way up or down do together, in one transaction.
package struct RevisionFacts: Sendable {
    /// For each statement, by itself.
    package var statements: [StatementFacts] = []
    /// For each statement the tables that nobody else can write to after it; as far as the transaction came.
    package var held: [[StatementFacts.TableLock]] = []
    /// The statement that fails in one transaction with those before it, though not by itself.
    package var failureTogether: (index: Int, error: PostgresError)?
    /// Why the tables have no rows, if they have none.
    package var unseeded: [String] = []
    /// For each statement what the schema was before it.
    var before: [SchemaState] = []
    /// What it is after the last.
    var after: SchemaState?
    /// The relations that were there before the revision.
    var existing: Set<Int64> = []
}
#endif
