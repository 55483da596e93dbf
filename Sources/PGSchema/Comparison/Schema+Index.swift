import PGSchemaSQL
import PGWire

extension Schema {
    /// An index that does not belong to a constraint (manual: "CREATE INDEX").
    public struct Index: Sendable, Equatable, SchemaObject {
        /// The name; "" leaves it to PostgreSQL.
        public var name: String
        /// Whether it is a unique index.
        public var isUnique: Bool
        /// Whether queries can use it. CREATE INDEX CONCURRENTLY leaves an invalid index when it fails.
        package var isValid = true
        /// The definition, as after `CREATE INDEX name ON table USING`: `btree (email)`.
        public var definition: Fragment
        /// The columns of the key, without expressions. A declaration leaves them out.
        public var columns: [String] = []
        /// The comment; nil and "" are none.
        public var comment: String?

        /// The columns are not compared: the definition has them.
        public static func == (left: Index, right: Index) -> Bool {
            left.name.hasSameBytes(as: right.name) && left.comment.hasSameBytes(as: right.comment)
                && left.isSame(as: right)
        }

        /// Whether only the names may differ.
        func isSame(as other: Index) -> Bool {
            isUnique == other.isUnique && isValid == other.isValid && definition == other.definition
        }

        /// `CREATE INDEX name ON table (a, b)`
        package func creation(on table: String, concurrently: Bool = false) -> String {
            let plain = "btree "
            let sql = definition.sql
            let body =
                sql.starts(withBytesOf: plain) ? String(sql.unicodeScalars.dropFirst(plain.utf8.count)) : "USING \(sql)"
            let name = name.isEmpty ? "" : "\(name.quotedIfNeeded) "
            return "CREATE \(isUnique ? "UNIQUE " : "")INDEX \(concurrently ? "CONCURRENTLY " : "")\(name)ON "
                + "\(table.quotedIfNeeded) \(body)"
        }

        /// A part of an index's key: a column or an expression.
        public struct Key: Sendable, ExpressibleByStringLiteral {
            package var sql: String

            /// A column.
            public init(stringLiteral value: String) { sql = value.quotedIfNeeded }

            /// A column.
            public static func column(_ name: String) -> Key { Key(sql: name.quotedIfNeeded) }

            /// An expression: `lower(email)`.
            public static func expression(_ sql: String) -> Key { Key(sql: "(\(sql))") }

            private init(sql: String) { self.sql = sql }

            private func adding(_ text: String) -> Key { Key(sql: "\(sql) \(text)") }

            /// The key with a collation.
            public func collate(_ name: String) -> Key { adding("COLLATE \(name.quotedIfNeeded)") }

            /// The key with an operator class: `text_pattern_ops`.
            public func operatorClass(_ name: String) -> Key { adding(name) }

            /// The key in descending order, with NULL first by default.
            public func descending() -> Key { adding("DESC") }
            /// The key with NULL first.
            public func nullsFirst() -> Key { adding("NULLS FIRST") }
            /// The key with NULL last.
            public func nullsLast() -> Key { adding("NULLS LAST") }
        }
    }
}
