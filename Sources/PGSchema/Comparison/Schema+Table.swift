import PGSchemaSQL
import PGWire

extension Schema {
    /// A table.
    public struct Table: Sendable, Equatable, SchemaObject {
        /// The name, without quotes.
        public var name: String
        /// The columns, in their order.
        public var columns: [Column]
        /// The constraints, those of single columns included.
        public var constraints: [Constraint]
        /// The indexes that no constraint brings with it.
        public var indexes: [Index]
        /// The comment; nil is not compared, "" is none.
        public var comment: String?
        /// Storage parameters; nil is not compared.
        public var storage: [String]?
        /// What it has beyond what a ``Schema`` describes, for a person to read: `trigger audit`. It is left alone.
        package var unmanaged: [String] = []

        public static func == (left: Table, right: Table) -> Bool {
            left.name.hasSameBytes(as: right.name) && left.columns == right.columns
                && left.constraints == right.constraints
                && left.indexes == right.indexes && left.comment.hasSameBytes(as: right.comment)
                && left.storage == right.storage
        }

        /// A declared table. The constraints of its columns become its own.
        public init(_ name: String, _ columns: Column..., comment: String? = nil) {
            self.init(name, columns: columns, comment: comment)
        }

        /// A declared table. The constraints of its columns become its own.
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

        /// A primary key of these columns.
        public func primaryKey(_ columns: String..., named name: String? = nil) -> Table {
            adding(.primaryKey(columns, named: name))
        }

        /// No two rows have the same values in these columns; `including` are columns that the index holds besides.
        public func unique(
            _ columns: String..., named name: String? = nil, including others: [String] = [],
            nullsNotDistinct: Bool = false, deferrable: Constraint.Deferrable = .never
        ) -> Table {
            adding(
                .unique(
                    columns, named: name, including: others, nullsNotDistinct: nullsNotDistinct, deferrable: deferrable)
            )
        }

        /// Each row satisfies `expression`, which is SQL.
        public func check(_ expression: String, named name: String? = nil) -> Table {
            adding(.check(expression, named: name))
        }

        /// A foreign key of several columns; without `targets` it leads to the other table's primary key.
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

        /// `definition` is what follows the word EXCLUDE: `USING gist (during WITH &&)`.
        public func exclude(_ definition: String, named name: String? = nil) -> Table {
            adding(.exclude(definition, named: name))
        }

        /// An index. Nil leaves its name to PostgreSQL.
        public func index(
            _ name: String?, on keys: Index.Key..., using method: String = "btree", unique: Bool = false,
            including others: [String] = [], nullsNotDistinct: Bool = false, where predicate: String? = nil,
            comment: String? = nil
        ) -> Table {
            index(
                name, on: keys, using: method, unique: unique, including: others, nullsNotDistinct: nullsNotDistinct,
                where: predicate, comment: comment)
        }

        /// An index. Nil leaves its name to PostgreSQL.
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
