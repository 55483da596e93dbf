/// A day without time of day: `date` (manual: "Date/Time Types").
///
/// It has the range of PostgreSQL's type: from 4713 BC to 5874897 AD, and both infinities.
///
/// ```swift
/// let ides = CalendarDate("0044-03-15 BC")
/// let today = CalendarDate(year: 2026, month: 11, day: 22)
/// ```
public struct CalendarDate: Sendable, Hashable, Comparable, LosslessStringConvertible {
    /// Days since 2000-01-01; the largest and smallest number are the infinities.
    public var days: Int32

    /// The date `days` after 2000-01-01.
    public init(days: Int32) { self.days = days }

    /// A date of the Gregorian calendar; nil when it does not exist or is outside PostgreSQL's range.
    ///
    /// - Parameters:
    ///   - year: the year, in which 0 is 1 BC and -1 is 2 BC, as in ISO 8601.
    ///   - month: the month, from 1.
    ///   - day: the day of the month, from 1.
    public init?(year: Int, month: Int, day: Int) {
        guard let days = Gregorian.days(year: year, month: month, day: day).flatMap(Int32.init(exactly:)) else {
            return nil
        }
        self.days = days
    }

    /// Later than all days.
    public static let infinity = CalendarDate(days: .max)
    /// Earlier than all days.
    public static let negativeInfinity = CalendarDate(days: .min)

    /// Whether this is a day, not an infinity.
    public var isFinite: Bool { self != .infinity && self != .negativeInfinity }

    /// Year (0 is 1 BC), month and day; nil for the infinities.
    public var components: (year: Int, month: Int, day: Int)? {
        isFinite ? Gregorian.civil(days: Int(days)) : nil
    }

    /// Whether the left day is earlier.
    public static func < (left: CalendarDate, right: CalendarDate) -> Bool { left.days < right.days }

    /// The text as the server writes it: `2026-11-22`, `0044-03-15 BC`, `infinity`.
    public var description: String {
        switch self {
        case .infinity: return "infinity"
        case .negativeInfinity: return "-infinity"
        default:
            let (text, isBC) = DateTimeText.date(days: Int(days))
            return isBC ? text + " BC" : text
        }
    }

    /// Parses text as the server writes it; nil when it is not a valid date.
    public init?(_ description: String) {
        self.init(text: Array(description.utf8).rawSpan)
    }

    private init?(text: RawSpan) {
        var cursor = TextCursor(text)
        if let sign = cursor.infinity() {
            self = sign > 0 ? .infinity : .negativeInfinity
        } else {
            guard let (year, month, day) = cursor.yearMonthDay() else { return nil }
            let isBC = cursor.take(word: " BC")
            self.init(year: isBC ? 1 - year : year, month: month, day: day)
        }
        guard cursor.isAtEnd else { return nil }
    }
}

extension CalendarDate: PostgresEncodable, PostgresDecodable {
    /// `date`.
    public static var postgresType: OID { .date }
    /// `date[]`.
    public static var postgresArrayType: OID { .dateArray }

    /// Writes the days since 2000-01-01.
    @inlinable
    public func encode(to writer: inout ByteWriter) { writer.write(days) }

    /// Writes the length and the same.
    @inlinable
    public func _write(to values: inout ValueWriter) { values.write(days) }

    /// Reads a `date`; as text with `DateStyle = ISO`.
    public init(postgres bytes: RawSpan, type: OID, format: FormatCode) throws {
        guard type == .date else { throw ValueDecodingError.typeMismatch }
        switch format {
        case .binary:
            try bytes.require(4, for: "date")
            var reader = ByteReader(bytes)
            self.init(days: try reader.read(Int32.self))
        case .text:
            guard let value = CalendarDate(text: bytes) else {
                throw ValueDecodingError.malformed(bytes, notA: "date in ISO style")
            }
            self = value
        }
    }
}
