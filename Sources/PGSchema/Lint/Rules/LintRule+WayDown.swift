extension LintRule {
    /// How bad it is on a way down; nil when nothing is bad about it there.
    ///
    /// It takes the same locks on the same database, but seldom and when somebody has decided to. That it loses what the way up
    /// made, and that programs must have gone back before, is what it is for.
    package var levelOfWayDown: Level? {
        switch self {
        case .dropColumn, .dropTable, .renameColumn, .renameTable, .renameType, .renameEnumValue, .narrowerType,
            .typeResidue, .jsonColumn, .timestampColumn, .charColumn, .keyWithoutIndex, .ifNotExists:
            nil
        case .transactionControl, .sessionSetting, .sessionLock, .sessionState, .concurrentlyInTransaction,
            .enumValueInUse, .fails:
            level
        default: min(level, .warning)
        }
    }
}
