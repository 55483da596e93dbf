// Rules on types. A new rule also goes into the list at the end.
extension LintRule {
    /// `type-residue`: a type or sequence that the down part does not drop.
    public static let typeResidue = LintRule(
        "type-residue", .warning, wayDown: .none,
        why: "The way down leaves it behind, and the next way up finds it there.",
        instead: "drop it in the part \"-- down\"")

    /// `enum-value-in-same-transaction`: an enum value used in the transaction that added it.
    public static let enumValueInUse = LintRule(
        "enum-value-in-same-transaction", .error, wayDown: .same,
        why: "A value that was added cannot be used before its transaction has ended.",
        instead: "use the value in the next revision")

    /// `rename-enum-value`: ALTER TYPE … RENAME VALUE.
    public static let renameEnumValue = LintRule(
        "rename-enum-value", .error, wayDown: .none,
        why: "Programs of the version before still write and expect the old word.",
        instead: "add the new value, let programs move to it, and change the rows in batches")

    /// `rename-type`: a type gets another name.
    public static let renameType = LintRule(
        "rename-type", .error, wayDown: .none,
        why: "Programs of the version before still name it, in casts for example.",
        instead: "leave the name")

    static let typeRules: [LintRule] = [
        .typeResidue, .enumValueInUse, .renameEnumValue, .renameType,
    ]
}
