package import PGSchemaComparison

extension Schema {
    /// What the changes start from: something of each kind.
    package static let shop = Schema(
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

    package mutating func edit(_ name: String, _ change: (inout Table) -> Void) {
        for index in tables.indices where tables[index].name == name { change(&tables[index]) }
    }

    package mutating func edit(_ table: String, _ column: String, _ change: (inout Column) -> Void) {
        edit(table) { table in
            for index in table.columns.indices where table.columns[index].name == column {
                change(&table.columns[index])
            }
        }
    }

    package mutating func add(_ table: String, _ column: Column) { edit(table) { $0.columns.append(column) } }

    package mutating func drop(_ table: String, _ column: String) {
        edit(table) { $0.columns.removeAll { $0.name == column } }
    }

    package mutating func dropIndex(_ table: String, _ name: String) {
        edit(table) { $0.indexes.removeAll { $0.name == name } }
    }

    /// Takes away the constraints of a table that are so.
    package mutating func dropConstraints(_ table: String, where isGone: (Constraint) -> Bool) {
        edit(table) { $0.constraints.removeAll(where: isGone) }
    }

    package mutating func setLabels(_ labels: String...) { enums[0].labels = labels }

    /// Puts an index in another's place.
    package mutating func reindex(_ table: String, _ name: String, _ make: (Table) -> Table) {
        dropIndex(table, name)
        edit(table) { $0 = make($0) }
    }
}
