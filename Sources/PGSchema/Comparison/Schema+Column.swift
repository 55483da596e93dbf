import PGSchemaSQL
import PGWire

extension Schema {
    /// A column. It takes no NULL unless it says so by ``null()``.
    public struct Column: Sendable, Equatable, SchemaObject {
        /// The name, without quotes.
        public var name: String
        /// The type, as in `CREATE TABLE`.
        public var type: Fragment
        /// Whether it may be NULL.
        public var isNullable = false
        /// The value of rows that do not give one; nil for none.
        public var `default`: Fragment?
        /// How the server numbers the rows; nil when it does not.
        public var identity: Identity?
        /// How the server computes the value; nil when it does not.
        public var generation: Generation?
        /// The collation's name when it is not the type's own.
        public var collation: String?
        /// The comment; nil is not compared, "" is none.
        public var comment: String?
        /// What PostgreSQL 18 calls the constraint behind NOT NULL.
        package var notNullName = NotCompared<String?>(nil)
        /// What goes with it that a ``Schema`` does not describe: `foreign key audit_user_fkey`.
        package var unmanaged = NotCompared<[String]>([])
        /// Those that were declared with the column; the table takes them over.
        package var constraints: [Constraint] = []

        /// A column of a table that is declared.
        public static func == (left: Column, right: Column) -> Bool {
            left.name.hasSameBytes(as: right.name) && left.type == right.type && left.isNullable == right.isNullable
                && left.default == right.default && left.identity == right.identity
                && left.generation == right.generation && left.collation.hasSameBytes(as: right.collation)
                && left.comment.hasSameBytes(as: right.comment) && left.constraints == right.constraints
        }

        /// A column that takes no NULL and has no default.
        public init(_ name: String, _ type: DataType) {
            self.name = name
            self.type = Fragment(type.sql)
        }

        private func with(_ change: (inout Column) -> Void) -> Column {
            var copy = self
            change(&copy)
            return copy
        }

        /// It may be NULL.
        public func null() -> Column { with { $0.isNullable = true } }

        /// The value of rows that do not give one: an SQL expression, so text stands in quotes.
        public func `default`(_ expression: String) -> Column { with { $0.default = Fragment(expression) } }

        /// The server numbers the rows: `GENERATED … AS IDENTITY`.
        public func identity(_ mode: Identity.Mode = .always, start: Int64? = nil, increment: Int64? = nil) -> Column {
            with { column in
                column.identity = Identity(mode: mode, options: [])
                if let start { column.identity?.options.append("START WITH \(start)") }
                if let increment { column.identity?.options.append("INCREMENT BY \(increment)") }
            }
        }

        /// The server computes the value from other columns: `GENERATED ALWAYS AS (expression) STORED`, or, from
        /// PostgreSQL 18, `VIRTUAL`.
        public func generated(as expression: String, _ storage: Generation.Storage = .stored) -> Column {
            with { $0.generation = Generation(expression: Fragment(expression), storage: storage) }
        }

        /// How text is compared, by a collation's name: `C`.
        public func collate(_ collation: String) -> Column { with { $0.collation = collation } }

        /// The comment. Without this it is not compared; "" says that there is none.
        public func comment(_ text: String) -> Column { with { $0.comment = text } }

        /// It is the primary key of its table.
        public func primaryKey(named name: String? = nil) -> Column {
            with { $0.constraints.append(.primaryKey([$0.name], named: name)) }
        }

        /// No two rows have the same value.
        public func unique(named name: String? = nil, nullsNotDistinct: Bool = false) -> Column {
            with { $0.constraints.append(.unique([$0.name], named: name, nullsNotDistinct: nullsNotDistinct)) }
        }

        /// Each row satisfies `expression`, which is SQL.
        public func check(_ expression: String, named name: String? = nil) -> Column {
            with { $0.constraints.append(.check(expression, named: name)) }
        }

        /// A foreign key; without `column` it leads to the table's primary key.
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

    /// How the server numbers rows.
    public struct Identity: Sendable, Equatable {
        /// Who decides on the number.
        public var mode: Mode
        /// Those that are not the default: `START WITH 10`.
        public var options: [String]
        /// The name of its sequence; one of the older form that has another type than the column has the option `AS type`.
        package var sequence = NotCompared<String?>(nil)

        /// Whether a row may bring its own number (manual: "CREATE TABLE", identity).
        public enum Mode: String, Sendable {
            case always = "ALWAYS"
            case byDefault = "BY DEFAULT"
            /// The older form: a default that takes numbers from a sequence that belongs to the column.
            case serial
        }

        /// `GENERATED ALWAYS AS IDENTITY (START WITH 10)`
        package func sql(for column: String, of table: String) -> String {
            var all = options
            if let name = sequence.value, !name.hasSameBytes(as: .chosenName(table, column, "seq")) {
                all.insert("SEQUENCE NAME \(name.quotedAsNeeded)", at: 0)
            }
            let list = all.isEmpty ? "" : " (\(all.joined(separator: " ")))"
            return "GENERATED \(mode.rawValue) AS IDENTITY\(list)"
        }
    }

    /// Something that is kept to be restored, and makes no difference.
    package struct NotCompared<Value: Sendable>: Sendable, Equatable {
        package var value: Value

        package init(_ value: Value) { self.value = value }

        package static func == (left: NotCompared, right: NotCompared) -> Bool { true }
    }

    /// How the server computes a column.
    public struct Generation: Sendable, Equatable {
        /// What it is computed by.
        public var expression: Fragment
        /// Where the value is kept.
        public var storage: Storage

        /// Whether it is computed when a row is written or when it is read.
        public enum Storage: String, Sendable {
            case stored = "STORED"
            case virtual = "VIRTUAL"
        }

        /// `GENERATED ALWAYS AS (a + b) STORED`
        package var sql: String {
            "GENERATED ALWAYS AS (\(expression.sql.withoutOuterParentheses)) \(storage.rawValue)"
        }
    }

    /// A column's type as SQL writes it.
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
        /// A number of `precision` digits, `scale` of them behind the point.
        public static func numeric(_ precision: Int, _ scale: Int) -> DataType {
            DataType("numeric(\(precision), \(scale))")
        }
        /// An array of `element`.
        public static func array(of element: DataType) -> DataType { DataType(element.sql + "[]") }
        /// An enum type of the schema.
        public static func `enum`(_ name: String) -> DataType { DataType(name.quotedAsNeeded) }
    }
}
