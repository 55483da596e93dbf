/// The types of plane geometry (manual: "Geometric Types"). Their coordinates are of `double precision`, NaN and the
/// infinities included.
public enum Geometric {
    /// A point: `point`.
    public struct Point: Sendable, Hashable, LosslessStringConvertible {
        /// The first coordinate.
        public var x: Double
        /// The second coordinate.
        public var y: Double

        /// The point with these coordinates.
        public init(x: Double, y: Double) {
            self.x = x
            self.y = y
        }

        /// The text as the server writes it: `(1.5,-2)`.
        public var description: String { "(\(PostgresFloatText.text(x)),\(PostgresFloatText.text(y)))" }

        /// Parses text as the server writes it, with blanks as one likes; nil for anything else.
        public init?(_ description: String) { self.init(parsing: description) }
    }
}

extension Geometric.Point: FormattedValue {
    static var typeName: String { "point" }

    static func reads(_ type: OID) -> Bool { type == .point }

    init?(text: RawSpan) {
        var cursor = TextCursor(text)
        cursor.skipBlanks()
        guard let point = cursor.point(), cursor.isAtEnd else { return nil }
        self = point
    }

    init(binary reader: inout ByteReader) throws {
        x = try reader.readDouble()
        y = try reader.readDouble()
    }
}

extension Geometric.Point: PostgresEncodable, PostgresDecodable {
    /// `point`.
    public static var postgresType: OID { .point }
    /// `point[]`.
    public static var postgresArrayType: OID { .pointArray }

    /// Writes both coordinates.
    public func encode(to writer: inout ByteWriter) {
        writer.write(x.bitPattern)
        writer.write(y.bitPattern)
    }

    /// Reads a `point`.
    public init(postgres bytes: RawSpan, type: OID, format: FormatCode) throws {
        try self.init(formatted: bytes, type: type, format: format)
    }
}

extension TextCursor {
    /// Consumes `(x,y)` and the blanks after it.
    @_lifetime(self: copy self)
    mutating func point() -> Geometric.Point? {
        guard take("("), let (x, y) = pair(), take(")") else { return nil }
        skipBlanks()
        return Geometric.Point(x: x, y: y)
    }

    /// Consumes two numbers with a comma between them, and blanks.
    @_lifetime(self: copy self)
    private mutating func pair() -> (Double, Double)? {
        guard let x = coordinate(), take(","), let y = coordinate() else { return nil }
        return (x, y)
    }

    /// Consumes a number and the blanks around it.
    @_lifetime(self: copy self)
    mutating func coordinate() -> Double? {
        skipBlanks()
        guard let value = floatingPoint(Double.self) else { return nil }
        skipBlanks()
        return value
    }

    /// Consumes points with commas between them, at least one.
    @_lifetime(self: copy self)
    mutating func points() -> [Geometric.Point]? {
        var points: [Geometric.Point] = []
        repeat {
            skipBlanks()
            guard let point = point() else { return nil }
            points.append(point)
        } while take(",")
        return points
    }
}

extension ByteReader {
    /// Reads the number of points and the points.
    @_lifetime(self: copy self)
    mutating func readPoints() throws -> [Geometric.Point] {
        let count = Int(try read(Int32.self))
        // The bytes that came limit the allocation.
        guard count >= 0, count <= remaining / 16 else {
            throw ValueDecodingError.malformed("\(count) points in \(remaining) bytes")
        }
        var points: [Geometric.Point] = []
        points.reserveCapacity(count)
        for _ in 0..<count { points.append(try Geometric.Point(binary: &self)) }
        return points
    }
}

extension ByteWriter {
    /// Writes the number of points and the points. Throws when the server has no such value.
    mutating func write(_ points: [Geometric.Point], of type: String) throws(ValueEncodingError) {
        guard let count = Int32(exactly: points.count), count > 0 else {
            throw .invalid("a \(type) of \(points.count) points")
        }
        write(count)
        for point in points { point.encode(to: &self) }
    }
}
