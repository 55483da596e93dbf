import PGSchemaSQL
import PGWire

extension Schema {
    /// A primary key, a unique, check, foreign key or exclusion constraint.
    public struct Constraint: Sendable, Equatable, SchemaObject {
        /// "" in a declaration that leaves the name to PostgreSQL.
        public var name: String
        /// What it demands.
        public var kind: Kind
        /// As after `ADD CONSTRAINT name`: `UNIQUE (email)`.
        public var definition: Fragment
        /// The columns of the key; of a check those that it reads, which a declaration leaves out.
        public var columns: [String]
        /// What a foreign key leads to.
        public var target: Target?
        /// The comment; nil is not compared, "" is none.
        public var comment: String?

        /// The kinds, as `pg_constraint.contype` has them.
        public enum Kind: String, Sendable {
            case primaryKey = "p"
            case unique = "u"
            case check = "c"
            case foreignKey = "f"
            case exclusion = "x"
        }

        /// What becomes of a row when the one that it refers to is deleted or its key changed.
        public enum Action: String, Sendable, CaseIterable {
            case noAction = "NO ACTION"
            case restrict = "RESTRICT"
            case cascade = "CASCADE"
            case setNull = "SET NULL"
            case setDefault = "SET DEFAULT"
        }

        /// When a constraint is checked.
        public enum Deferrable: String, Sendable, CaseIterable {
            case never = ""
            case initiallyImmediate = " DEFERRABLE"
            case initiallyDeferred = " DEFERRABLE INITIALLY DEFERRED"
        }

        /// The key that a foreign key leads to.
        public struct Target: Sendable, Equatable {
            /// The table that it leads to.
            public var table: String
            /// Empty in a declaration that means the primary key.
            public var columns: [String]
        }

        /// The columns of a constraint that was read are not compared: the definition tells them.
        public static func == (left: Constraint, right: Constraint) -> Bool {
            left.name.hasSameBytes(as: right.name) && left.comment.hasSameBytes(as: right.comment)
                && left.isSame(as: right)
        }

        /// Whether only the names may differ.
        package func isSame(as other: Constraint) -> Bool { kind == other.kind && definition == other.definition }

        /// A primary key of these columns.
        public static func primaryKey(_ columns: [String], named name: String? = nil) -> Constraint {
            Constraint(
                name: name ?? "", kind: .primaryKey, definition: Fragment("PRIMARY KEY (\(columns.quotedList))"),
                columns: columns)
        }

        /// A unique constraint; `including` are columns that its index holds besides.
        public static func unique(
            _ columns: [String], named name: String? = nil, including others: [String] = [],
            nullsNotDistinct: Bool = false, deferrable: Deferrable = .never
        ) -> Constraint {
            var sql = "UNIQUE \(nullsNotDistinct ? "NULLS NOT DISTINCT " : "")(\(columns.quotedList))"
            if !others.isEmpty { sql += " INCLUDE (\(others.quotedList))" }
            sql += deferrable.rawValue
            return Constraint(name: name ?? "", kind: .unique, definition: Fragment(sql), columns: columns)
        }

        /// A check: each row satisfies `expression`, which is SQL.
        public static func check(_ expression: String, named name: String? = nil) -> Constraint {
            Constraint(name: name ?? "", kind: .check, definition: Fragment("CHECK (\(expression))"), columns: [])
        }

        /// A foreign key; without `targets` it leads to the primary key of `table`.
        public static func foreignKey(
            _ columns: [String], references table: String, _ targets: [String] = [], named name: String? = nil,
            onDelete: Action = .noAction, onUpdate: Action = .noAction, deferrable: Deferrable = .never
        ) -> Constraint {
            var sql = "FOREIGN KEY (\(columns.quotedList)) REFERENCES \(table.quotedAsNeeded)"
            if !targets.isEmpty { sql += " (\(targets.quotedList))" }
            if onUpdate != .noAction { sql += " ON UPDATE \(onUpdate.rawValue)" }
            if onDelete != .noAction { sql += " ON DELETE \(onDelete.rawValue)" }
            sql += deferrable.rawValue
            return Constraint(
                name: name ?? "", kind: .foreignKey, definition: Fragment(sql), columns: columns,
                target: Target(table: table, columns: targets))
        }

        /// `definition` is what follows the word EXCLUDE: `USING gist (during WITH &&)`.
        public static func exclude(_ definition: String, named name: String? = nil) -> Constraint {
            Constraint(name: name ?? "", kind: .exclusion, definition: Fragment("EXCLUDE \(definition)"), columns: [])
        }
    }
}
