extension Geometric {
    /// Points with a line from each to the next: `path`.
    public struct Path: Sendable, Hashable, LosslessStringConvertible {
        /// The points; the server has no path without any.
        public var points: [Point]
        /// Whether there is a line from the last point to the first.
        public var isClosed: Bool

        /// The path along these points.
        public init(_ points: [Point], isClosed: Bool) {
            self.points = points
            self.isClosed = isClosed
        }

        /// The text as the server writes it: `[(0,0),(1,1)]`, in round parentheses when it is closed.
        public var description: String {
            let text = points.map(\.description).joined(separator: ",")
            return isClosed ? "(\(text))" : "[\(text)]"
        }

        /// Parses text as the server writes it, with blanks as one likes; nil for anything else.
        public init?(_ description: String) { self.init(parsing: description) }
    }
}

extension Geometric.Path: FormattedValue {
    static var typeName: String { "path" }

    static func reads(_ type: OID) -> Bool { type == .path }

    init?(text: RawSpan) {
        var cursor = TextCursor(text)
        cursor.skipBlanks()
        let isClosed = cursor.take("(")
        guard isClosed || cursor.take("["), let points = cursor.points(), cursor.take(isClosed ? ")" : "]") else {
            return nil
        }
        cursor.skipBlanks()
        guard cursor.isAtEnd else { return nil }
        self.init(points, isClosed: isClosed)
    }

    init(binary reader: inout ByteReader) throws {
        let mark = try reader.read(UInt8.self)
        guard mark <= 1 else { throw ValueDecodingError.malformed("path is open or closed, 0 or 1, \(mark) came") }
        self.init(try reader.readPoints(), isClosed: mark == 1)
    }
}

extension Geometric.Path: PostgresEncodable, PostgresDecodable {
    /// `path`.
    public static var postgresType: OID { .path }
    /// `path[]`.
    public static var postgresArrayType: OID { .pathArray }

    /// Writes whether it is closed, and the points. Throws ``ValueEncodingError`` when there is none.
    public func encode(to writer: inout ByteWriter) throws {
        writer.write(UInt8(isClosed ? 1 : 0))
        try writer.write(points, of: "path")
    }

    /// Reads a `path`.
    public init(postgres bytes: RawSpan, type: OID, format: FormatCode) throws {
        try self.init(formatted: bytes, type: type, format: format)
    }
}
