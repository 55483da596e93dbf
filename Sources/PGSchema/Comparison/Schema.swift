import PGSchemaSQL
package import PGWire

/// The tables and enum types of one database schema, as declared in Swift or as read from a server.
///
/// ```swift
/// let shop = Schema(
///     enums: [Schema.Enum("status", "open", "paid")],
///     tables: [
///         Schema.Table(
///             "orders",
///             Schema.Column("id", .uuid).primaryKey(),
///             Schema.Column("user_id", .uuid).references("users", onDelete: .cascade),
///             Schema.Column("status", "status").default("'open'"),
///             Schema.Column("note", .text).null(),
///             Schema.Column("created_at", .timestamptz).default("now()")
///         )
///         .index("ix_orders_recent", on: "user_id", .column("created_at").descending())
///     ])
/// ```
/// Names and SQL texts are written as in SQL statements, without a schema. ``SchemaComparison`` has the server bring them
/// into its own form. A constraint or index without a name gets the one that PostgreSQL chooses.
public struct Schema: Sendable, Equatable {
    /// The enum types.
    public var enums: [Enum]
    /// The tables.
    public var tables: [Table]

    /// A schema of these types and tables.
    public init(enums: [Enum] = [], tables: [Table] = []) {
        self.enums = enums
        self.tables = tables
    }

    /// The table of that name; nil when there is none.
    public func table(_ name: String) -> Table? { tables.first { $0.name.hasSameBytes(as: name) } }

    /// The place of an object: the names from the outermost to its own.
    package typealias Path = [SQLIdentifier]

    /// The enum type of that name; nil when there is none.
    public func `enum`(_ name: String) -> Enum? { enums.first { $0.name.hasSameBytes(as: name) } }

    /// An enum type (manual: "Enumerated Types").
    public struct Enum: Sendable, Equatable, SchemaObject {
        /// The name, without quotes.
        public var name: String
        /// The labels, in their order.
        public var labels: [String]
        /// The comment; nil and "" are none.
        public var comment: String?

        /// An enum type with its labels in order.
        public init(_ name: String, _ labels: String..., comment: String? = nil) {
            self.init(name, labels: labels, comment: comment)
        }

        /// An enum type with its labels in order.
        public init(_ name: String, labels: [String], comment: String? = nil) {
            self.name = name
            self.labels = labels
            self.comment = comment
        }

        /// Names, labels and comments are compared byte by byte; the order of the labels counts.
        public static func == (left: Enum, right: Enum) -> Bool {
            left.name.hasSameBytes(as: right.name) && left.labels.hasSameBytes(as: right.labels)
                && left.comment.hasSameBytes(as: right.comment)
        }
    }
}

/// A named object of a schema.
package protocol SchemaObject: Sendable, Equatable {
    /// The name, without quotes.
    var name: String { get }
    /// The comment; nil and "" are none.
    var comment: String? { get set }
}

extension Schema.Path {
    package static func of(_ table: String, _ part: String) -> Schema.Path {
        [SQLIdentifier(table), SQLIdentifier(part)]
    }
}
