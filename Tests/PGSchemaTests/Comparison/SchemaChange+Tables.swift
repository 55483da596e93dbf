import PGSchemaComparison
import TestSupport

extension SchemaChange {
    static let all = tables + columns + settings + types + values + constraints + indexes + enums

    private static let items = Schema.Table(
        "items",
        Schema.Column("id", .bigint).identity(.byDefault, start: 100).primaryKey(),
        Schema.Column("order_id", .integer).references("orders", "id", onDelete: .cascade).unique(),
        Schema.Column("title", .text).comment("what it's called").collate("C"),
        Schema.Column("status", .enum("status")),
        Schema.Column("price", .numeric(8, 2)).default("0").check("price >= 0", named: "price_known"),
        comment: "what was ordered"
    )
    .index("ix_items_title", on: "title", comment: "for search")

    private static let circle = [
        Schema.Table(
            "teams", Schema.Column("id", .uuid).primaryKey(),
            Schema.Column("leader", .uuid).null().references("members", onDelete: .setNull)),
        Schema.Table(
            "members", Schema.Column("id", .uuid).primaryKey(),
            Schema.Column("team", .uuid).references("teams", onDelete: .cascade, deferrable: .initiallyDeferred)),
    ]

    private static let tables = [
        SchemaChange("add a table", [.addTable]) { $0.tables.append(items) },
        SchemaChange("remove a table", [.removeTable], losesData: true, from: { $0.tables.append(items) }) {
            $0.tables.removeLast()
        },
        SchemaChange("add tables that refer to each other", [.addTable]) { $0.tables += circle },
        SchemaChange(
            "remove tables that refer to each other", [.removeTable], losesData: true, from: { $0.tables += circle }
        ) { $0.tables.removeLast(2) },
        SchemaChange("add a table that refers to itself", [.addTable]) {
            $0.tables.append(
                Schema.Table(
                    "nodes", Schema.Column("id", .integer).primaryKey(),
                    Schema.Column("parent", .integer).null().references("nodes")))
        },
        SchemaChange("add a table and the key it refers to", [.addTable, .addConstraint]) {
            $0.edit("users") { $0 = $0.unique("name") }
            $0.tables.append(Schema.Table("names", Schema.Column("name", .text).references("users", "name")))
        },
        SchemaChange("remove a table that others refer to", [.removeTable, .removeConstraint], losesData: true) {
            $0.tables.removeFirst()
            $0.dropConstraints("orders") { $0.kind == .foreignKey }
        },
        SchemaChange(
            "rename a table", [.renameTable, .renameConstraint], renames: ["orders=purchases"],
            rows:
                "INSERT INTO users (id, email) VALUES (gen_random_uuid(), 'a'); INSERT INTO orders (user_id) SELECT id FROM users",
            expecting: ("SELECT count(*)::text FROM purchases", "1")
        ) { $0.edit("orders") { $0.name = "purchases" } },
        SchemaChange("add a table with two keys of the same columns", [.addTable]) {
            $0.tables.append(
                Schema.Table(
                    "pairs", Schema.Column("id", .integer).primaryKey().unique(),
                    Schema.Column("code", .integer).null().references("pairs", "code")
                )
                .unique("id", named: "id_again").unique("code", deferrable: .initiallyDeferred)
                .unique("code", named: "code_again"))
        },
        SchemaChange("add a table with two exclusions that are the same", [.addTable]) {
            let table = Schema.Table("pairs", Schema.Column("id", .integer).primaryKey())
            $0.tables.append(
                table.exclude("USING btree (id WITH =) WHERE (id > 1)", named: "one")
                    .exclude("USING btree (id WITH =) WHERE (id > 1)", named: "other"))
        },
        SchemaChange(
            "remove a table with a check that is not valid yet", [.removeTable], losesData: true,
            from: {
                $0.tables.append(
                    Schema.Table("pairs", Schema.Column("id", .integer).check("id > 0", named: "positive")))
            },
            rows: """
                ALTER TABLE pairs DROP CONSTRAINT positive;
                ALTER TABLE pairs ADD CONSTRAINT positive CHECK (id > 0) NOT VALID
                """
        ) { $0.tables.removeLast() },
        SchemaChange(
            "remove a renamed table's serial column", [.removeColumn], losesData: true, reorders: true,
            from: { $0.add("orders", .init("number", .integer).identity(.serial)) },
            rows: "ALTER SEQUENCE orders_number_seq RENAME TO old_number_seq"
        ) { $0.drop("orders", "number") },
        SchemaChange("add a table with names that are too long together", [.addTable]) {
            let long = String(repeating: "ü", count: 30)
            $0.tables.append(
                Schema.Table(
                    long, Schema.Column("i" + long, .integer).identity().primaryKey(),
                    Schema.Column("k" + long, .integer).unique().references(long),
                    Schema.Column("s" + long, .integer).identity(.serial)))
        },
        SchemaChange("add a table with names that need quotes", [.addTable]) {
            $0.tables.append(
                Schema.Table(
                    "Order", Schema.Column("select", .integer).primaryKey(),
                    Schema.Column("a \"b\" c", .text).default("'it''s \\ so'").comment("it's \\ a \"comment\""),
                    Schema.Column("größe", .integer).check("\"größe\" > 0")
                ).index("Index", on: "a \"b\" c"))
        },
        SchemaChange("add a table comment", [.modifyComment]) { $0.edit("users") { $0.comment = "who's who" } },
        SchemaChange(
            "change a table comment", [.modifyComment], from: { $0.edit("users") { $0.comment = "one" } }
        ) { $0.edit("users") { $0.comment = "two" } },
        SchemaChange(
            "remove a table comment", [.modifyComment], from: { $0.edit("users") { $0.comment = "one" } }
        ) { $0.edit("users") { $0.comment = "" } },
        SchemaChange("set a storage parameter", [.modifyStorage]) {
            $0.edit("users") { $0.storage = ["fillfactor=70"] }
        },
        SchemaChange(
            "reset a storage parameter", [.modifyStorage],
            from: { $0.edit("users") { $0.storage = ["fillfactor=70", "autovacuum_enabled=false"] } }
        ) { $0.edit("users") { $0.storage = ["autovacuum_enabled=false"] } },
    ]

    private static let columns = [
        SchemaChange("add a column that may be null", [.addColumn]) { $0.add("users", .init("city", .text).null()) },
        SchemaChange("add a column with a default", [.addColumn]) {
            $0.add("users", .init("credits", .integer).default("10"))
        },
        SchemaChange("add a column without a default", [.addColumn]) { $0.add("users", .init("city", .text)) },
        SchemaChange("add a column with a comment", [.addColumn]) {
            $0.add("users", .init("city", .text).null().comment("where"))
        },
        SchemaChange("add a column of an enum array", [.addColumn]) {
            $0.add("users", .init("wants", .array(of: "status")).default("'{open}'"))
        },
        SchemaChange("add a column with key and index", [.addColumn, .addConstraint, .addIndex]) {
            $0.add("users", .init("inviter", .uuid).null())
            $0.edit("users") {
                $0 = $0.foreignKey(["inviter"], references: "users", onDelete: .setNull).index(nil, on: "inviter")
            }
        },
        SchemaChange("add a generated column", [.addColumn]) {
            $0.add("users", .init("initial", .text).null().generated(as: "left(name, 1)"))
        },
        SchemaChange("add an identity column", [.addColumn]) {
            $0.add("users", .init("number", .bigint).identity(.byDefault, start: 10, increment: 2))
        },
        SchemaChange("add a serial column", [.addColumn]) {
            $0.add("users", .init("number", .integer).identity(.serial))
        },
        SchemaChange("add two columns that depend on each other", [.addColumn]) {
            $0.add("users", .init("twice", .integer).null().generated(as: "half * 2"))
            $0.add("users", .init("half", .integer).null())
        },
        SchemaChange("remove a column", [.removeColumn], losesData: true, reorders: true) { $0.drop("users", "name") },
        SchemaChange("remove the last column", [.removeColumn, .removeIndex], losesData: true) {
            $0.drop("users", "created_at")
            $0.dropIndex("users", "ix_users_created_at")
        },
        SchemaChange("remove a generated column and what it reads", [.removeColumn], losesData: true, reorders: true) {
            $0.drop("orders", "amount")
            $0.drop("orders", "doubled")
        },
        SchemaChange(
            "rename a column", [.renameColumn], renames: ["users.name=full_name"],
            rows: "INSERT INTO users (id, email, name) VALUES (gen_random_uuid(), 'a', 'Ada')",
            expecting: ("SELECT full_name FROM users", "Ada")
        ) { $0.edit("users", "name") { $0.name = "full_name" } },
        SchemaChange(
            "rename a column that much depends on", [.renameColumn, .renameConstraint], renames: ["users.age=years"]
        ) {
            $0.edit("users", "age") { $0.name = "years" }
            $0.dropConstraints("users") { $0.kind == .check && $0.name == "" }
            $0.edit("users") { $0 = $0.check("years >= 0") }
        },
        SchemaChange(
            "rename a column in an index and a generated column", [.renameColumn],
            renames: ["orders.amount=price", "orders.note=orders.remark"]
        ) {
            $0.edit("orders", "amount") { $0.name = "price" }
            $0.edit("orders", "note") { $0.name = "remark" }
            $0.edit("orders", "doubled") { $0 = $0.generated(as: "price * 2") }
            $0.reindex("orders", "ix_orders_note") { $0.index("ix_orders_note", on: .expression("lower(remark)")) }
        },
        SchemaChange(
            "rename a table and its column", [.renameTable, .renameColumn, .renameConstraint],
            renames: ["users=people", "users.name=title"]
        ) {
            $0.edit("users") { $0.name = "people" }
            $0.edit("people", "name") { $0.name = "title" }
            $0.dropConstraints("orders") { $0.kind == .foreignKey }
            $0.edit("orders") { $0 = $0.foreignKey(["user_id"], references: "people", onDelete: .cascade) }
        },
        SchemaChange("add a column comment", [.modifyComment]) {
            $0.edit("users", "name") { $0.comment = "first, last" }
        },
        SchemaChange(
            "change a column comment", [.modifyComment], from: { $0.edit("users", "name") { $0.comment = "one" } }
        ) { $0.edit("users", "name") { $0.comment = "two" } },
        SchemaChange(
            "remove a column comment", [.modifyComment], from: { $0.edit("users", "name") { $0.comment = "one" } }
        ) { $0.edit("users", "name") { $0.comment = "" } },
    ]
}
