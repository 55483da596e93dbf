#if ScribeApp
import PGSchemaComparison
import ScribeApp
import Testing

/// One change of a declared schema, and what autogenerate must make of it.
struct SchemaChange: Sendable, CustomTestStringConvertible {
    let name: String
    let before: Schema
    let after: Schema
    let kinds: Set<Change.Kind>
    var losesData = false
    /// Whether a column that was dropped comes back on the way down, and so as the last one.
    var reordersColumns = false
    var renames: [String] = []
    /// What is put into the tables before.
    var rows: String?
    /// A query for one text, and what it gives afterwards.
    var expectation: (query: String, text: String)?
    /// The oldest server that has it.
    var oldest = 15

    var testDescription: String { name }

    /// `prepare` makes the schema before from ``Schema/shop``, `change` what comes after.
    init(
        _ name: String, _ kinds: Set<Change.Kind>, losesData: Bool = false, reorders: Bool = false,
        renames: [String] = [], oldest: Int = 15, from prepare: (inout Schema) -> Void = { _ in },
        rows: String? = nil, expecting expectation: (String, String)? = nil, _ change: (inout Schema) -> Void
    ) {
        self.name = name
        self.kinds = kinds
        self.losesData = losesData
        reordersColumns = reorders
        self.renames = renames
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

extension Schema {
    /// What the changes start from: something of each kind.
    static let shop = Schema(
        enums: [Enum("status", "open", "paid", "closed")],
        tables: [
            Table(
                "users",
                Column("id", .uuid).primaryKey(),
                Column("email", .varchar(255)).unique(),
                Column("name", .text).null(),
                Column("age", .integer).default("0").check("age >= 0"),
                Column("level", .varchar(20)).default("'new'").check("level IN ('new', 'old')", named: "level_known"),
                Column("created_at", .timestamptz).default("now()")
            )
            .index("ix_users_created_at", on: "created_at"),
            Table(
                "orders",
                Column("id", .integer).identity().primaryKey(),
                Column("user_id", .uuid).references("users", onDelete: .cascade),
                Column("status", .enum("status")).default("'open'"),
                Column("amount", .numeric(10, 2)).null(),
                Column("doubled", .numeric).null().generated(as: "amount * 2"),
                Column("note", .varchar(100)).null(),
                Column("tags", .array(of: .text)).default("'{}'::text[]"),
                Column("data", .jsonb).default("'{}'::jsonb"),
                Column("created_at", .timestamptz).default("now()")
            )
            .index("ix_orders_user_created", on: "user_id", .column("created_at").descending())
            .index("ix_orders_open", on: "user_id", where: "status = 'open'")
            .index("ix_orders_note", on: .expression("lower(note)")),
        ])

    mutating func edit(_ name: String, _ change: (inout Table) -> Void) {
        for index in tables.indices where tables[index].name == name { change(&tables[index]) }
    }

    mutating func edit(_ table: String, _ column: String, _ change: (inout Column) -> Void) {
        edit(table) { table in
            for index in table.columns.indices where table.columns[index].name == column {
                change(&table.columns[index])
            }
        }
    }

    mutating func add(_ table: String, _ column: Column) { edit(table) { $0.columns.append(column) } }

    mutating func drop(_ table: String, _ column: String) { edit(table) { $0.columns.removeAll { $0.name == column } } }

    mutating func dropIndex(_ table: String, _ name: String) {
        edit(table) { $0.indexes.removeAll { $0.name == name } }
    }

    /// Takes away the constraints of a table that are so.
    mutating func dropConstraints(_ table: String, where isGone: (Constraint) -> Bool) {
        edit(table) { $0.constraints.removeAll(where: isGone) }
    }

    mutating func setLabels(_ labels: String...) { enums[0].labels = labels }

    /// Puts an index in another's place.
    mutating func reindex(_ table: String, _ name: String, _ make: (Table) -> Table) {
        dropIndex(table, name)
        edit(table) { $0 = make($0) }
    }
}
#endif
