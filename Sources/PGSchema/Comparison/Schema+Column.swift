import PGSchemaSQL
import PGWire

extension Schema {
    /// A column (manual: "CREATE TABLE"). It is NOT NULL unless ``null()`` is called.
    ///
    /// ```swift
    /// let status = Schema.Column("status", .text).default("'open'").check("status <> ''")
    /// ```
    public struct Column: Sendable, Equatable, SchemaObject {
        /// The name, without quotes.
        public var name: String
        /// The type, as in `CREATE TABLE`.
        public var type: Fragment
        /// Whether it may be NULL.
        public var isNullable = false
        /// The DEFAULT expression; nil for none.
        public var `default`: Fragment?
        /// The identity or serial of the column; nil for none.
        public var identity: Identity?
        /// How the server computes a generated column; nil for others.
        public var generation: Generation?
        /// The collation's name; nil for the default of the type.
        public var collation: String?
        /// The comment; nil and "" are none.
        public var comment: String?
        /// Settings of how its values are stored and sampled: `STORAGE EXTERNAL`, `COMPRESSION lz4`, `STATISTICS 500`,
        /// `n_distinct=-0.5`. Nil and an empty list are none.
        public var settings: [String]?
        /// The STORAGE that its type has by itself.
        var plainStorage = NotCompared<String>("EXTENDED")
        /// The name of the NOT NULL constraint, which PostgreSQL 18 and newer store.
        var notNullName = NotCompared<String?>(nil)
        /// What is dropped with it and a ``Schema`` does not describe: `foreign key audit_user_fkey`.
        var unmanaged = NotCompared<[String]>([])
        /// The constraints declared with the column, until the table takes them over.
        package var constraints: [Constraint] = []

        /// Names are compared by bytes, as the server does.
        public static func == (left: Column, right: Column) -> Bool {
            left.name.hasSameBytes(as: right.name) && left.type == right.type && left.isNullable == right.isNullable
                && left.default == right.default && left.identity == right.identity
                && left.generation == right.generation && left.collation.hasSameBytes(as: right.collation)
                && left.comment.hasSameBytes(as: right.comment) && left.settings == right.settings
                && left.constraints == right.constraints
        }

        /// A column that is NOT NULL and has no default.
        public init(_ name: String, _ type: DataType) {
            self.name = name
            self.type = Fragment(type.sql)
        }

        private func with(_ change: (inout Column) -> Void) -> Column {
            var copy = self
            change(&copy)
            return copy
        }

        /// The column with NULL allowed.
        public func null() -> Column { with { $0.isNullable = true } }

        /// The column with a DEFAULT. The expression is SQL, so text needs quotes: `"'open'"`.
        public func `default`(_ expression: String) -> Column { with { $0.default = Fragment(expression) } }

        /// The column as an identity: `GENERATED … AS IDENTITY`.
        public func identity(_ mode: Identity.Mode = .always, start: Int64? = nil, increment: Int64? = nil) -> Column {
            with { column in
                column.identity = Identity(mode: mode, options: [])
                if let start { column.identity?.options.append("START WITH \(start)") }
                if let increment { column.identity?.options.append("INCREMENT BY \(increment)") }
            }
        }

        /// The column as a generated one: `GENERATED ALWAYS AS (expression) STORED`, or `VIRTUAL`, which needs PostgreSQL 18.
        public func generated(as expression: String, _ storage: Generation.Storage = .stored) -> Column {
            with { $0.generation = Generation(expression: Fragment(expression), storage: storage) }
        }

        /// The column with a collation: `C`.
        public func collate(_ collation: String) -> Column { with { $0.collation = collation } }

        /// The column with a comment; "" is no comment.
        public func comment(_ text: String) -> Column { with { $0.comment = text } }

        /// The column with settings of how its values are stored and sampled: `STORAGE EXTERNAL`, `COMPRESSION lz4`,
        /// `STATISTICS 500`, `n_distinct=-0.5`.
        public func settings(_ settings: String...) -> Column { with { $0.settings = settings } }

        /// The column as the primary key of its table.
        public func primaryKey(named name: String? = nil) -> Column {
            with { $0.constraints.append(.primaryKey([$0.name], named: name)) }
        }

        /// The column with a unique constraint.
        public func unique(named name: String? = nil, nullsNotDistinct: Bool = false) -> Column {
            with { $0.constraints.append(.unique([$0.name], named: name, nullsNotDistinct: nullsNotDistinct)) }
        }

        /// The column with a check constraint. The expression is SQL.
        public func check(_ expression: String, named name: String? = nil) -> Column {
            with { $0.constraints.append(.check(expression, named: name)) }
        }

        /// The column with a foreign key. Without `column` it refers to the table's primary key.
        public func references(
            _ table: String, _ column: String? = nil, named name: String? = nil,
            onDelete: Constraint.Action = .noAction, onUpdate: Constraint.Action = .noAction,
            deferrable: Constraint.Deferrable = .never
        ) -> Column {
            with {
                $0.constraints.append(
                    .foreignKey(
                        [$0.name], references: table, column.map { [$0] } ?? [], named: name, onDelete: onDelete,
                        onUpdate: onUpdate, deferrable: deferrable))
            }
        }
    }

    /// How an identity or serial column gets its values.
    public struct Identity: Sendable, Equatable {
        /// Whether a row may bring its own value.
        public var mode: Mode
        /// The sequence options that are not the default: `START WITH 10`.
        public var options: [String]
        /// The name of its sequence. A serial whose sequence has another type than the column has the option `AS type`.
        var sequence = NotCompared<String?>(nil)

        /// The kinds of identity (manual: "Identity Columns").
        public enum Mode: String, Sendable {
            /// A row's own value is refused.
            case always = "ALWAYS"
            /// A row may bring its own value.
            case byDefault = "BY DEFAULT"
            /// The older form: a default that takes values from a sequence which the column owns.
            case serial
        }

        /// `GENERATED ALWAYS AS IDENTITY (START WITH 10)`
        package func sql(for column: String, of table: String) -> String {
            var all = options
            if let name = sequence.value, !name.hasSameBytes(as: .defaultName(table, column, "seq")) {
                all.insert("SEQUENCE NAME \(name.quotedIfNeeded)", at: 0)
            }
            let list = all.isEmpty ? "" : " (\(all.joined(separator: " ")))"
            return "GENERATED \(mode.rawValue) AS IDENTITY\(list)"
        }
    }

    /// A value that is kept, to be restored, but not compared.
    package struct NotCompared<Value: Sendable>: Sendable, Equatable {
        package var value: Value

        init(_ value: Value) { self.value = value }

        package static func == (left: NotCompared, right: NotCompared) -> Bool { true }
    }

    /// How the server computes a generated column (manual: "Generated Columns").
    public struct Generation: Sendable, Equatable {
        /// The SQL expression.
        public var expression: Fragment
        /// Where the value is kept.
        public var storage: Storage

        /// Whether it is computed when a row is written (stored) or read (virtual).
        public enum Storage: String, Sendable {
            /// It is computed when a row is written, and kept.
            case stored = "STORED"
            /// It is computed when a row is read; PostgreSQL 18 and later.
            case virtual = "VIRTUAL"
        }

        /// `GENERATED ALWAYS AS (a + b) STORED`
        package var sql: String {
            "GENERATED ALWAYS AS (\(expression.sql.withoutOuterParentheses)) \(storage.rawValue)"
        }
    }

    /// A column's type, written as in SQL.
    public struct DataType: Sendable, ExpressibleByStringLiteral {
        /// The type as SQL writes it.
        public let sql: String

        /// A type by its name in SQL.
        public init(_ sql: String) { self.sql = sql }
        /// A type by its name in SQL.
        public init(stringLiteral value: String) { sql = value }

        /// `boolean`
        public static let boolean: DataType = "boolean"
        /// `smallint`
        public static let smallint: DataType = "smallint"
        /// `integer`
        public static let integer: DataType = "integer"
        /// `bigint`
        public static let bigint: DataType = "bigint"
        /// `real`
        public static let real: DataType = "real"
        /// `double precision`
        public static let double: DataType = "double precision"
        /// `numeric`
        public static let numeric: DataType = "numeric"
        /// `text`
        public static let text: DataType = "text"
        /// `uuid`
        public static let uuid: DataType = "uuid"
        /// `bytea`
        public static let bytea: DataType = "bytea"
        /// `json`
        public static let json: DataType = "json"
        /// `jsonb`
        public static let jsonb: DataType = "jsonb"
        /// `date`
        public static let date: DataType = "date"
        /// `timestamp`
        public static let timestamp: DataType = "timestamp"
        /// `timestamp with time zone`
        public static let timestamptz: DataType = "timestamp with time zone"
        /// `interval`
        public static let interval: DataType = "interval"
        /// Text of at most `length` characters.
        public static func varchar(_ length: Int) -> DataType { DataType("varchar(\(length))") }
        /// A number of `precision` digits, `scale` of them after the decimal point.
        public static func numeric(_ precision: Int, _ scale: Int) -> DataType {
            DataType("numeric(\(precision), \(scale))")
        }
        /// An array of `element`.
        public static func array(of element: DataType) -> DataType { DataType(element.sql + "[]") }
        /// An enum type of the schema.
        public static func `enum`(_ name: String) -> DataType { DataType(name.quotedIfNeeded) }
    }
}
