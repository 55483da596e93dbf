import PGSchemaSQL
import PGWire

extension Schema {
    /// A piece of SQL: a type, an expression, the definition of a constraint or an index.
    ///
    /// One meaning has many texts, and even the server's own is not always the same: what it prints of
    /// `status IN ('a', 'b')` for a varchar reads differently once it was printed, dumped and read again. So three are kept.
    public struct Fragment: Sendable, Hashable, ExpressibleByStringLiteral {
        /// As it is written into statements.
        public var sql: String
        /// As the server prints it.
        public var text: String
        /// As the server prints it after it has read what it printed: this is compared.
        public var canonical: String

        /// A fragment as it is written.
        public init(_ sql: String) {
            self.sql = sql
            text = sql
            canonical = sql
        }

        /// A fragment as it is written.
        public init(stringLiteral value: String) { self.init(value) }

        public static func == (left: Fragment, right: Fragment) -> Bool {
            left.canonical.hasSameBytes(as: right.canonical)
        }

        public func hash(into hasher: inout Hasher) { canonical.hashBytes(into: &hasher) }
    }

    /// Changes every fragment; each has a path that is its own within the schema.
    package mutating func updateFragments(_ update: (_ path: Path, _ fragment: inout Fragment) -> Void) {
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
