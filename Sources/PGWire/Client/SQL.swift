/// A statement: text whose interpolated values become parameters.
///
/// ```swift
/// let sql: SQL = "SELECT name FROM \(identifier: table) WHERE team = \(team) AND age > \(21)"
/// // SELECT name FROM "player" WHERE team = $1 AND age > $2
/// ```
/// A value never becomes part of the text, so it cannot be taken for SQL. What is to be part of the text must be asked for
/// by name: an identifier, or raw text. Another `SQL` is inserted with its own parameters.
public struct SQL: Sendable, ExpressibleByStringInterpolation, CustomStringConvertible {
    /// The text between the parameters: always one piece more than there are parameters.
    private var pieces: [String]
    private(set) var parameters: Parameters
    /// A value that could not be encoded. It is thrown when the statement is run, as a literal cannot throw.
    private(set) var problem: PGError?

    /// No text yet.
    private init() {
        pieces = []
        parameters = Parameters()
    }

    /// A statement without parameters.
    public init(stringLiteral text: String) {
        pieces = [text]
        parameters = Parameters()
    }

    /// `text` as it is. Whoever can choose the text can do to the database whatever the role may do.
    public init(raw text: String) {
        self.init(stringLiteral: text)
    }

    public init(stringInterpolation: StringInterpolation) {
        self = stringInterpolation.sql
    }

    /// The text with `$1`, `$2` … for the parameters.
    public var text: String {
        guard let first = pieces.first, pieces.count > 1 else { return pieces.first ?? "" }
        var text = first
        for (index, piece) in pieces.dropFirst().enumerated() {
            text += "$\(index + 1)"
            text += piece
        }
        return text
    }

    /// The text up to the first parameter.
    var beginning: String { pieces.first ?? "" }

    /// What makes it the same statement as another one, whatever the values.
    package var key: StatementCache.Key { StatementCache.Key(pieces: pieces, kinds: parameters.kinds) }

    /// The text; parameters are not shown.
    public var description: String { text }

    private mutating func append(_ text: String) {
        // A literal is shared, not copied.
        if pieces[pieces.count - 1].isEmpty {
            pieces[pieces.count - 1] = text
        } else {
            pieces[pieces.count - 1] += text
        }
    }

    private mutating func append(_ other: SQL) {
        append(other.pieces.first ?? "")
        pieces += other.pieces.dropFirst()
        parameters.append(contentsOf: other.parameters)
        problem = problem ?? other.problem
    }

    /// The two joined, with the parameters of both.
    public static func + (left: SQL, right: SQL) -> SQL {
        var sum = left
        sum.append(right)
        return sum
    }

    /// Builds a statement from a literal with values in it.
    public struct StringInterpolation: StringInterpolationProtocol {
        fileprivate var sql = SQL()

        public init(literalCapacity: Int, interpolationCount: Int) {
            sql.pieces.reserveCapacity(interpolationCount + 1)
            sql.pieces.append("")
            sql.parameters = Parameters(capacity: interpolationCount)
        }

        public mutating func appendLiteral(_ literal: String) {
            sql.append(literal)
        }

        /// Makes `value` a parameter.
        public mutating func appendInterpolation<T: PostgresEncodable>(_ value: T) {
            append(value)
        }

        private mutating func append<T: PostgresEncodable>(_ value: T) {
            do throws(PGError) {
                try sql.parameters.append(value)
            } catch {
                sql.problem = sql.problem ?? error
            }
            sql.pieces.append("")
        }

        /// Makes `value` a parameter, NULL when it is nil. For the compiler, which otherwise warns of each Optional in an
        /// interpolation as if it were to be printed.
        public mutating func appendInterpolation<T: PostgresEncodable>(_ value: T?) {
            append(value)
        }

        /// Inserts another statement, or a part of one, with its parameters.
        public mutating func appendInterpolation(_ other: SQL) {
            sql.append(other)
        }

        /// Inserts a name in double quotes, so that any text is a valid one: a table, a column, a role.
        public mutating func appendInterpolation(identifier name: String) {
            sql.append(SQL.quoted(name))
        }

        /// Inserts a name with its schema, each in double quotes.
        public mutating func appendInterpolation(identifier name: String, in schema: String) {
            sql.append("\(SQL.quoted(schema)).\(SQL.quoted(name))")
        }

        /// Inserts `text` as it is, as part of the SQL. Never give it text from outside.
        public mutating func appendInterpolation(raw text: String) {
            sql.append(text)
        }
    }

    /// A name in double quotes (manual: "Identifiers and Key Words").
    static func quoted(_ name: String) -> String {
        "\"\(name.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\""))\""
    }
}
