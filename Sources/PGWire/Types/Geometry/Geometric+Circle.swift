extension Geometric {
    /// A circle: `circle`. The server refuses a negative radius.
    public struct Circle: Sendable, Hashable, LosslessStringConvertible {
        /// The middle.
        public var center: Point
        /// The distance of the line from the middle.
        public var radius: Double

        /// The circle around `center`.
        public init(center: Point, radius: Double) {
            self.center = center
            self.radius = radius
        }

        /// The text as the server writes it: `<(0,0),1.5>`.
        public var description: String { "<\(center),\(PostgresFloatText.text(radius))>" }

        /// Parses text as the server writes it, with blanks as one likes; nil for anything else.
        public init?(_ description: String) { self.init(parsing: description) }
    }
}

extension Geometric.Circle: FormattedValue {
    static var typeName: String { "circle" }

    static func reads(_ type: OID) -> Bool { type == .circle }

    init?(text: RawSpan) {
        var cursor = TextCursor(text)
        cursor.skipBlanks()
        guard cursor.take("<") else { return nil }
        cursor.skipBlanks()
        guard let center = cursor.point(), cursor.take(","), let radius = cursor.coordinate(), cursor.take(">") else {
            return nil
        }
        cursor.skipBlanks()
        guard cursor.isAtEnd else { return nil }
        self.init(center: center, radius: radius)
    }

    init(binary reader: inout ByteReader) throws {
        center = try Geometric.Point(binary: &reader)
        radius = try reader.readDouble()
    }
}

extension Geometric.Circle: PostgresEncodable, PostgresDecodable {
    /// `circle`.
    public static var postgresType: OID { .circle }
    /// `circle[]`.
    public static var postgresArrayType: OID { .circleArray }

    /// Writes the middle and the radius.
    public func encode(to writer: inout ByteWriter) {
        center.encode(to: &writer)
        writer.write(radius.bitPattern)
    }

    /// Reads a `circle`.
    public init(postgres bytes: RawSpan, type: OID, format: FormatCode) throws {
        try self.init(formatted: bytes, type: type, format: format)
    }
}
