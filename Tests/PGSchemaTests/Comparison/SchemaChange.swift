import PGSchemaComparison
import Testing
import TestSupport

/// One change of a declared schema, and what autogenerate must make of it.
struct SchemaChange: Sendable, CustomTestStringConvertible {
    let name: String
    let before: Schema
    let after: Schema
    let kinds: Set<SchemaDifference.Kind>
    var losesData = false
    /// Whether a column that was dropped comes back on the way down, and so as the last one.
    var reordersColumns = false
    var renames: [String] = []
    /// Whether comments that are not declared stay.
    var leavesComments = false
    /// What is put into the tables before.
    var rows: String?
    /// A query for one text, and what it gives afterwards.
    var expectation: (query: String, text: String)?
    /// The oldest server that has it.
    var oldest = 15

    var testDescription: String { name }

    /// `prepare` makes the schema before from ``Schema/shop``, `change` what comes after.
    init(
        _ name: String, _ kinds: Set<SchemaDifference.Kind>, losesData: Bool = false, reorders: Bool = false,
        renames: [String] = [], leavesComments: Bool = false, oldest: Int = 15,
        from prepare: (inout Schema) -> Void = { _ in },
        rows: String? = nil, expecting expectation: (String, String)? = nil, _ change: (inout Schema) -> Void
    ) {
        self.name = name
        self.kinds = kinds
        self.losesData = losesData
        reordersColumns = reorders
        self.renames = renames
        self.leavesComments = leavesComments
        self.rows = rows
        self.expectation = expectation.map { (query: $0.0, text: $0.1) }
        self.oldest = oldest
        var schema = Schema.shop
        prepare(&schema)
        before = schema
        change(&schema)
        after = schema
    }
}
