/// A pattern that lint looks for. The raw value is the name that `-- lint: allow NAME because …` and the report use.
public enum LintRule: String, Sendable, CaseIterable {
    // Columns
    case addNotNull = "add-not-null-without-default"
    case volatileDefault = "volatile-default"
    case generatedColumn = "generated-column"
    case setNotNull = "set-not-null"
    case typeChangeRewrite = "type-change-rewrite"
    case typeChangeScan = "type-change-scan"
    case narrowerType = "narrower-type"
    case dropColumn = "drop-column"
    case renameColumn = "rename-column"
    case jsonColumn = "json-column"
    case timestampColumn = "timestamp-without-time-zone"
    case charColumn = "char-column"
    // Tables
    case dropTable = "drop-table"
    case renameTable = "rename-table"
    case truncate = "truncate"
    case tableRewrite = "table-rewrite"
    case scanUnderLock = "scan-under-lock"
    case lockTable = "lock-table"
    case severalTables = "several-tables-locked"
    case fullVacuum = "vacuum-full"
    case dropCascade = "drop-cascade"
    // Indexes
    case createIndex = "index-without-concurrently"
    case dropIndex = "drop-index-without-concurrently"
    case reindex = "reindex-without-concurrently"
    case refresh = "refresh-without-concurrently"
    case concurrentlyInTransaction = "concurrently-in-transaction"
    // Constraints
    case unique = "unique-without-index"
    case primaryKey = "primary-key-without-index"
    case exclusion = "exclusion-constraint"
    case foreignKey = "foreign-key-without-not-valid"
    case check = "check-without-not-valid"
    case validateTogether = "validate-in-same-transaction"
    case keyWithoutIndex = "foreign-key-without-index"
    // Types
    case typeResidue = "type-residue"
    case enumValueInUse = "enum-value-in-same-transaction"
    case renameEnumValue = "rename-enum-value"
    case renameType = "rename-type"
    // Rows
    case unfiltered = "change-without-where"
    case backfillUnderLock = "backfill-under-lock"
    case failsOnRows = "fails-on-rows"
    case existingRows = "existing-rows-violate"
    // Transactions and sessions
    case transactionControl = "transaction-control"
    case sessionSetting = "session-setting"
    case sessionLock = "session-lock"
    case sessionState = "session-state"
    // The revision
    case ifNotExists = "if-not-exists"
    case irreversible = "irreversible"
    case fails = "fails"
    case badAllowance = "bad-allowance"
    case unusedAllowance = "unused-allowance"

    /// How bad it is.
    public enum Level: String, Sendable, Comparable, CaseIterable {
        case notice, warning, error

        public static func < (left: Level, right: Level) -> Bool {
            allCases.firstIndex(of: left) ?? 0 < allCases.firstIndex(of: right) ?? 0
        }
    }

    public var level: Level {
        switch self {
        case .addNotNull, .volatileDefault, .generatedColumn, .setNotNull, .typeChangeRewrite, .typeChangeScan,
            .narrowerType,
            .dropColumn, .renameColumn, .dropTable, .renameTable, .truncate, .tableRewrite, .scanUnderLock, .fullVacuum,
            .createIndex, .reindex, .concurrentlyInTransaction, .unique, .primaryKey, .exclusion, .foreignKey, .check,
            .enumValueInUse, .renameEnumValue, .renameType, .unfiltered, .transactionControl, .sessionSetting,
            .sessionLock,
            .sessionState, .fails, .badAllowance, .existingRows:
            .error
        case .dropIndex, .refresh, .lockTable, .severalTables, .dropCascade, .validateTogether, .typeResidue,
            .backfillUnderLock, .irreversible, .unusedAllowance:
            .warning
        case .jsonColumn, .timestampColumn, .charColumn, .keyWithoutIndex, .failsOnRows, .ifNotExists:
            .notice
        }
    }
}
