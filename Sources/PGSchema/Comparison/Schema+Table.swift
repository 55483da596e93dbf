import PGSchemaSQL
import PGWire

extension Schema {
    /// A table (manual: "CREATE TABLE").
    public struct Table: Sendable, Equatable, SchemaObject {
        /// The name, without quotes.
        public var name: String
        /// The columns, in their order.
        public var columns: [Column]
        /// The constraints, including those of single columns.
        public var constraints: [Constraint]
        /// The indexes that do not belong to a constraint.
        public var indexes: [Index]
        /// The comment; nil and "" are none.
        public var comment: String?
        /// Storage parameters: `fillfactor=70`, `toast.autovacuum_enabled=false`. Nil and an empty list are none.
        public var storage: [String]?
        /// Whether it is UNLOGGED: faster to write, empty after a crash, and not on standby servers.
        public var isUnlogged = false
        /// Row-level security. Nil is not compared.
        public var rowSecurity: RowSecurity?
        /// What logical replication knows an old row by, as after REPLICA IDENTITY: `FULL`, `USING INDEX name`. Nil is not
        /// compared.
        public var replicaIdentity: String?
        /// What it has and a ``Schema`` does not describe, for people: `trigger audit`. It is not compared.
        var unmanaged: [String] = []

        /// Names and comments are compared byte by byte.
        public static func == (left: Table, right: Table) -> Bool {
            left.name.hasSameBytes(as: right.name) && left.columns == right.columns
                && left.constraints == right.constraints
                && left.indexes == right.indexes && left.comment.hasSameBytes(as: right.comment)
                && left.storage == right.storage && left.isUnlogged == right.isUnlogged
                && left.rowSecurity == right.rowSecurity
                && left.replicaIdentity.hasSameBytes(as: right.replicaIdentity)
        }

        /// Whether row-level security is on. Its policies are not compared.
        public enum RowSecurity: String, Sendable {
            /// Off.
            case disabled = "DISABLED"
            /// On for all but the table's owner.
            case enabled = "ENABLED"
            /// On for the owner too.
            case forced = "FORCED"
        }

        /// A table. The constraints of its columns become the table's.
        public init(_ name: String, _ columns: Column..., comment: String? = nil) {
            self.init(name, columns: columns, comment: comment)
        }

        /// A table. The constraints of its columns become the table's.
        public init(_ name: String, columns: [Column], comment: String? = nil) {
            self.name = name
            constraints = columns.flatMap(\.constraints)
            self.columns = columns.map { column in
                var column = column
                column.constraints = []
                return column
            }
            indexes = []
            self.comment = comment
        }

        /// The column of that name; nil when there is none.
        public func column(_ name: String) -> Column? { columns.first { $0.name.hasSameBytes(as: name) } }

        private func adding(_ constraint: Constraint) -> Table {
            var copy = self
            copy.constraints.append(constraint)
            return copy
        }

        /// The table as an UNLOGGED one.
        public func unlogged() -> Table {
            var copy = self
            copy.isUnlogged = true
            return copy
        }

        /// The table with storage parameters: `fillfactor=70`, `toast.autovacuum_enabled=false`.
        public func storage(_ parameters: String...) -> Table {
            var copy = self
            copy.storage = parameters
            return copy
        }

        /// The table with a primary key.
        public func primaryKey(_ columns: String..., named name: String? = nil) -> Table {
            adding(.primaryKey(columns, named: name))
        }

        /// The table with a unique constraint. `including` are further columns that its index stores.
        public func unique(
            _ columns: String..., named name: String? = nil, including others: [String] = [],
            nullsNotDistinct: Bool = false, deferrable: Constraint.Deferrable = .never
        ) -> Table {
            adding(
                .unique(
                    columns, named: name, including: others, nullsNotDistinct: nullsNotDistinct, deferrable: deferrable)
            )
        }

        /// The table with a check constraint. The expression is SQL.
        public func check(_ expression: String, named name: String? = nil) -> Table {
            adding(.check(expression, named: name))
        }

        /// The table with a foreign key. Without `targets` it refers to the other table's primary key.
        public func foreignKey(
            _ columns: [String], references table: String, _ targets: [String] = [], named name: String? = nil,
            onDelete: Constraint.Action = .noAction, onUpdate: Constraint.Action = .noAction,
            deferrable: Constraint.Deferrable = .never
        ) -> Table {
            adding(
                .foreignKey(
                    columns, references: table, targets, named: name, onDelete: onDelete, onUpdate: onUpdate,
                    deferrable: deferrable))
        }

        /// The table with an exclusion constraint. `definition` is what follows EXCLUDE: `USING gist (during WITH &&)`.
        public func exclude(_ definition: String, named name: String? = nil) -> Table {
            adding(.exclude(definition, named: name))
        }

        /// The table with an index. A nil name leaves it to PostgreSQL.
        public func index(
            _ name: String?, on keys: Index.Key..., using method: String = "btree", unique: Bool = false,
            including others: [String] = [], nullsNotDistinct: Bool = false, where predicate: String? = nil,
            comment: String? = nil
        ) -> Table {
            index(
                name, on: keys, using: method, unique: unique, including: others, nullsNotDistinct: nullsNotDistinct,
                where: predicate, comment: comment)
        }

        /// The table with an index. A nil name leaves it to PostgreSQL.
        public func index(
            _ name: String?, on keys: [Index.Key], using method: String = "btree", unique: Bool = false,
            including others: [String] = [], nullsNotDistinct: Bool = false, where predicate: String? = nil,
            comment: String? = nil
        ) -> Table {
            var sql = "\(method) (\(keys.map(\.sql).joined(separator: ", ")))"
            if !others.isEmpty { sql += " INCLUDE (\(others.quotedList))" }
            if nullsNotDistinct { sql += " NULLS NOT DISTINCT" }
            if let predicate { sql += " WHERE \(predicate)" }
            var copy = self
            copy.indexes.append(
                Index(name: name ?? "", isUnique: unique, definition: Fragment(sql), comment: comment))
            return copy
        }
    }
}
