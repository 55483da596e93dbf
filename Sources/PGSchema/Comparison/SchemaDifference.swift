/// One difference between the database and the declared schema.
public struct SchemaDifference: Sendable, Codable, Equatable, CustomStringConvertible {
    /// What differs.
    public let kind: Kind
    /// What it concerns: `emails`, `emails.kind`, `emails.ix_emails_kind`, `template_type_enum`.
    public let object: String
    /// For a person: `changed type of emails.kind from integer to text`.
    public let description: String
    /// Whether values or rows are lost that no downgrade brings back.
    public var losesData: Bool
    /// Whether it may be one half of a rename, which nobody has decided yet.
    public var isRenameCandidate = false

    package init(_ kind: Kind, _ object: String, _ description: String, losesData: Bool = false) {
        self.kind = kind
        self.object = object
        self.description = description
        self.losesData = losesData
    }

    /// The kinds of differences; the raw values are those of `--json`.
    public enum Kind: String, Sendable, Codable, CaseIterable {
        case renameTable = "rename_table"
        case renameColumn = "rename_column"
        case renameEnum = "rename_enum"
        case renameEnumValue = "rename_enum_value"
        case addEnum = "add_enum"
        case removeEnum = "remove_enum"
        case addEnumValue = "add_enum_value"
        case removeEnumValue = "remove_enum_value"
        case reorderEnum = "reorder_enum"
        case addTable = "add_table"
        case removeTable = "remove_table"
        case modifyStorage = "modify_storage"
        case addColumn = "add_column"
        case removeColumn = "remove_column"
        case modifyType = "modify_type"
        case modifyNullable = "modify_nullable"
        case modifyDefault = "modify_default"
        case modifyIdentity = "modify_identity"
        case modifyGenerated = "modify_generated"
        case addConstraint = "add_constraint"
        case removeConstraint = "remove_constraint"
        case modifyConstraint = "modify_constraint"
        case renameConstraint = "rename_constraint"
        case addIndex = "add_index"
        case removeIndex = "remove_index"
        case modifyIndex = "modify_index"
        case renameIndex = "rename_index"
        case modifyComment = "modify_comment"
    }

    package init(_ rename: SchemaRename) {
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
