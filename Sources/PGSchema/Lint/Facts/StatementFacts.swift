import PGSchemaSQL
public import PGWire

/// What the server did for one statement, run in a transaction of its own after those before it. It concerns the tables that
/// were there before the revision, which are those that other sessions use.
public struct StatementFacts: Sendable {
    /// Whether it was run at all: not after one that failed, and not BEGIN and the like.
    public var wasRun = true
    /// The strongest lock on each table, in the order of their names.
    public var locks: [TableLock] = []
    /// Tables that were written anew.
    public var rewritten: [String] = []
    /// Tables that were read from one end to the other.
    public var scanned: [String] = []
    /// Indexes that were built anew.
    public var rebuiltIndexes: [String] = []
    /// Tables that are gone.
    public var droppedTables: [String] = []
    /// Columns that are gone, as `table.name`, of tables that are still there.
    public var droppedColumns: [String] = []
    /// Tables that have another name.
    public var renamedTables: [Renaming] = []
    /// Types that have another name.
    public var renamedTypes: [Renaming] = []
    /// Columns as `table.name`, and the new name.
    public var renamedColumns: [Renaming] = []
    /// Columns that are new, of any table.
    public var newColumns: [Column] = []
    /// Columns whose type holds less than it did.
    public var narrowed: [(column: Column, before: String)] = []
    /// Enums, domains and the like, and sequences of no column, that are new.
    public var newTypes: [String] = []
    /// Foreign keys that are new and whose columns no index begins with.
    public var keysWithoutIndex: [String] = []
    /// What is new that the rows of a table must satisfy.
    package var promises: [Promise] = []
    /// Why it failed on tables with a few rows. What else is here is then of another run, without rows.
    public var failureOnRows: PostgresError?
    /// Why it failed altogether.
    public var failure: PostgresError?

    /// A lock on a table, or on a sequence.
    public struct TableLock: Sendable, Equatable {
        /// The relation's OID.
        public let id: Int64
        /// The table's name.
        public let table: String
        /// The strongest lock.
        public let mode: LockMode
        /// An index of the table whose ACCESS EXCLUSIVE lock keeps everybody from planning a query on the table.
        public var blockedIndex: String?
        /// Whether it is a sequence.
        public let isSequence: Bool
        /// Who says so.
        public let source: Source

        /// A lock.
        public init(id: Int64, table: String, mode: LockMode, isSequence: Bool = false, source: Source = .server) {
            self.id = id
            self.table = table
            self.mode = mode
            self.isSequence = isSequence
            self.source = source
        }

        /// What other sessions cannot do meanwhile.
        public var blocks: String {
            if isSequence { return "blocks nextval, and inserts that need it" }
            guard let blockedIndex, mode < .accessExclusive else { return mode.blocks }
            return "blocks reads and writes, because planning a query needs \(blockedIndex)"
        }
    }

    /// Who says so.
    public enum Source: String, Sendable {
        /// `pg_locks`.
        case server
        /// The manual: the statement was over before anybody could look.
        case rule
    }

    /// An old name and the new one.
    public struct Renaming: Sendable, Equatable, CustomStringConvertible {
        /// The old name.
        public let old: String
        /// The new name.
        public let new: String

        public var description: String { "\(old) to \(new)" }
    }

    /// A column of a table.
    public struct Column: Sendable, Equatable {
        /// The table's name.
        public let table: String
        /// The column's name.
        public let name: String
        /// `character varying(255)`.
        public let type: String

        /// The names, as PostgreSQL compares them.
        public var place: (SQLIdentifier, SQLIdentifier) { (SQLIdentifier(table), SQLIdentifier(name)) }
    }

    /// How the time that it takes grows with the tables.
    public enum Cost: String, Sendable {
        /// Not at all.
        case metadata = "metadata only"
        case scan, rewrite
    }

    /// What it costs.
    public var cost: Cost {
        if !rewritten.isEmpty { return .rewrite }
        return scanned.isEmpty && rebuiltIndexes.isEmpty ? .metadata : .scan
    }

    /// The lock on a table.
    public func lock(on table: String) -> LockMode? { locks.first { $0.table.hasSameBytes(as: table) }?.mode }
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
    package var before: [SchemaState] = []
    /// What it is after the last.
    package var after: SchemaState?
    /// The relations that were there before the revision.
    package var existing: Set<Int64> = []
}
