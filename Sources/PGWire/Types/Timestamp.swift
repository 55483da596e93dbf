/// A date and time in no particular time zone: `timestamp without time zone` (manual: "Date/Time Types").
///
/// It is exact to the microsecond. For an absolute point in time use ``TimestampTZ``.
public struct Timestamp: Sendable, Hashable, Comparable, LosslessStringConvertible {
    /// Microseconds since 2000-01-01 00:00:00; the largest and smallest number are the infinities.
    public var microseconds: Int64

    /// The timestamp `microseconds` after 2000-01-01 00:00:00.
    public init(microseconds: Int64) { self.microseconds = microseconds }

    /// The time on that date; an infinite date makes an infinite timestamp. Nil outside the type's range, which ends
    /// in the year 294276.
    public init?(date: CalendarDate, time: TimeOfDay) {
        switch date {
        case .infinity: self = .infinity
        case .negativeInfinity: self = .negativeInfinity
        default:
            // At most 2³¹ days of less than 2³⁷ microseconds.
            let (whole, overflow) = Int64(date.days).multipliedReportingOverflow(by: Gregorian.microsecondsPerDay)
            let (value, carry) = whole.addingReportingOverflow(time.microseconds)
            guard !overflow, !carry, Self.finite.contains(value) else { return nil }
            microseconds = value
        }
    }

    /// Later than all others.
    public static let infinity = Timestamp(microseconds: .max)
    /// Earlier than all others.
    public static let negativeInfinity = Timestamp(microseconds: .min)

    /// The range of the server, `MIN_TIMESTAMP` to `END_TIMESTAMP` of its `datatype/timestamp.h`: 4713 BC to 294276
    /// AD.
    static let finite: Range<Int64> = -211_813_488_000_000_000..<9_223_371_331_200_000_000

    /// Whether this is not an infinity.
    public var isFinite: Bool { self != .infinity && self != .negativeInfinity }

    /// The date; an infinity for an infinity.
    public var date: CalendarDate {
        switch self {
        case .infinity: .infinity
        case .negativeInfinity: .negativeInfinity
        default: CalendarDate(days: Int32(Gregorian.floorDivide(microseconds, Gregorian.microsecondsPerDay)))
        }
    }

    /// The time of day; nil for the infinities.
    public var time: TimeOfDay? {
        guard isFinite else { return nil }
        let days = Gregorian.floorDivide(microseconds, Gregorian.microsecondsPerDay)
        return TimeOfDay(microseconds: microseconds &- days &* Gregorian.microsecondsPerDay)
    }

    /// Whether the left one is earlier.
    public static func < (left: Timestamp, right: Timestamp) -> Bool { left.microseconds < right.microseconds }

    /// The text as the server writes it: `2026-11-22 09:30:00.25`, `infinity`.
    public var description: String { DateTimeText.timestamp(microseconds, zone: "") }

    /// Parses text as the server writes it, or with `T` between date and time; nil for anything else.
    public init?(_ description: String) {
        self.init(text: Array(description.utf8).rawSpan)
    }

    init?(text: RawSpan) {
        var cursor = TextCursor(text)
        if let sign = cursor.infinity() {
            guard cursor.isAtEnd else { return nil }
            self = sign > 0 ? .infinity : .negativeInfinity
        } else {
            guard let text = DateTimeText(cursor), text.offset == nil, let value = text.microseconds else { return nil }
            microseconds = value
        }
    }
}

extension Timestamp: PostgresEncodable, PostgresDecodable {
    /// `timestamp`.
    public static var postgresType: OID { .timestamp }
    /// `timestamp[]`.
    public static var postgresArrayType: OID { .timestampArray }

    /// Writes the microseconds.
    @inlinable
    public func encode(to writer: inout ByteWriter) { writer.write(microseconds) }

    /// Writes the length and the same.
    @inlinable
    public func _write(to values: inout ValueWriter) { values.write(microseconds) }

    /// Reads a `timestamp`; as text with `DateStyle = ISO`.
    public init(postgres bytes: RawSpan, type: OID, format: FormatCode) throws {
        guard type == .timestamp else { throw ValueDecodingError.typeMismatch }
        switch format {
        case .binary:
            try bytes.require(8, for: "timestamp")
            var reader = ByteReader(bytes)
            self.init(microseconds: try reader.read(Int64.self))
        case .text:
            guard let value = Timestamp(text: bytes) else {
                throw ValueDecodingError.malformed(bytes, notA: "timestamp in ISO style")
            }
            self = value
        }
    }
}
