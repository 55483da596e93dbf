/// An absolute point in time: `timestamp with time zone` (manual: "Date/Time Types"). PostgreSQL does not store the
/// zone.
///
/// Unlike Foundation's `Date`, which can be used as well, it is exact to the microsecond and has infinities.
public struct TimestampTZ: Sendable, Hashable, Comparable, LosslessStringConvertible {
    /// Microseconds since 2000-01-01 00:00:00 UTC; the largest and smallest number are the infinities.
    public var microseconds: Int64

    /// The point in time `microseconds` after 2000-01-01 00:00:00 UTC.
    @inlinable public init(microseconds: Int64) { self.microseconds = microseconds }

    /// The point in time that is `timestamp` in UTC.
    public init(utc timestamp: Timestamp) { microseconds = timestamp.microseconds }

    /// Later than all others.
    public static let infinity = TimestampTZ(microseconds: .max)
    /// Earlier than all others.
    public static let negativeInfinity = TimestampTZ(microseconds: .min)

    /// Whether this is not an infinity.
    public var isFinite: Bool { self != .infinity && self != .negativeInfinity }

    /// The date and time in UTC.
    public var utc: Timestamp { Timestamp(microseconds: microseconds) }

    /// Whether the left one is earlier.
    public static func < (left: TimestampTZ, right: TimestampTZ) -> Bool { left.microseconds < right.microseconds }

    /// The text as the server writes it when `TimeZone` is UTC: `2026-11-22 09:30:00.25+00`, `infinity`.
    public var description: String { DateTimeText.timestamp(microseconds, zone: "+00") }

    /// Parses text as the server writes it, and ISO 8601 such as `2026-11-22T09:30:00Z`; nil for anything else, or
    /// without an offset.
    public init?(_ description: String) {
        self.init(text: Array(description.utf8).rawSpan)
    }

    init?(text: RawSpan) {
        var cursor = TextCursor(text)
        if let sign = cursor.infinity() {
            guard cursor.isAtEnd else { return nil }
            self = sign > 0 ? .infinity : .negativeInfinity
        } else {
            guard let text = DateTimeText(cursor), text.offset != nil, let value = text.microseconds else { return nil }
            microseconds = value
        }
    }
}

extension TimestampTZ: PostgresEncodable, PostgresDecodable {
    /// `timestamptz`.
    @inlinable public static var postgresType: OID { .timestamptz }
    /// `timestamptz[]`.
    @inlinable public static var postgresArrayType: OID { .timestamptzArray }

    /// Writes the microseconds.
    @inlinable
    public func encode(to writer: inout ByteWriter) { writer.write(microseconds) }

    /// Writes the length and the same.
    @inlinable
    public func _write(to values: inout ValueWriter) { values.write(microseconds) }

    /// Reads a `timestamptz`; as text with `DateStyle = ISO`.
    @inlinable
    public init(postgres bytes: RawSpan, type: OID, format: FormatCode) throws {
        if type == .timestamptz, format == .binary, bytes.byteCount == 8,
            let value = bytes.integer(at: 0, as: Int64.self)
        {
            self.init(microseconds: value)
        } else {
            try self.init(slowly: bytes, type: type, format: format)
        }
    }

    @usableFromInline
    init(slowly bytes: RawSpan, type: OID, format: FormatCode) throws {
        guard type == .timestamptz else { throw ValueDecodingError.typeMismatch }
        switch format {
        case .binary:
            try bytes.require(8, for: "timestamptz")
            var reader = ByteReader(bytes)
            self.init(microseconds: try reader.read(Int64.self))
        case .text:
            guard let value = TimestampTZ(text: bytes) else {
                throw ValueDecodingError.malformed(bytes, notA: "timestamptz in ISO style")
            }
            self = value
        }
    }
}
