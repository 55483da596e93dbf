extension Geometric {
    /// A straight line between two points: `lseg`.
    public struct LineSegment: Sendable, Hashable, LosslessStringConvertible {
        /// Where it begins.
        public var start: Point
        /// Where it ends.
        public var end: Point

        /// The line from `start` to `end`.
        public init(start: Point, end: Point) {
            self.start = start
            self.end = end
        }

        /// The text as the server writes it: `[(0,0),(1,1)]`.
        public var description: String { "[\(start),\(end)]" }

        /// Parses text as the server writes it, with blanks as one likes; nil for anything else.
        public init?(_ description: String) { self.init(parsing: description) }
    }
}

extension Geometric.LineSegment: FormattedValue {
    static var typeName: String { "lseg" }

    static func reads(_ type: OID) -> Bool { type == .lseg }

    init?(text: RawSpan) {
        var cursor = TextCursor(text)
        cursor.skipBlanks()
        guard cursor.take("["), let points = cursor.points(), points.count == 2, cursor.take("]") else { return nil }
        cursor.skipBlanks()
        guard cursor.isAtEnd else { return nil }
        self.init(start: points[0], end: points[1])
    }

    init(binary reader: inout ByteReader) throws {
        start = try Geometric.Point(binary: &reader)
        end = try Geometric.Point(binary: &reader)
    }
}

extension Geometric.LineSegment: PostgresEncodable, PostgresDecodable {
    /// `lseg`.
    public static var postgresType: OID { .lseg }
    /// `lseg[]`.
    public static var postgresArrayType: OID { .lsegArray }

    /// Writes both ends.
    public func encode(to writer: inout ByteWriter) {
        start.encode(to: &writer)
        end.encode(to: &writer)
    }

    /// Reads a `lseg`.
    public init(postgres bytes: RawSpan, type: OID, format: FormatCode) throws {
        try self.init(formatted: bytes, type: type, format: format)
    }
}
