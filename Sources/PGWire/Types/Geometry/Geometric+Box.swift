extension Geometric {
    /// A rectangle along the axes: `box`.
    public struct Box: Sendable, Hashable, LosslessStringConvertible {
        /// The corner with the greater coordinates.
        public let high: Point
        /// The corner with the lesser coordinates.
        public let low: Point

        /// The rectangle between two opposite corners, whichever they are.
        public init(_ first: Point, _ second: Point) {
            let (lowX, highX) = Self.ordered(first.x, second.x)
            let (lowY, highY) = Self.ordered(first.y, second.y)
            high = Point(x: highX, y: highY)
            low = Point(x: lowX, y: lowY)
        }

        /// As the server orders the corners: NaN is greater than any number, and equal numbers (0 and -0) stay.
        private static func ordered(_ first: Double, _ second: Double) -> (low: Double, high: Double) {
            let isLess = !first.isNaN && (second.isNaN || first < second)
            return isLess ? (first, second) : (second, first)
        }

        /// The text as the server writes it: `(1,1),(0,0)`.
        public var description: String { "\(high),\(low)" }

        /// Parses text as the server writes it, with blanks as one likes; nil for anything else.
        public init?(_ description: String) { self.init(parsing: description) }
    }
}

extension Geometric.Box: FormattedValue {
    static var typeName: String { "box" }

    static func reads(_ type: OID) -> Bool { type == .box }

    init?(text: RawSpan) {
        var cursor = TextCursor(text)
        cursor.skipBlanks()
        guard let points = cursor.points(), points.count == 2, cursor.isAtEnd else { return nil }
        self.init(points[0], points[1])
    }

    init(binary reader: inout ByteReader) throws {
        let first = try Geometric.Point(binary: &reader)
        self.init(first, try Geometric.Point(binary: &reader))
    }
}

extension Geometric.Box: PostgresEncodable, PostgresDecodable {
    /// `box`.
    public static var postgresType: OID { .box }
    /// `box[]`.
    public static var postgresArrayType: OID { .boxArray }

    /// Writes both corners.
    public func encode(to writer: inout ByteWriter) {
        high.encode(to: &writer)
        low.encode(to: &writer)
    }

    /// Reads a `box`.
    public init(postgres bytes: RawSpan, type: OID, format: FormatCode) throws {
        try self.init(formatted: bytes, type: type, format: format)
    }
}
