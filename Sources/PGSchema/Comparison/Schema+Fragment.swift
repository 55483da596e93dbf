import PGSchemaSQL
import PGWire

extension Schema {
    /// A piece of SQL: a type, an expression, the definition of a constraint or an index.
    ///
    /// One expression has many texts, and even the server's own text is not stable: it prints `status IN ('a', 'b')` of a
    /// varchar in one way, and in another after that text was read again. So three texts are kept.
    public struct Fragment: Sendable, Hashable, ExpressibleByStringLiteral {
        /// The text for statements.
        public var sql: String
        /// The text that the server prints.
        package var text: String
        /// The text that the server prints after it has read ``text``. This one is compared.
        var canonical: String

        /// A piece of SQL.
        public init(_ sql: String) {
            self.sql = sql
            text = sql
            canonical = sql
        }

        /// A piece of SQL.
        public init(stringLiteral value: String) { self.init(value) }

        /// Compares the texts that the server made of them, byte by byte; where it was not asked, the SQL.
        public static func == (left: Fragment, right: Fragment) -> Bool {
            left.canonical.hasSameBytes(as: right.canonical)
        }

        /// Hashes what is compared.
        public func hash(into hasher: inout Hasher) { canonical.hashBytes(into: &hasher) }
    }

    /// Calls `update` with every fragment and its path, which is unique in the schema.
    mutating func updateFragments(_ update: (_ path: Path, _ fragment: inout Fragment) -> Void) {
        for index in tables.indices { tables[index].updateFragments(update) }
    }

    /// What the server prints, by path.
    package var texts: [Path: String] {
        var texts: [Path: String] = [:]
        var copy = self
        copy.updateFragments { texts[$0] = $1.text }
        return texts
    }
}

extension Schema.Table {
    fileprivate mutating func updateFragments(
        _ update: (_ path: Schema.Path, _ fragment: inout Schema.Fragment) -> Void
    ) {
        for index in columns.indices {
            var column = columns[index]
            let path: Schema.Path = ["column", SQLIdentifier(name), SQLIdentifier(column.name)]
            update(path + ["type"], &column.type)
            if var value = column.default {
                update(path + ["default"], &value)
                column.default = value
            }
            if var generation = column.generation {
                update(path + ["generation"], &generation.expression)
                column.generation = generation
            }
            columns[index] = column
        }
        for index in constraints.indices {
            update(
                ["constraint", SQLIdentifier(name), SQLIdentifier(constraints[index].name)],
                &constraints[index].definition)
        }
        for index in indexes.indices {
            update(
                ["index", SQLIdentifier(name), SQLIdentifier(indexes[index].name)],
                &indexes[index].definition)
        }
    }
}
