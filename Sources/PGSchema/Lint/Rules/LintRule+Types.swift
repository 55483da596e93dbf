// The rules on types. A new one is a value here, and its name in the list below.
extension LintRule {
    /// The rule `type-residue`.
    public static let typeResidue = LintRule(
        "type-residue", .warning, wayDown: .none,
        why: "The way down leaves it behind, and the next way up finds it there.",
        instead: "drop it in the part \"-- down\"")

    /// The rule `enum-value-in-same-transaction`.
    public static let enumValueInUse = LintRule(
        "enum-value-in-same-transaction", .error, wayDown: .same,
        why: "A value that was added cannot be used before its transaction has ended.",
        instead: "use the value in the next revision")

    /// The rule `rename-enum-value`.
    public static let renameEnumValue = LintRule(
        "rename-enum-value", .error, wayDown: .none,
        why: "Programs of the version before still write and expect the old word.",
        instead: "add the new value, let programs move to it, and change the rows in batches")

    /// The rule `rename-type`.
    public static let renameType = LintRule(
        "rename-type", .error, wayDown: .none,
        why: "Programs of the version before still name it, in casts for example.",
        instead: "leave the name")

    static let typesRules: [LintRule] = [
        .typeResidue, .enumValueInUse, .renameEnumValue, .renameType,
    ]
}
