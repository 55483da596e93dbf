extension Geometric {
    /// A line without ends, the points with `a * x + b * y + c = 0`: `line`. The server refuses one whose `a` and `b` are
    /// both zero.
    public struct Line: Sendable, Hashable, LosslessStringConvertible {
        /// The factor of x.
        public var a: Double
        /// The factor of y.
        public var b: Double
        /// The constant.
        public var c: Double

        /// The line of this equation.
        public init(a: Double, b: Double, c: Double) {
            self.a = a
            self.b = b
            self.c = c
        }

        /// The text as the server writes it: `{1,-1,0}`.
        public var description: String {
            "{\(PostgresFloatText.text(a)),\(PostgresFloatText.text(b)),\(PostgresFloatText.text(c))}"
        }

        /// Parses text as the server writes it, with blanks as one likes; nil for anything else.
        public init?(_ description: String) { self.init(parsing: description) }
    }
}

extension Geometric.Line: FormattedValue {
    static var typeName: String { "line" }

    static func reads(_ type: OID) -> Bool { type == .line }

    init?(text: RawSpan) {
        var cursor = TextCursor(text)
        cursor.skipBlanks()
        guard cursor.take("{"), let a = cursor.coordinate(), cursor.take(","), let b = cursor.coordinate(),
            cursor.take(","), let c = cursor.coordinate(), cursor.take("}")
        else { return nil }
        cursor.skipBlanks()
        guard cursor.isAtEnd else { return nil }
        self.init(a: a, b: b, c: c)
    }

    init(binary reader: inout ByteReader) throws {
        a = try reader.readDouble()
        b = try reader.readDouble()
        c = try reader.readDouble()
    }
}

extension Geometric.Line: PostgresEncodable, PostgresDecodable {
    /// `line`.
    public static var postgresType: OID { .line }
    /// `line[]`.
    public static var postgresArrayType: OID { .lineArray }

    /// Writes the three coefficients.
    public func encode(to writer: inout ByteWriter) {
        for value in [a, b, c] { writer.write(value.bitPattern) }
    }

    /// Reads a `line`.
    public init(postgres bytes: RawSpan, type: OID, format: FormatCode) throws {
        try self.init(formatted: bytes, type: type, format: format)
    }
}
