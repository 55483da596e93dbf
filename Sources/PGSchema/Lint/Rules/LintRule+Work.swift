extension LintRule {
    /// Whether it is about the time that a statement takes.
    package var isAboutWork: Bool {
        switch self {
        case .volatileDefault, .generatedColumn, .setNotNull, .typeChangeRewrite, .typeChangeScan, .addNotNull,
            .tableRewrite, .scanUnderLock, .fullVacuum, .createIndex, .reindex, .refresh, .unique, .primaryKey,
            .exclusion, .foreignKey, .check, .validateTogether, .truncate:
            true
        default: false
        }
    }
}
