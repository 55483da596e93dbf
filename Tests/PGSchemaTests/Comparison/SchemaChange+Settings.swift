import PGSchemaComparison
import TestSupport

/// What is set on tables, columns and constraints that stay.
extension SchemaChange {
    static let settings = [
        SchemaChange("make a table unlogged", [.modifyPersistence]) {
            $0.edit("orders") { $0.isUnlogged = true }
        },
        SchemaChange(
            "make tables logged that refer to each other", [.modifyPersistence],
            from: { for table in $0.tables.indices { $0.tables[table].isUnlogged = true } }
        ) { for table in $0.tables.indices { $0.tables[table].isUnlogged = false } },
        SchemaChange(
            "make tables in a circle unlogged", [.modifyPersistence],
            from: { schema in
                schema.tables.append(
                    Schema.Table(
                        "left", Schema.Column("id", .integer).primaryKey(),
                        Schema.Column("right_id", .integer).null().references("right")))
                schema.tables.append(
                    Schema.Table(
                        "right", Schema.Column("id", .integer).primaryKey(),
                        Schema.Column("left_id", .integer).null().references("left")))
            }
        ) {
            $0.edit("left") { $0.isUnlogged = true }
            $0.edit("right") { $0.isUnlogged = true }
        },
        SchemaChange("add an unlogged table with a serial", [.addTable]) {
            $0.tables.append(
                Schema.Table("visits", Schema.Column("id", .integer).identity(.serial).primaryKey()).unlogged()
                    .storage("fillfactor=60"))
        },
        SchemaChange(
            "remove an unlogged table", [.removeTable], losesData: true,
            from: {
                $0.tables.append(
                    Schema.Table(
                        "visits",
                        Schema.Column("id", .integer).settings("STATISTICS 3").primaryKey(named: "visits_key"),
                        Schema.Column("note", .text).settings("STORAGE MAIN", "n_distinct=5")
                    ).unlogged().storage("toast.autovacuum_enabled=false"))
                $0.edit("visits") {
                    $0.rowSecurity = .forced
                    $0.replicaIdentity = "USING INDEX visits_key"
                    $0.constraints[0].storage = ["fillfactor=60"]
                }
            }
        ) { $0.tables.removeLast() },
        SchemaChange("set a storage parameter of TOAST", [.modifyStorage]) {
            $0.edit("users") { $0.storage = ["fillfactor=70", "toast.autovacuum_enabled=false"] }
        },
        SchemaChange(
            "reset a storage parameter of TOAST", [.modifyStorage],
            from: { $0.edit("users") { $0.storage = ["toast.autovacuum_enabled=false"] } }
        ) { $0.edit("users") { $0.storage = nil } },
        SchemaChange(
            "set storage parameters of a key", [.modifyStorage],
            from: { $0.edit("users") { $0.setKey("own_key") } }
        ) { $0.edit("users") { $0.setKey("own_key", "fillfactor=60") } },
        SchemaChange(
            "rename a key and reset what is set on it", [.modifyStorage, .renameConstraint],
            from: { $0.edit("users") { $0.setKey("own_key", "fillfactor=60", "deduplicate_items=off") } }
        ) { $0.edit("users") { $0.setKey("other_key") } },
        SchemaChange("set what a column is stored by", [.modifyStorage]) {
            $0.edit("users", "name") {
                $0.settings = ["STORAGE EXTERNAL", "COMPRESSION pglz", "STATISTICS 500", "n_distinct=-0.5"]
            }
        },
        SchemaChange(
            "reset what a column is stored by", [.modifyStorage],
            from: {
                $0.edit("users", "name") {
                    $0.settings = ["STORAGE EXTERNAL", "COMPRESSION pglz", "STATISTICS 500", "n_distinct=-0.5"]
                }
            }
        ) { $0.edit("users", "name") { $0.settings = ["STATISTICS 50"] } },
        SchemaChange(
            "change the type of a column with settings", [.modifyType], losesData: true,
            from: { $0.edit("users", "name") { $0.settings = ["STORAGE EXTERNAL", "STATISTICS 500"] } }
        ) { $0.edit("users", "name") { $0.type = "varchar(200)" } },
        SchemaChange("turn row level security on", [.modifyRowSecurity]) {
            $0.edit("users") { $0.rowSecurity = .forced }
        },
        SchemaChange(
            "turn row level security off", [.modifyRowSecurity], from: { $0.edit("users") { $0.rowSecurity = .forced } }
        ) { $0.edit("users") { $0.rowSecurity = .disabled } },
        SchemaChange("identify rows by all of them", [.modifyReplicaIdentity]) {
            $0.edit("users") { $0.replicaIdentity = "FULL" }
        },
        SchemaChange(
            "change the index that identifies rows", [.modifyConstraint],
            from: {
                $0.edit("users") {
                    $0 = $0.unique("id", named: "users_same")
                    $0.replicaIdentity = "USING INDEX users_same"
                }
            }
        ) {
            $0.dropConstraints("users") { $0.name == "users_same" }
            $0.edit("users") { $0 = $0.unique("id", named: "users_same", including: ["age"]) }
        },
    ]
}

extension Schema.Table {
    /// The primary key gets a name and storage parameters.
    fileprivate mutating func setKey(_ name: String, _ storage: String...) {
        constraints[0].name = name
        constraints[0].storage = storage
    }
}
