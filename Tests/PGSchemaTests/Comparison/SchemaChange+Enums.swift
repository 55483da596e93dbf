import PGSchemaComparison
import TestSupport

extension SchemaChange {
    private static let rows = """
        INSERT INTO users (id, email) VALUES (gen_random_uuid(), 'a');
        INSERT INTO orders (user_id, status) SELECT id, s FROM users, unnest('{open,paid}'::status[]) s
        """
    private static let query = "SELECT string_agg(status::text, ',' ORDER BY status) FROM orders"

    static let enums = [
        SchemaChange("add an enum and a column of it", [.addEnum, .addColumn]) {
            $0.enums.append(.init("mood", "happy", "sad", comment: "how it feels"))
            $0.add("users", .init("mood", .enum("mood")).default("'sad'"))
        },
        SchemaChange(
            "remove an enum and its column", [.removeEnum, .removeColumn], losesData: true,
            from: {
                $0.enums.append(.init("mood", "happy", "sad", comment: "how it feels"))
                $0.add("users", .init("mood", .enum("mood")).default("'sad'"))
            }
        ) {
            $0.enums.removeLast()
            $0.drop("users", "mood")
        },
        SchemaChange("add a value at the end", [.addEnumValue], rows: rows, expecting: (query, "open,paid")) {
            $0.setLabels("open", "paid", "closed", "lost")
        },
        SchemaChange("add a value in the middle", [.addEnumValue]) { $0.setLabels("open", "it's", "paid", "closed") },
        SchemaChange("add a value at the beginning", [.addEnumValue]) {
            $0.setLabels("draft", "open", "paid", "closed")
        },
        SchemaChange("add values in many places", [.addEnumValue]) {
            $0.setLabels("a", "b", "open", "c", "paid", "closed", "d", "e")
        },
        SchemaChange(
            "add a value that is the default at once", [.addEnumValue, .modifyDefault], rows: rows,
            expecting: (query, "open,paid")
        ) {
            $0.setLabels("draft", "open", "paid", "closed")
            $0.edit("orders", "status") { $0 = $0.default("'draft'") }
        },
        SchemaChange(
            "add a value that an index asks for at once", [.addEnumValue, .modifyIndex], rows: rows,
            expecting: (query, "open,paid")
        ) {
            $0.setLabels("draft", "open", "paid", "closed")
            $0.reindex("orders", "ix_orders_open") {
                $0.index("ix_orders_open", on: "user_id", where: "status = 'draft'")
            }
        },
        SchemaChange(
            "remove a value", [.removeEnumValue], losesData: true, rows: rows, expecting: (query, "open,paid")
        ) { $0.setLabels("open", "paid") },
        SchemaChange("change the order of values", [.reorderEnum], rows: rows, expecting: (query, "paid,open")) {
            $0.setLabels("paid", "open", "closed")
        },
        SchemaChange(
            "rename a value", [.renameEnumValue], renames: ["status.paid=settled"], rows: rows,
            expecting: (query, "open,settled")
        ) { $0.setLabels("open", "settled", "closed") },
        SchemaChange(
            "rename an enum", [.renameEnum], renames: ["status=state"], rows: rows, expecting: (query, "open,paid")
        ) {
            $0.enums[0].name = "state"
            $0.edit("orders", "status") { $0.type = "state" }
        },
        SchemaChange(
            "remove a value of an enum in an array, a check and a generated column", [.removeEnumValue],
            losesData: true, reorders: true,
            from: {
                $0.add("orders", .init("history", .array(of: "status")).default("'{open,paid}'"))
                $0.add("orders", .init("is_open", .boolean).null().generated(as: "status = 'open'"))
                $0.edit("orders") {
                    $0 = $0.check("status <> 'paid' OR amount > 0", named: "paid").index(nil, on: "status")
                        .index("ix_is_open", on: "is_open")
                }
            }, rows: rows.replacing("'{open,paid}'::status[]", with: "'{open}'::status[]"),
            expecting: ("SELECT history::text || is_open FROM orders", "{open,paid}true")
        ) { $0.setLabels("open", "paid") },
        SchemaChange(
            "remove a value while a column of it goes", [.removeEnumValue, .removeColumn], losesData: true,
            from: { $0.add("users", .init("wants", .enum("status")).null()) }
        ) {
            $0.setLabels("open", "paid")
            $0.drop("users", "wants")
        },
        SchemaChange(
            "remove a value that keys refer to", [.removeEnumValue], losesData: true,
            from: {
                $0.edit("orders") { $0 = $0.unique("status", "id") }
                $0.tables.append(
                    Schema.Table(
                        "steps", Schema.Column("status", .enum("status")), Schema.Column("order_id", .integer)
                    ).foreignKey(["status", "order_id"], references: "orders", ["status", "id"]))
            }
        ) { $0.setLabels("open", "paid") },
        // The server makes such an index anew with the column's type, and words the list another way.
        SchemaChange(
            "remove a value while an index on its column has a list", [.removeEnumValue], losesData: true,
            from: {
                $0.add("orders", .init("wanted", .enum("status")).null())
                $0.edit("orders") { $0 = $0.index("ix_listed", on: "wanted", where: "note IN ('a', 'b')") }
            }
        ) { $0.setLabels("open", "paid") },
        SchemaChange(
            "remove a value while a check on its column is not valid yet", [.removeEnumValue, .modifyConstraint],
            losesData: true, from: { $0.edit("orders") { $0 = $0.check("status <> 'paid'", named: "unpaid") } },
            rows: """
                ALTER TABLE orders DROP CONSTRAINT unpaid;
                ALTER TABLE orders ADD CONSTRAINT unpaid CHECK (status <> 'paid') NOT VALID
                """
        ) { $0.setLabels("open", "paid") },
        SchemaChange(
            "add a value that is an array's default at once", [.addEnumValue, .modifyDefault],
            from: { $0.add("orders", .init("history", .array(of: "status")).default("'{open}'")) }
        ) {
            $0.setLabels("draft", "open", "paid", "closed")
            $0.edit("orders", "history") { $0 = $0.default("'{open,draft}'") }
        },
        SchemaChange(
            "change the order of values while a column of it becomes an array", [.reorderEnum, .modifyType],
            losesData: true, from: { $0.add("users", .init("wants", .enum("status")).null()) }
        ) {
            $0.setLabels("closed", "paid", "open")
            $0.edit("users", "wants") { $0.type = "status[]" }
        },
        SchemaChange(
            "remove a value while a check reads a name with a quote", [.removeEnumValue], losesData: true,
            from: {
                $0.add("users", .init("a \"b\"", .enum("status")).null())
                $0.add("users", .init("c \"d\"", .boolean).null().generated(as: #""a ""b""" = 'open'"#))
                $0.edit("users") { $0 = $0.check(#""c ""d""" IS NOT FALSE"#, named: "open") }
            }
        ) { $0.setLabels("open", "paid") },
        SchemaChange("comment an enum", [.modifyComment]) { $0.enums[0].comment = "where it stands" },
        SchemaChange(
            "replace an enum with a comment", [.reorderEnum], from: { $0.enums[0].comment = "where it stands" }
        ) { $0.setLabels("closed", "paid", "open") },
    ]
}
