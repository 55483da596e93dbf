import PGSchemaSQL
import PGWire

extension Schema {
    /// An index that no constraint brought with it.
    public struct Index: Sendable, Equatable, SchemaObject {
        /// "" in a declaration that leaves the name to PostgreSQL.
        public var name: String
        /// Whether no two rows may have the same key.
        public var isUnique: Bool
        /// False is what an index has left that could not be built concurrently: it takes its place, and serves no query.
        package var isValid = true
        /// As after `CREATE INDEX name ON table USING`: `btree (email)`.
        public var definition: Fragment
        /// The columns of the key, without expressions; a declaration leaves them out.
        public var columns: [String] = []
        /// The comment; nil is not compared, "" is none.
        public var comment: String?

        /// What was read only is not compared.
        public static func == (left: Index, right: Index) -> Bool {
            left.name.hasSameBytes(as: right.name) && left.comment.hasSameBytes(as: right.comment)
                && left.isSame(as: right)
        }

        /// Whether only the names may differ.
        package func isSame(as other: Index) -> Bool {
            isUnique == other.isUnique && isValid == other.isValid && definition == other.definition
        }

        /// `CREATE INDEX name ON table (a, b)`
        package func creation(on table: String, concurrently: Bool = false) -> String {
            let plain = "btree "
            let sql = definition.sql
            let body =
                sql.starts(withBytesOf: plain) ? String(sql.unicodeScalars.dropFirst(plain.utf8.count)) : "USING \(sql)"
            let name = name.isEmpty ? "" : "\(name.quotedAsNeeded) "
            return "CREATE \(isUnique ? "UNIQUE " : "")INDEX \(concurrently ? "CONCURRENTLY " : "")\(name)ON "
                + "\(table.quotedAsNeeded) \(body)"
        }

        /// A part of an index's key: a column, or an expression.
        public struct Key: Sendable, ExpressibleByStringLiteral {
            package var sql: String

            /// A column.
            public init(stringLiteral value: String) { sql = value.quotedAsNeeded }

            /// A column.
            public static func column(_ name: String) -> Key { Key(sql: name.quotedAsNeeded) }

            /// Computed from the row: `lower(email)`.
            public static func expression(_ sql: String) -> Key { Key(sql: "(\(sql))") }

            private init(sql: String) { self.sql = sql }

            private func adding(_ text: String) -> Key { Key(sql: "\(sql) \(text)") }

            /// How its text is compared, by a collation's name.
            public func collate(_ name: String) -> Key { adding("COLLATE \(name.quotedAsNeeded)") }

            /// `text_pattern_ops`
            public func operatorClass(_ name: String) -> Key { adding(name) }

            /// The greatest first, and NULL before it unless said otherwise.
            public func descending() -> Key { adding("DESC") }
            /// NULL comes first.
            public func nullsFirst() -> Key { adding("NULLS FIRST") }
            /// NULL comes last.
            public func nullsLast() -> Key { adding("NULLS LAST") }
        }
    }
}
