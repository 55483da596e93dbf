/// A statement: text whose interpolated values become parameters.
///
/// ```swift
/// let sql: SQL = "SELECT name FROM \(identifier: table) WHERE team = \(team) AND age > \(21)"
/// // SELECT name FROM "player" WHERE team = $1 AND age > $2
/// ```
/// A value never becomes part of the text, so it cannot be taken for SQL. What is to be part of the text must be asked for
/// by name: an identifier, or raw text. Another `SQL` is inserted with its own parameters.
public struct SQL: Sendable, ExpressibleByStringInterpolation, CustomStringConvertible {
    /// A parameter, and the text from it to the next.
    struct Piece: Sendable, Hashable {
        /// What the parameter is; nil at the beginning, where there is none, and where an earlier one is meant again.
        var kind: Parameters.Kind?
        /// The number of the parameter that is meant again. Where there is a parameter of its own and this is not zero, that is
        /// not shown here: others mean it.
        var reference: UInt16 = 0
        var text: String

        /// By bytes, as the server has it: texts that Swift takes for equal may name another column.
        static func == (left: Piece, right: Piece) -> Bool {
            left.reference == right.reference && left.kind == right.kind && left.text.hasSameBytes(as: right.text)
        }

        func hash(into hasher: inout Hasher) {
            hasher.combine(kind)
            text.hashBytes(into: &hasher)
        }
    }

    /// One piece more than there are parameters, unless ``hasReferences``.
    var pieces: [Piece]
    /// Whether any piece means a parameter of another one.
    var hasReferences = false
    /// Whether it is to be prepared when it comes for the first time.
    var isPreparedAtOnce = false
    /// The values of the parameters, in their wire format.
    var values = ByteWriter()
    var refusal: Refusal?

    /// Why a value could not be encoded. An object, as statements are copied often and that hardly ever happens.
    final class Refusal: Sendable {
        let error: PostgresError
        init(_ error: PostgresError) { self.error = error }
    }

    /// A value that could not be encoded. It is thrown when the statement is run, as a literal cannot throw.
    var problem: PostgresError? { refusal?.error }

    /// No text yet.
    private init(capacity: Int) {
        pieces = []
        pieces.reserveCapacity(capacity + 1)
        pieces.append(Piece(kind: nil, text: ""))
        if capacity > 0 { values = ByteWriter(capacity: capacity * 16) }
    }

    /// A statement without parameters.
    public init(stringLiteral text: String) {
        pieces = [Piece(kind: nil, text: text)]
    }

    /// `text` as it is. Whoever can choose the text can do to the database whatever the role may do.
    public init(raw text: String) {
        self.init(stringLiteral: text)
    }

    /// The statement of a literal with values in it, as the compiler makes it of `"SELECT \(id)"`.
    public init(stringInterpolation: StringInterpolation) {
        self = stringInterpolation.sql
    }

    /// The text with `$1`, `$2` … for the parameters.
    public var text: String {
        guard pieces.count > 1 else { return beginning }
        // Not by appending to a string, which takes its time: there may be thousands of parameters.
        var text = ByteWriter(capacity: textSize)
        writeText(to: &text)
        return String(repairing: text.span)
    }

    /// The text up to the first parameter.
    var beginning: String { pieces.first?.text ?? "" }

    /// The parameters.
    package var parameters: Parameters { Parameters(pieces.compactMap(\.kind), values) }

    /// The text; parameters are not shown.
    public var description: String { text }

    private mutating func append(_ text: String) {
        // A literal is shared, not copied.
        let last = pieces.count - 1
        if pieces[last].text.isEmpty {
            pieces[last].text = text
        } else {
            pieces[last].text += text
        }
    }

    /// The number of the parameter that comes next.
    fileprivate var nextNumber: Int { hasReferences ? pieces.count { $0.kind != nil } + 1 : pieces.count }

    private mutating func append(_ other: SQL) {
        append(other.beginning)
        if other.hasReferences {
            // Its numbers count from its own first parameter.
            let offset = UInt16(truncatingIfNeeded: nextNumber - 1)
            for var piece in other.pieces.dropFirst() {
                if piece.reference != 0 { piece.reference &+= offset }
                pieces.append(piece)
            }
            hasReferences = true
        } else {
            pieces += other.pieces.dropFirst()
        }
        values.write(other.values.span)
        refusal = refusal ?? other.refusal
    }

    /// Adds another statement, or a part of one, with its parameters.
    public static func += (left: inout SQL, right: SQL) { left.append(right) }

    /// The two joined, with the parameters of both.
    public static func + (left: SQL, right: SQL) -> SQL {
        var sum = left
        sum.append(right)
        return sum
    }

    /// Builds a statement from a literal with values in it.
    public struct StringInterpolation: StringInterpolationProtocol {
        fileprivate var sql: SQL

        /// An empty statement with room for so many parameters. For the compiler.
        public init(literalCapacity: Int, interpolationCount: Int) { sql = SQL(capacity: interpolationCount) }

        /// Appends text as it is. For the compiler.
        public mutating func appendLiteral(_ literal: String) {
            sql.append(literal)
        }

        /// Makes `value` a parameter.
        public mutating func appendInterpolation<T: PostgresEncodable>(_ value: T) {
            append(value)
        }

        private mutating func append<T: PostgresEncodable>(_ value: T) {
            do throws(PostgresError) {
                try Parameters.encode(value, number: sql.nextNumber, to: &sql.values)
            } catch {
                sql.refusal = sql.refusal ?? SQL.Refusal(error)
            }
            sql.pieces.append(Piece(kind: Parameters.Kind(T.self), text: ""))
        }

        /// Makes `value` a parameter, NULL when it is nil. For the compiler, which otherwise warns of each Optional in an
        /// interpolation as if it were to be printed.
        public mutating func appendInterpolation<T: PostgresEncodable>(_ value: T?) {
            append(value)
        }

        /// For the compiler, to say what is to be done about a value that cannot be a parameter.
        @available(
            *, unavailable,
            message: """
                a value of this type cannot be a parameter: conform the type to PostgresEncodable and PostgresDecodable, which \
                needs no further line for an enum or a struct with a raw value (PostgresEnum for an enum type of the \
                database), or send a Codable value as JSON: JSONEncoded(value), a Set as Array(set), a Range as PostgresRange(range), \
                a Duration as an Interval
                """
        )
        public mutating func appendInterpolation<T>(_ value: T) {}

        /// Inserts another statement, or a part of one, with its parameters.
        public mutating func appendInterpolation(_ other: SQL) {
            sql.append(other)
        }

        /// Inserts parts of a statement, with `separator` between them: `WHERE \(conditions, separator: " AND ")`.
        public mutating func appendInterpolation(_ parts: some Sequence<SQL>, separator: SQL) {
            sql.append(parts.joined(separator: separator))
        }

        /// Makes each of `values` a parameter, with `separator` between them: `VALUES (\(values, separator: ", "))`.
        ///
        /// Each number of values makes another statement, which is prepared anew; a list to look in is better one array:
        /// `= ANY(\(values))`.
        public mutating func appendInterpolation<Values: Sequence>(
            _ values: Values, separator: SQL
        ) where Values.Element: PostgresEncodable {
            for (index, value) in values.enumerated() {
                if index > 0 { sql.append(separator) }
                append(value)
            }
        }

        /// Inserts a name in double quotes, so that any text is a valid one: a table, a column, a role.
        ///
        /// A name that the server cannot have, or would silently cut short (more than 63 bytes), makes the statement fail
        /// before it is sent; `\(raw:)` with ``SQLIdentifier/quoted`` has the server do what it will.
        public mutating func appendInterpolation(identifier name: SQLIdentifier) {
            append(name)
        }

        /// Inserts a name in double quotes, so that any text is a valid one: a table, a column, a role.
        public mutating func appendInterpolation(identifier name: String) {
            append(SQLIdentifier(name))
        }

        /// Inserts a name with its schema, each in double quotes.
        public mutating func appendInterpolation(identifier name: SQLIdentifier, in schema: SQLIdentifier) {
            append(schema)
            sql.append(".")
            append(name)
        }

        /// Inserts a name with its schema, each in double quotes.
        public mutating func appendInterpolation(identifier name: String, in schema: String) {
            appendInterpolation(identifier: SQLIdentifier(name), in: SQLIdentifier(schema))
        }

        private mutating func append(_ name: SQLIdentifier) {
            if let problem = name.problem, sql.refusal == nil {
                sql.refusal = SQL.Refusal(.usage(problem))
            }
            sql.append(name.quoted)
        }

        /// Inserts `text` as it is, as part of the SQL. Never give it text from outside.
        public mutating func appendInterpolation(raw text: String) {
            sql.append(text)
        }
    }
}
