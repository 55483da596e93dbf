import PGSchemaComparison
import TestSupport

extension SchemaChange {
    private static func isForeignKey(_ constraint: Schema.Constraint) -> Bool { constraint.kind == .foreignKey }
    private static func isLevelKnown(_ constraint: Schema.Constraint) -> Bool { constraint.name == "level_known" }

    static let constraints = [
        SchemaChange("add a unique constraint", [.addConstraint]) { $0.edit("users") { $0 = $0.unique("name") } },
        SchemaChange("remove a unique constraint", [.removeConstraint]) {
            $0.dropConstraints("users") { $0.kind == .unique }
        },
        SchemaChange("change a unique constraint's columns", [.modifyConstraint]) {
            $0.dropConstraints("users") { $0.kind == .unique }
            $0.edit("users") { $0 = $0.unique("email", "name", named: "users_email_key") }
        },
        SchemaChange("rename a unique constraint", [.renameConstraint]) {
            $0.dropConstraints("users") { $0.kind == .unique }
            $0.edit("users") { $0 = $0.unique("email", named: "one_email") }
        },
        SchemaChange("nulls not distinct", [.modifyConstraint]) {
            $0.dropConstraints("users") { $0.kind == .unique }
            $0.edit("users") { $0 = $0.unique("email", nullsNotDistinct: true) }
        },
        SchemaChange("a unique constraint with more columns in it", [.addConstraint]) {
            $0.edit("users") { $0 = $0.unique("name", including: ["age"], deferrable: .initiallyDeferred) }
        },
        SchemaChange("a unique constraint becomes an index of that name", [.removeConstraint, .addIndex]) {
            $0.dropConstraints("users") { $0.kind == .unique }
            $0.edit("users") { $0 = $0.index("users_email_key", on: "email", unique: true) }
        },
        SchemaChange("add a check", [.addConstraint]) {
            $0.edit("users") { $0 = $0.check("age < 200", named: "alive") }
        },
        SchemaChange("add a check of several columns without a name", [.addConstraint]) {
            $0.edit("users") { $0 = $0.check("age > 18 OR name LIKE 'x%' AND level = 'old'") }
        },
        SchemaChange("remove a check", [.removeConstraint]) { $0.dropConstraints("users", where: isLevelKnown) },
        SchemaChange(
            "remove checks, one of which has no shorter text", [.removeConstraint],
            from: { $0.edit("users") { $0 = $0.check("age::text <> 'x'", named: "not_x") } }
        ) { $0.dropConstraints("users") { $0.name == "not_x" || isLevelKnown($0) } },
        SchemaChange("change a check's text", [.modifyConstraint]) {
            $0.dropConstraints("users", where: isLevelKnown)
            $0.edit("users") { $0 = $0.check("level IN ('new', 'old', 'older')", named: "level_known") }
        },
        SchemaChange("rename a check", [.renameConstraint]) {
            $0.dropConstraints("users", where: isLevelKnown)
            $0.edit("users") { $0 = $0.check("level IN ('new', 'old')", named: "level_is_known") }
        },
        SchemaChange("add a foreign key", [.addConstraint]) {
            $0.edit("orders") { $0 = $0.foreignKey(["note"], references: "users", ["email"], onUpdate: .cascade) }
        },
        SchemaChange("remove a foreign key", [.removeConstraint]) { $0.dropConstraints("orders", where: isForeignKey) },
        SchemaChange("change what becomes of orphans", [.modifyConstraint]) {
            $0.dropConstraints("orders", where: isForeignKey)
            $0.edit("orders") { $0 = $0.foreignKey(["user_id"], references: "users", onDelete: .restrict) }
        },
        SchemaChange("change what becomes of moved keys", [.modifyConstraint]) {
            $0.dropConstraints("orders", where: isForeignKey)
            $0.edit("orders") {
                $0 = $0.foreignKey(["user_id"], references: "users", onDelete: .cascade, onUpdate: .cascade)
            }
        },
        SchemaChange("make a foreign key deferrable", [.modifyConstraint]) {
            $0.dropConstraints("orders", where: isForeignKey)
            $0.edit("orders") {
                $0 = $0.foreignKey(
                    ["user_id"], references: "users", onDelete: .cascade, deferrable: .initiallyImmediate)
            }
        },
        SchemaChange("a foreign key of two columns", [.addConstraint]) {
            $0.edit("users") { $0 = $0.unique("id", "email") }
            $0.edit("orders") { $0 = $0.foreignKey(["user_id", "note"], references: "users", ["id", "email"]) }
        },
        SchemaChange(
            "the type of what a key includes that another table refers to", [.modifyType],
            from: {
                $0.edit("users") { $0 = $0.unique("name", including: ["age"]) }
                $0.edit("orders") { $0 = $0.foreignKey(["note"], references: "users", ["name"]) }
            }
        ) { $0.edit("users", "age") { $0.type = "bigint" } },
        SchemaChange(
            "check again what holds only for new rows of a column that needs quotes", [.modifyConstraint],
            from: { $0.add("users", .init("order", .varchar(9)).null()) },
            rows: """
                ALTER TABLE users ADD CONSTRAINT order_known CHECK ("order" IN ('a', 'b')) NOT VALID
                """
        ) { $0.edit("users") { $0 = $0.check("\"order\" IN ('a', 'b')", named: "order_known") } },
        SchemaChange("change a primary key", [.modifyConstraint, .addConstraint]) {
            $0.dropConstraints("users") { $0.kind == .primaryKey }
            $0.edit("users") { $0 = $0.primaryKey("email", "id").unique("id") }
            $0.dropConstraints("orders", where: isForeignKey)
            $0.edit("orders") { $0 = $0.foreignKey(["user_id"], references: "users", ["id"], onDelete: .cascade) }
        },
        SchemaChange("remove a primary key", [.removeConstraint]) {
            $0.dropConstraints("orders") { $0.kind == .primaryKey }
        },
        SchemaChange(
            "add a primary key", [.addConstraint], from: { $0.dropConstraints("orders") { $0.kind == .primaryKey } }
        ) { $0.edit("orders") { $0 = $0.primaryKey("id") } },
        SchemaChange(
            "a foreign key leads to another key", [.modifyConstraint, .addConstraint, .modifyType], losesData: true
        ) {
            $0.edit("orders", "user_id") { $0.type = "varchar(255)" }
            $0.dropConstraints("orders", where: isForeignKey)
            $0.edit("orders") { $0 = $0.foreignKey(["user_id"], references: "users", ["email"], onDelete: .cascade) }
            $0.edit("users") { $0 = $0.unique("name") }
        },
        SchemaChange("add an exclusion constraint", [.addConstraint]) {
            $0.edit("orders") {
                $0 = $0.exclude("USING gist (tstzrange(created_at, created_at) WITH &&)", named: "no_overlap")
            }
        },
        SchemaChange(
            "change an exclusion constraint", [.modifyConstraint],
            from: { $0.edit("orders") { $0 = $0.exclude("USING btree (note WITH =)", named: "no_overlap") } }
        ) {
            $0.dropConstraints("orders") { $0.kind == .exclusion }
            $0.edit("orders") { $0 = $0.exclude("USING hash (note WITH =) WHERE (note <> '')", named: "no_overlap") }
        },
        SchemaChange("comment a constraint", [.modifyComment]) {
            $0.edit("users") { table in
                for index in table.constraints.indices where table.constraints[index].name == "level_known" {
                    table.constraints[index].comment = "two of them"
                }
            }
        },
    ]

    static let indexes = [
        SchemaChange("add an index", [.addIndex]) { $0.edit("users") { $0 = $0.index("ix_users_name", on: "name") } },
        SchemaChange("add an index without a name", [.addIndex]) {
            $0.edit("users") { $0 = $0.index(nil, on: "name", "age") }
        },
        SchemaChange("remove an index", [.removeIndex]) { $0.dropIndex("orders", "ix_orders_note") },
        SchemaChange("rename an index", [.renameIndex]) {
            $0.reindex("users", "ix_users_created_at") { $0.index("ix_users_created", on: "created_at") }
        },
        SchemaChange("two indexes take each other's names", [.renameIndex]) {
            $0.reindex("users", "ix_users_created_at") { $0.index("ix_orders_note", on: "created_at") }
            $0.reindex("orders", "ix_orders_note") { $0.index("ix_users_created_at", on: .expression("lower(note)")) }
        },
        SchemaChange("an index takes the name that another gives up", [.renameIndex]) {
            $0.reindex("users", "ix_users_created_at") { $0.index("ix_orders_note", on: "created_at") }
            $0.reindex("orders", "ix_orders_note") { $0.index("ix_orders_remark", on: .expression("lower(note)")) }
        },
        SchemaChange("make an index unique", [.modifyIndex]) {
            $0.reindex("users", "ix_users_created_at") {
                $0.index("ix_users_created_at", on: "created_at", unique: true)
            }
        },
        SchemaChange("an index's columns", [.modifyIndex]) {
            $0.reindex("users", "ix_users_created_at") { $0.index("ix_users_created_at", on: "created_at", "name") }
        },
        SchemaChange("an index's order", [.modifyIndex]) {
            $0.reindex("users", "ix_users_created_at") {
                $0.index("ix_users_created_at", on: .column("created_at").descending())
            }
        },
        SchemaChange("where an index has nulls", [.modifyIndex]) {
            $0.reindex("users", "ix_users_created_at") {
                $0.index("ix_users_created_at", on: .column("created_at").nullsFirst())
            }
        },
        SchemaChange("an index's operator class", [.modifyIndex]) {
            $0.reindex("orders", "ix_orders_note") {
                $0.index("ix_orders_note", on: .expression("lower(note)").operatorClass("text_pattern_ops"))
            }
        },
        SchemaChange("an index's collation", [.modifyIndex]) {
            $0.reindex("orders", "ix_orders_note") {
                $0.index("ix_orders_note", on: .expression("lower(note)").collate("C"))
            }
        },
        SchemaChange("an index's expression", [.modifyIndex]) {
            $0.reindex("orders", "ix_orders_note") { $0.index("ix_orders_note", on: .expression("upper(note)")) }
        },
        SchemaChange("an index becomes partial", [.modifyIndex]) {
            $0.reindex("users", "ix_users_created_at") {
                $0.index("ix_users_created_at", on: "created_at", where: "age > 18 AND level IN ('new', 'old')")
            }
        },
        SchemaChange("an index's predicate", [.modifyIndex]) {
            $0.reindex("orders", "ix_orders_open") {
                $0.index("ix_orders_open", on: "user_id", where: "status IN ('open', 'paid')")
            }
        },
        SchemaChange("an index's method", [.modifyIndex]) {
            $0.reindex("users", "ix_users_created_at") {
                $0.index("ix_users_created_at", on: "created_at", using: "hash")
            }
        },
        SchemaChange("add a gin index", [.addIndex]) {
            $0.edit("orders") { $0 = $0.index("ix_orders_tags", on: "tags", using: "gin") }
        },
        SchemaChange("an index includes more", [.modifyIndex]) {
            $0.reindex("users", "ix_users_created_at") {
                $0.index("ix_users_created_at", on: "created_at", including: ["email"])
            }
        },
        SchemaChange("a unique index takes nulls for equal", [.addIndex]) {
            $0.edit("users") { $0 = $0.index("one_name", on: "name", unique: true, nullsNotDistinct: true) }
        },
        SchemaChange("comment an index", [.modifyComment]) {
            $0.edit("users") { $0.indexes[0].comment = "newest first" }
        },
        SchemaChange(
            "change an index that has a comment nobody manages", [.modifyIndex], leavesComments: true,
            rows: "COMMENT ON INDEX ix_users_created_at IS 'by hand'",
            expecting: ("SELECT obj_description('ix_users_created_at'::regclass)", "by hand")
        ) {
            $0.reindex("users", "ix_users_created_at") { $0.index("ix_users_created_at", on: "created_at", "age") }
        },
    ]
}
