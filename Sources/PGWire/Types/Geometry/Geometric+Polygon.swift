extension Geometric {
    /// An area within a line through its corners: `polygon`.
    public struct Polygon: Sendable, Hashable, LosslessStringConvertible {
        /// The corners in order; the server has no polygon without any.
        public var points: [Point]

        /// The polygon with these corners.
        public init(_ points: [Point]) { self.points = points }

        /// The text as the server writes it: `((0,0),(1,1),(1,0))`.
        public var description: String { "(\(points.map(\.description).joined(separator: ",")))" }

        /// Parses text as the server writes it, with blanks as one likes; nil for anything else.
        public init?(_ description: String) { self.init(parsing: description) }
    }
}

extension Geometric.Polygon: FormattedValue {
    static var typeName: String { "polygon" }

    static func reads(_ type: OID) -> Bool { type == .polygon }

    init?(text: RawSpan) {
        var cursor = TextCursor(text)
        cursor.skipBlanks()
        guard cursor.take("("), let points = cursor.points(), cursor.take(")") else { return nil }
        cursor.skipBlanks()
        guard cursor.isAtEnd else { return nil }
        self.init(points)
    }

    init(binary reader: inout ByteReader) throws {
        self.init(try reader.readPoints())
    }
}

extension Geometric.Polygon: PostgresEncodable, PostgresDecodable {
    /// `polygon`.
    public static var postgresType: OID { .polygon }
    /// `polygon[]`.
    public static var postgresArrayType: OID { .polygonArray }

    /// Writes the points. Throws ``ValueEncodingError`` when there is none.
    public func encode(to writer: inout ByteWriter) throws {
        try writer.write(points, of: "polygon")
    }

    /// Reads a `polygon`.
    public init(postgres bytes: RawSpan, type: OID, format: FormatCode) throws {
        try self.init(formatted: bytes, type: type, format: format)
    }
}
