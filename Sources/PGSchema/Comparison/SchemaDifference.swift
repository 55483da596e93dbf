/// One difference between the database and the declared schema.
public struct SchemaDifference: Sendable, Codable, Equatable, CustomStringConvertible {
    /// What differs.
    public let kind: Kind
    /// The object that differs: `emails`, `emails.kind`, `emails.ix_emails_kind`, `template_type_enum`.
    public let object: String
    /// A description for people: `changed type of emails.kind from integer to text`.
    public let description: String
    /// Whether removing the difference loses values or rows, which no downgrade restores.
    public var losesData: Bool
    /// Whether it may be a part of a rename, on which the options do not decide.
    public var isRenameCandidate = false

    init(_ kind: Kind, _ object: String, _ description: String, losesData: Bool = false) {
        self.kind = kind
        self.object = object
        self.description = description
        self.losesData = losesData
    }

    /// The kinds of differences; the raw values are those of `--json`.
    public enum Kind: String, Sendable, Codable, CaseIterable {
        /// A table has another name.
        case renameTable = "rename_table"
        /// A column has another name.
        case renameColumn = "rename_column"
        /// An enum type has another name.
        case renameEnum = "rename_enum"
        /// A value of an enum type has another name.
        case renameEnumValue = "rename_enum_value"
        /// The database lacks an enum type.
        case addEnum = "add_enum"
        /// The database has an enum type that is not declared.
        case removeEnum = "remove_enum"
        /// The database lacks a value of an enum type.
        case addEnumValue = "add_enum_value"
        /// The database has a value of an enum type that is not declared.
        case removeEnumValue = "remove_enum_value"
        /// The values of an enum type, as far as both have them, are in another order.
        case reorderEnum = "reorder_enum"
        /// The database lacks a table.
        case addTable = "add_table"
        /// The database has a table that is not declared.
        case removeTable = "remove_table"
        /// Storage parameters of a table or a constraint differ, or the settings of a column.
        case modifyStorage = "modify_storage"
        /// A table is UNLOGGED on one side only.
        case modifyPersistence = "modify_persistence"
        /// Row-level security of a table differs.
        case modifyRowSecurity = "modify_row_security"
        /// The replica identity of a table differs.
        case modifyReplicaIdentity = "modify_replica_identity"
        /// The database lacks a column.
        case addColumn = "add_column"
        /// The database has a column that is not declared.
        case removeColumn = "remove_column"
        /// The type or the collation of a column differs.
        case modifyType = "modify_type"
        /// A column takes NULL on one side only.
        case modifyNullable = "modify_nullable"
        /// The default of a column differs.
        case modifyDefault = "modify_default"
        /// A column is an identity column on one side only, or of another kind.
        case modifyIdentity = "modify_identity"
        /// A column is generated on one side only, or in another way.
        case modifyGenerated = "modify_generated"
        /// The database lacks a constraint.
        case addConstraint = "add_constraint"
        /// The database has a constraint that is not declared.
        case removeConstraint = "remove_constraint"
        /// The definition of a constraint differs.
        case modifyConstraint = "modify_constraint"
        /// A constraint has another name.
        case renameConstraint = "rename_constraint"
        /// The database lacks an index.
        case addIndex = "add_index"
        /// The database has an index that is not declared.
        case removeIndex = "remove_index"
        /// The definition of an index differs.
        case modifyIndex = "modify_index"
        /// An index has another name.
        case renameIndex = "rename_index"
        /// The comment of a table, column, enum type, constraint or index differs.
        case modifyComment = "modify_comment"
    }

    init(_ rename: SchemaRename) {
        let kind: Kind =
            switch rename.kind {
            case .table: .renameTable
            case .column: .renameColumn
            case .type: .renameEnum
            case .label: .renameEnumValue
            }
        self.init(kind, rename.from, "renamed \(rename.kind.rawValue) \(rename.from) to \(rename.new)")
    }
}
