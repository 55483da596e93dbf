#if canImport(FoundationEssentials)
public import FoundationEssentials
#else
public import Foundation
#endif

extension TimestampTZ {
    /// The date rounded to microseconds, halves to even; nil outside PostgreSQL's range.
    public init?(_ date: Date) {
        // Rounded before the epochs are aligned: the number is smaller then, so Double has more digits for the
        // fraction.
        let rounded = (date.timeIntervalSinceReferenceDate * 1_000_000).rounded(.toNearestOrEven)
        guard let value = Int64(exactly: rounded) else { return nil }
        let (microseconds, overflow) = value.addingReportingOverflow(Self.referenceDate)
        guard !overflow, Timestamp.finite.contains(microseconds) else { return nil }
        self.init(microseconds: microseconds)
    }

    /// The reference date of Foundation, 2001-01-01 00:00 UTC: 2000 was a leap year.
    fileprivate static let referenceDate: Int64 = 366 * 86_400_000_000
}

extension Date {
    /// The nearest `Date`, which is exact to the microsecond for more than a century around 2001; nil for the
    /// infinities.
    public init?(_ timestamp: TimestampTZ) {
        guard timestamp.isFinite else { return nil }
        let (microseconds, overflow) = timestamp.microseconds.subtractingReportingOverflow(TimestampTZ.referenceDate)
        guard !overflow else { return nil }
        if microseconds.magnitude < 1 << 53 {
            // Both numbers are exact as Double, so the quotient is the nearest one.
            self.init(timeIntervalSinceReferenceDate: Double(microseconds) / 1_000_000)
        } else {
            let (seconds, rest) = microseconds.quotientAndRemainder(dividingBy: 1_000_000)
            self.init(timeIntervalSinceReferenceDate: Double(seconds) + Double(rest) / 1_000_000)
        }
    }
}

/// `timestamp with time zone` (manual: "Date/Time Types"). ``TimestampTZ`` is exact and has infinities.
extension Date: PostgresEncodable, PostgresDecodable {
    /// `timestamptz`.
    public static var postgresType: OID { .timestamptz }
    /// `timestamptz[]`.
    public static var postgresArrayType: OID { .timestamptzArray }

    /// Writes the date rounded to microseconds, halves to even. Throws ``ValueEncodingError`` outside 4713 BC to
    /// 294276 AD.
    public func encode(to writer: inout ByteWriter) throws {
        guard let timestamp = TimestampTZ(self) else {
            throw ValueEncodingError.invalid("a Date outside the range of timestamptz")
        }
        timestamp.encode(to: &writer)
    }

    /// Writes the length and the same.
    public func _write(to values: inout ValueWriter) throws {
        guard let timestamp = TimestampTZ(self) else { return try values.write { try encode(to: &$0) } }
        timestamp._write(to: &values)
    }

    /// Reads a `timestamptz`; a `timestamp` as if it were in UTC; a `date` as its midnight in UTC, so that it is another day
    /// in many a time zone (``CalendarDate`` is the day itself). The infinities are ``ValueDecodingError/outOfRange(_:)``.
    public init(postgres bytes: RawSpan, type: OID, format: FormatCode) throws {
        if type == .date {
            let day = try CalendarDate(postgres: bytes, type: type, format: format)
            guard day.isFinite else { throw ValueDecodingError.outOfRange("\(day) is outside the range of Date") }
            // Exact: days have far fewer digits than Double.
            self.init(
                timeIntervalSinceReferenceDate: Double(day.days) * 86_400
                    - Double(TimestampTZ.referenceDate / 1_000_000))
            return
        }
        let timestamp =
            type == .timestamp
            ? TimestampTZ(utc: try Timestamp(postgres: bytes, type: type, format: format))
            : try TimestampTZ(postgres: bytes, type: type, format: format)
        guard let date = Date(timestamp) else {
            throw ValueDecodingError.outOfRange("\(timestamp) is outside the range of Date")
        }
        self = date
    }
}
