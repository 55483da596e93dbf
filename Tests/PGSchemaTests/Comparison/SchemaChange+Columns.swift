import PGSchemaComparison
import TestSupport

extension SchemaChange {
    private static let user =
        "INSERT INTO users (id, email, name) VALUES ('00000000-0000-0000-0000-000000000001', 'a', '17')"
    private static let order = user + "; INSERT INTO orders (user_id, amount, note) SELECT id, 12.5, 'n' FROM users"

    static let types = [
        SchemaChange("widen a varchar", [.modifyType]) { $0.edit("orders", "note") { $0.type = "varchar(200)" } },
        SchemaChange("narrow a varchar", [.modifyType], losesData: true) {
            $0.edit("users", "email") { $0.type = "varchar(100)" }
        },
        SchemaChange(
            "varchar to text with default and check", [.modifyType, .modifyConstraint], rows: user,
            expecting: ("SELECT level FROM users", "new")
        ) { $0.edit("users", "level") { $0.type = "text" } },
        SchemaChange("varchar to text under an index of an expression", [.modifyType, .modifyIndex]) {
            $0.edit("orders", "note") { $0.type = "text" }
        },
        SchemaChange("integer to bigint with default and check", [.modifyType]) {
            $0.edit("users", "age") { $0.type = "bigint" }
        },
        SchemaChange(
            "bigint to integer", [.modifyType], losesData: true,
            from: { $0.edit("users", "age") { $0.type = "bigint" } }
        ) {
            $0.edit("users", "age") { $0.type = "integer" }
        },
        SchemaChange("identity integer to bigint", [.modifyType]) { $0.edit("orders", "id") { $0.type = "bigint" } },
        // Its sequence has to reach as far.
        SchemaChange(
            "serial integer to bigint", [.modifyType],
            from: { $0.edit("orders", "id") { $0 = $0.identity(.serial) } },
            expecting: (
                "SELECT seqtypid::regtype::text FROM pg_sequence WHERE seqrelid = 'orders_id_seq'::regclass", "bigint"
            )
        ) { $0.edit("orders", "id") { $0.type = "bigint" } },
        SchemaChange(
            "a serial bigint whose sequence is an integer's", [.modifyIdentity],
            from: { $0.edit("orders", "id") { $0 = $0.identity(.serial) } },
            rows: "ALTER TABLE orders ALTER COLUMN id TYPE bigint",
            expecting: (
                "SELECT seqtypid::regtype::text FROM pg_sequence WHERE seqrelid = 'orders_id_seq'::regclass", "bigint"
            )
        ) { $0.edit("orders", "id") { $0.type = "bigint" } },
        SchemaChange(
            "text to integer", [.modifyType], losesData: true, rows: user,
            expecting: ("SELECT (name + 1)::text FROM users", "18")
        ) { $0.edit("users", "name") { $0.type = "integer" } },
        SchemaChange(
            "integer to text with default", [.modifyType, .modifyDefault, .modifyConstraint], rows: user,
            expecting: ("SELECT age FROM users", "0")
        ) {
            $0.edit("users", "age") { $0.type = "text" }
            $0.edit("users", "age") { $0 = $0.default("'0'") }
            $0.dropConstraints("users") { $0.kind == .check && $0.name == "" }
            $0.edit("users") { $0 = $0.check("age <> ''", named: "users_age_check") }
        },
        SchemaChange(
            "boolean to date through text", [.modifyType], losesData: true,
            from: { $0.add("users", .init("flag", .boolean).null()) }
        ) { $0.edit("users", "flag") { $0.type = "date" } },
        SchemaChange("numeric precision", [.modifyType], losesData: true, from: { $0.drop("orders", "doubled") }) {
            $0.edit("orders", "amount") { $0.type = "numeric(10, 1)" }
        },
        SchemaChange(
            "the type of what a generated column reads", [.modifyType], reorders: true, rows: order,
            expecting: ("SELECT doubled::text FROM orders", "25.000")
        ) { $0.edit("orders", "amount") { $0.type = "numeric(12, 3)" } },
        SchemaChange("with to without time zone", [.modifyType], losesData: true) {
            $0.edit("users", "created_at") { $0.type = "timestamp" }
        },
        SchemaChange(
            "text to enum", [.modifyType], losesData: true, from: { $0.add("users", .init("kind", .text).null()) },
            rows: "INSERT INTO users (id, email, kind) VALUES (gen_random_uuid(), 'a', 'paid')",
            expecting: ("SELECT kind::text FROM users WHERE kind = 'paid'::status", "paid")
        ) { $0.edit("users", "kind") { $0.type = "status" } },
        SchemaChange("enum to text", [.modifyType, .modifyDefault, .modifyIndex]) {
            $0.edit("orders", "status") { $0.type = "text" }
        },
        SchemaChange(
            "both sides of a foreign key", [.modifyType], rows: order,
            expecting: ("SELECT count(*)::text FROM orders o JOIN users u ON u.id = o.user_id", "1")
        ) {
            $0.edit("users", "id") { $0.type = "text" }
            $0.edit("orders", "user_id") { $0.type = "text" }
        },
        SchemaChange("add a collation", [.modifyType]) { $0.edit("users", "name") { $0.collation = "C" } },
        SchemaChange("remove a collation", [.modifyType], from: { $0.edit("users", "name") { $0.collation = "C" } }) {
            $0.edit("users", "name") { $0.collation = nil }
        },
        SchemaChange("an array's element", [.modifyType, .modifyDefault], losesData: true) {
            $0.edit("orders", "tags") { $0.type = "varchar(20)[]" }
            $0.edit("orders", "tags") { $0 = $0.default("'{}'") }
        },
    ]

    static let values = [
        SchemaChange("set not null", [.modifyNullable]) { $0.edit("users", "name") { $0.isNullable = false } },
        SchemaChange("drop not null", [.modifyNullable]) { $0.edit("users", "email") { $0.isNullable = true } },
        SchemaChange("set a default", [.modifyDefault]) { $0.edit("users", "name") { $0 = $0.default("'nobody'") } },
        SchemaChange("drop a default", [.modifyDefault]) { $0.edit("users", "age") { $0.default = nil } },
        SchemaChange("change a default", [.modifyDefault]) { $0.edit("users", "age") { $0 = $0.default("1 + 2") } },
        SchemaChange("change a json default", [.modifyDefault]) {
            $0.edit("orders", "data") { $0 = $0.default(#"'{"a": [1]}'"#) }
        },
        SchemaChange("change a default to a function", [.modifyDefault]) {
            $0.edit("users", "id") { $0 = $0.default("gen_random_uuid()") }
        },
        SchemaChange("add an identity", [.modifyIdentity, .modifyDefault]) {
            $0.edit("users", "age") { column in
                column.default = nil
                column = column.identity(start: 5)
            }
        },
        SchemaChange("remove an identity", [.modifyIdentity]) { $0.edit("orders", "id") { $0.identity = nil } },
        SchemaChange("always to by default", [.modifyIdentity]) {
            $0.edit("orders", "id") { $0 = $0.identity(.byDefault) }
        },
        SchemaChange("change an identity's steps", [.modifyIdentity]) {
            $0.edit("orders", "id") { $0 = $0.identity(start: 10, increment: 5) }
        },
        SchemaChange(
            "set an identity's steps back", [.modifyIdentity],
            from: { $0.edit("orders", "id") { $0 = $0.identity(.byDefault, start: 10, increment: 5) } }
        ) { $0.edit("orders", "id") { $0 = $0.identity() } },
        SchemaChange(
            "serial to identity", [.modifyIdentity], from: { $0.edit("orders", "id") { $0 = $0.identity(.serial) } }
        ) { $0.edit("orders", "id") { $0 = $0.identity() } },
        SchemaChange(
            "an identity runs the other way", [.modifyIdentity],
            from: { $0.edit("orders", "id") { $0 = $0.identity(start: -10, increment: -5) } }
        ) { $0.edit("orders", "id") { $0 = $0.identity() } },
        SchemaChange("change a generated column", [.modifyGenerated], reorders: true) {
            $0.edit("orders", "doubled") { $0 = $0.generated(as: "amount + amount + 1") }
        },
        SchemaChange(
            "change a generated column with an index", [.modifyGenerated], reorders: true,
            from: { $0.edit("orders") { $0 = $0.index("ix_doubled", on: "doubled") } }
        ) { $0.edit("orders", "doubled") { $0 = $0.generated(as: "amount * 3") } },
        SchemaChange(
            "generated to stored", [.modifyGenerated], reorders: true, rows: order,
            expecting: ("SELECT doubled::text FROM orders", "25.00")
        ) { $0.edit("orders", "doubled") { $0.generation = nil } },
        SchemaChange("stored to generated", [.modifyGenerated], losesData: true, reorders: true) {
            $0.edit("users", "name") { $0 = $0.generated(as: "lower(email)") }
        },
        SchemaChange("add a virtual generated column", [.addColumn], oldest: 18) {
            $0.add("users", .init("initial", .text).null().generated(as: "left(name, 1)", .virtual))
        },
        SchemaChange(
            "virtual to stored", [.modifyGenerated], reorders: true, oldest: 18,
            from: { $0.add("users", .init("initial", .text).null().generated(as: "left(name, 1)", .virtual)) }
        ) { $0.edit("users", "initial") { $0 = $0.generated(as: "left(name, 1)") } },
    ]
}
