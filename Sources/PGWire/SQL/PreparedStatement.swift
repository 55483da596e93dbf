/// A statement that is written once and run with other values each time.
///
/// ```swift
/// let byTeam = PreparedStatement("SELECT id, name FROM player WHERE team = $1 AND age > $2", takes: (Int64, Int).self)
/// for team in teams {
///     let players = try await db.fetchAll(byTeam(team, 21), as: (Int64, String).self)
/// }
/// ```
/// It belongs to no connection, and can be kept in a `static let`: each connection has it prepared when it is run there
/// for the first time, where the server can keep it, and keeps it longer than statements that are not prepared explicitly.
/// Through a transaction pooler, where nothing can be kept, it is sent whole each time, with the same results.
/// ``Queryable/prepare(_:timeout:)`` has it prepared ahead, and says whether it is right.
///
/// A statement of a literal with interpolated values is prepared as well, when it comes for the second time. What this adds
/// is that the text is put together and looked through only once.
public struct PreparedStatement<each Parameter: PostgresEncodable>: Sendable, CustomStringConvertible {
    @usableFromInline let sql: SQL

    /// - Parameters:
    ///   - text: one statement with `$1`, `$2` … for its values, each of which may stand there several times. Whoever can
    ///     choose the text can do to the database whatever the role may do.
    ///   - parameters: the types of the values, as a tuple; for one value that type, for none `Void.self`.
    ///
    /// When the text has a number without a type, or does not use one, running or preparing it throws
    /// ``PostgresError/usage(_:)``.
    public init(_ text: String, takes parameters: (repeat each Parameter).Type) {
        self.init(text: text, nil)
    }

    private init(text: String, _ problem: PostgresError?) {
        var kinds: [Parameters.Kind] = []
        for type in repeat (each Parameter).self { kinds.append(Parameters.Kind(type)) }
        var sql = SQL(text, kinds, problem)
        sql.isPreparedAtOnce = true
        self.sql = sql
    }

    /// The statement with these values, for any call that takes a statement.
    ///
    /// A value that cannot be encoded makes that call throw ``PostgresError/encoding(_:)``.
    public func callAsFunction(_ value: repeat each Parameter) -> SQL {
        var sql = sql
        var number = 0
        for value in repeat each value {
            number += 1
            do throws(PostgresError) {
                try Parameters.encode(value, number: number, to: &sql.values)
            } catch {
                sql.refusal = sql.refusal ?? SQL.Refusal(error)
            }
        }
        return sql
    }

    /// The statement without values, to be described.
    var withoutValues: SQL { sql }

    /// The text.
    public var description: String { sql.text }
}

/// A literal is a statement where its types are known from the values that come with it, as those of `executeMany`.
extension PreparedStatement: ExpressibleByStringInterpolation {
    /// A statement with `$1`, `$2` … for its values.
    public init(stringLiteral text: String) { self.init(text: text, nil) }

    /// The statement of a literal with names in it, as the compiler makes it of `"… \(identifier: table) …"`.
    public init(stringInterpolation: StringInterpolation) {
        let sql = SQL(stringInterpolation: stringInterpolation.text)
        self.init(text: sql.text, sql.problem)
    }

    /// Builds the text of a literal with names in it.
    public struct StringInterpolation: StringInterpolationProtocol {
        fileprivate var text: SQL.StringInterpolation

        /// An empty text. For the compiler.
        public init(literalCapacity: Int, interpolationCount: Int) {
            text = SQL.StringInterpolation(literalCapacity: literalCapacity, interpolationCount: 0)
        }

        /// Appends text as it is. For the compiler.
        public mutating func appendLiteral(_ literal: String) { text.appendLiteral(literal) }

        /// Inserts a name in double quotes, so that any text is a valid one, as in an ``SQL``.
        public mutating func appendInterpolation(identifier name: String) {
            text.appendInterpolation(identifier: name)
        }

        /// Inserts a name in double quotes, as in an ``SQL``.
        public mutating func appendInterpolation(identifier name: SQLIdentifier) {
            text.appendInterpolation(identifier: name)
        }

        /// Inserts a name with its schema, each in double quotes.
        public mutating func appendInterpolation(identifier name: String, in schema: String) {
            text.appendInterpolation(identifier: name, in: schema)
        }

        /// Inserts `text` as it is, as part of the SQL. Never give it text from outside.
        public mutating func appendInterpolation(raw text: String) { self.text.appendInterpolation(raw: text) }

        /// For the compiler, to say where values go.
        @available(
            *, unavailable,
            message:
                "a value has a place in the text, $1, $2 …, and comes with the call: its type is one of the statement's"
        )
        public mutating func appendInterpolation<T>(_ value: T) {}
    }
}
