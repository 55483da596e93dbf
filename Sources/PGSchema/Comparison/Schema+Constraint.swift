import PGSchemaSQL
import PGWire

extension Schema {
    /// A primary key, unique, check, foreign key or exclusion constraint (manual: "Constraints").
    public struct Constraint: Sendable, Equatable, SchemaObject {
        /// The name; "" leaves it to PostgreSQL.
        public var name: String
        /// The kind.
        public var kind: Kind
        /// The definition, as after `ADD CONSTRAINT name`: `UNIQUE (email)`.
        public var definition: Fragment
        /// The columns of the key; for a check of the live schema the columns that it reads.
        public var columns: [String]
        /// The key that a foreign key refers to.
        public var target: Target?
        /// The comment; nil and "" are none.
        public var comment: String?
        /// Storage parameters of its index: `fillfactor=70`; the constraint must have a name then. Nil and an empty list are
        /// none.
        public var storage: [String]?

        /// The kinds, as `pg_constraint.contype` has them.
        public enum Kind: String, Sendable {
            /// `PRIMARY KEY`
            case primaryKey = "p"
            /// `UNIQUE`
            case unique = "u"
            /// `CHECK`
            case check = "c"
            /// `FOREIGN KEY … REFERENCES …`
            case foreignKey = "f"
            /// `EXCLUDE`
            case exclusion = "x"
        }

        /// What happens to a row when the row that it refers to is deleted, or its key updated.
        public enum Action: String, Sendable, CaseIterable {
            /// It is an error, unless the reference is gone by the time that the constraint is checked. The default.
            case noAction = "NO ACTION"
            /// It is an error at once, even where the constraint is deferred.
            case restrict = "RESTRICT"
            /// The row is deleted too, or its columns get the new key.
            case cascade = "CASCADE"
            /// Its columns become NULL.
            case setNull = "SET NULL"
            /// Its columns get their defaults, which must refer to a row too, or be NULL.
            case setDefault = "SET DEFAULT"
        }

        /// When a constraint is checked.
        public enum Deferrable: String, Sendable, CaseIterable {
            /// With each row or statement, always. The default.
            case never = ""
            /// With each statement, unless the transaction defers it by `SET CONSTRAINTS`.
            case initiallyImmediate = " DEFERRABLE"
            /// At the end of the transaction, unless that says otherwise by `SET CONSTRAINTS`.
            case initiallyDeferred = " DEFERRABLE INITIALLY DEFERRED"
        }

        /// The key that a foreign key refers to.
        public struct Target: Sendable, Equatable {
            /// The table.
            public var table: String
            /// The columns; none for the primary key.
            public var columns: [String]
        }

        /// The columns are not compared: the definition has them.
        public static func == (left: Constraint, right: Constraint) -> Bool {
            left.name.hasSameBytes(as: right.name) && left.comment.hasSameBytes(as: right.comment)
                && left.storage == right.storage && left.isSame(as: right)
        }

        /// Whether only the names may differ.
        func isSame(as other: Constraint) -> Bool { kind == other.kind && definition == other.definition }

        /// A primary key of these columns.
        public static func primaryKey(_ columns: [String], named name: String? = nil) -> Constraint {
            Constraint(
                name: name ?? "", kind: .primaryKey, definition: Fragment("PRIMARY KEY (\(columns.quotedList))"),
                columns: columns)
        }

        /// A unique constraint. `including` are further columns that its index stores.
        public static func unique(
            _ columns: [String], named name: String? = nil, including others: [String] = [],
            nullsNotDistinct: Bool = false, deferrable: Deferrable = .never
        ) -> Constraint {
            var sql = "UNIQUE \(nullsNotDistinct ? "NULLS NOT DISTINCT " : "")(\(columns.quotedList))"
            if !others.isEmpty { sql += " INCLUDE (\(others.quotedList))" }
            sql += deferrable.rawValue
            return Constraint(name: name ?? "", kind: .unique, definition: Fragment(sql), columns: columns)
        }

        /// A check constraint. The expression is SQL.
        public static func check(_ expression: String, named name: String? = nil) -> Constraint {
            Constraint(name: name ?? "", kind: .check, definition: Fragment("CHECK (\(expression))"), columns: [])
        }

        /// A foreign key. Without `targets` it refers to the primary key of `table`.
        public static func foreignKey(
            _ columns: [String], references table: String, _ targets: [String] = [], named name: String? = nil,
            onDelete: Action = .noAction, onUpdate: Action = .noAction, deferrable: Deferrable = .never
        ) -> Constraint {
            var sql = "FOREIGN KEY (\(columns.quotedList)) REFERENCES \(table.quotedIfNeeded)"
            if !targets.isEmpty { sql += " (\(targets.quotedList))" }
            if onUpdate != .noAction { sql += " ON UPDATE \(onUpdate.rawValue)" }
            if onDelete != .noAction { sql += " ON DELETE \(onDelete.rawValue)" }
            sql += deferrable.rawValue
            return Constraint(
                name: name ?? "", kind: .foreignKey, definition: Fragment(sql), columns: columns,
                target: Target(table: table, columns: targets))
        }

        /// An exclusion constraint. `definition` is what follows EXCLUDE: `USING gist (during WITH &&)`.
        public static func exclude(_ definition: String, named name: String? = nil) -> Constraint {
            Constraint(name: name ?? "", kind: .exclusion, definition: Fragment("EXCLUDE \(definition)"), columns: [])
        }
    }
}
