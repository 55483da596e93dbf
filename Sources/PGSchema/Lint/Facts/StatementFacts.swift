import PGSchemaSQL
public import PGWire

/// What one statement did on the scratch database, in a transaction of its own.
///
/// Only tables that existed before the revision count: other sessions use those.
public struct StatementFacts: Sendable {
    /// Whether it was run. BEGIN and the like are not, and nothing after a statement that failed.
    public internal(set) var wasRun = true
    /// The strongest lock on each table, in the order of the tables' names.
    public internal(set) var locks: [TableLock] = []
    /// Tables that were rewritten.
    public internal(set) var rewritten: [String] = []
    /// Tables that were read as a whole.
    public internal(set) var scanned: [String] = []
    /// Indexes that were rebuilt.
    public internal(set) var rebuiltIndexes: [String] = []
    /// Tables that were dropped.
    package var droppedTables: [String] = []
    /// Columns that were dropped, as `table.name`, of tables that still exist.
    package var droppedColumns: [String] = []
    /// Tables that were renamed.
    var renamedTables: [Renaming] = []
    /// Types that were renamed.
    var renamedTypes: [Renaming] = []
    /// Columns that were renamed, as `table.name`.
    var renamedColumns: [Renaming] = []
    /// New columns, of any table.
    var newColumns: [Column] = []
    /// Columns whose type holds less than it did.
    var narrowed: [(column: Column, before: String)] = []
    /// New enums, domains and the like, and new sequences that no column owns.
    var newTypes: [String] = []
    /// New foreign keys whose columns no index begins with.
    var keysWithoutIndex: [String] = []
    /// New constraints that the rows of a table must satisfy.
    var rowConstraints: [RowConstraint] = []
    /// Why it failed on tables with a few rows. The other facts are then those of a second run, without rows.
    public internal(set) var failureOnRows: PostgresError?
    /// Why it failed, also without rows.
    public internal(set) var failure: PostgresError?

    /// A lock on a table, or on a sequence.
    public struct TableLock: Sendable, Equatable {
        /// The relation's OID.
        package let id: Int64
        /// The table's name.
        public let table: String
        /// The mode of the strongest lock.
        public let mode: LockMode
        /// An index of the table with an ACCESS EXCLUSIVE lock, which blocks the planning of queries on the table.
        public internal(set) var blockedIndex: String?
        /// Whether it is a sequence.
        public let isSequence: Bool
        /// How the lock is known.
        public let source: Source

        /// A lock.
        init(id: Int64, table: String, mode: LockMode, isSequence: Bool = false, source: Source = .server) {
            self.id = id
            self.table = table
            self.mode = mode
            self.isSequence = isSequence
            self.source = source
        }

        /// What the lock blocks in other sessions, for people.
        public var blocks: String {
            if isSequence { return "blocks nextval, and inserts that need it" }
            guard let blockedIndex, mode < .accessExclusive else { return mode.blocks }
            return "blocks reads and writes, because planning a query needs \(blockedIndex)"
        }
    }

    /// How a lock is known.
    public enum Source: String, Sendable {
        /// `pg_locks` showed it.
        case server
        /// The manual says so: the statement ended too soon to read its lock.
        case rule
    }

    /// An old name and the new one.
    package struct Renaming: Sendable, Equatable, CustomStringConvertible {
        /// The old name.
        package let old: String
        /// The new name.
        package let new: String

        package var description: String { "\(old) to \(new)" }
    }

    /// A column of a table.
    package struct Column: Sendable, Equatable {
        /// The table's name.
        package let table: String
        /// The column's name.
        package let name: String
        /// `character varying(255)`.
        package let type: String

        /// The names, as PostgreSQL compares them.
        package var place: (SQLIdentifier, SQLIdentifier) { (SQLIdentifier(table), SQLIdentifier(name)) }
    }

    /// How the duration of a statement depends on the size of its tables.
    public enum Cost: String, Sendable {
        /// It does not.
        case metadata = "metadata only"
        /// It reads a whole table, or rebuilds an index.
        case scan
        /// It writes a whole table.
        case rewrite
    }

    /// How the duration depends on the size of the tables.
    public var cost: Cost {
        if !rewritten.isEmpty { return .rewrite }
        return scanned.isEmpty && rebuiltIndexes.isEmpty ? .metadata : .scan
    }

    /// The strongest lock on a table; nil without one.
    public func lock(on table: String) -> LockMode? { locks.first { $0.table.hasSameBytes(as: table) }?.mode }
}

/// What the statements of a revision's up or down part did, each alone and all in one transaction.
struct RevisionFacts: Sendable {
    /// The facts of each statement alone.
    var statements: [StatementFacts] = []
    /// For each statement the locks against writes that the transaction holds after it, up to a failure.
    var held: [[StatementFacts.TableLock]] = []
    /// The statement that failed in the transaction of all statements.
    var failureTogether: (index: Int, error: PostgresError)?
    /// Why the tables have no rows, if they have none.
    var unseeded: [String] = []
    /// The schema before each statement.
    var before: [SchemaState] = []
    /// The schema after the last one.
    var after: SchemaState?
    /// The relations that existed before the revision.
    var existing: Set<Int64> = []
}
