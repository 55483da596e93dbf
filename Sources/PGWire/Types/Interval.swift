/// A span of time: `interval` (manual: "Date/Time Types"), kept as months, days and microseconds apart.
///
/// A month has no fixed number of days and, with daylight saving time, a day no fixed number of hours. So intervals
/// are equal when all three parts are, whereas the server treats 30 days and a month as equal.
public struct Interval: Sendable, Hashable, LosslessStringConvertible {
    /// The months; a year is twelve.
    public var months: Int32 { didSet { isFinite = true } }
    /// The days.
    public var days: Int32 { didSet { isFinite = true } }
    /// The microseconds.
    public var microseconds: Int64 { didSet { isFinite = true } }
    /// Whether the interval has an end: whether it is neither ``infinity`` nor ``negativeInfinity``.
    public private(set) var isFinite = true

    /// The sum of the three parts, each of which has its own sign.
    public init(months: Int32 = 0, days: Int32 = 0, microseconds: Int64 = 0) {
        self.months = months
        self.days = days
        self.microseconds = microseconds
    }

    private init(infinite extreme: Interval) {
        self = extreme
        isFinite = false
    }

    /// Longer than all others. Only servers since PostgreSQL 17 have it: an earlier one takes it for the finite interval of
    /// the greatest parts.
    public static let infinity = Interval(infinite: .greatest)
    /// Less than all others. Only servers since PostgreSQL 17 have it: an earlier one takes it for the finite interval of
    /// the least parts.
    public static let negativeInfinity = Interval(infinite: .least)

    // What the infinities are in binary format. To servers before 17 they are finite, as text shows.
    private static let greatest = Interval(months: .max, days: .max, microseconds: .max)
    private static let least = Interval(months: .min, days: .min, microseconds: .min)

    /// The text as the server writes it with `IntervalStyle = postgres`: `1 year 2 mons -3 days +04:05:06.7`.
    public var description: String {
        guard isFinite else { return months < 0 ? "-infinity" : "infinity" }
        var parts: [String] = []
        // A positive part after a negative one has a sign.
        var followsNegative = false
        for (count, unit) in [(months / 12, "year"), (months % 12, "mon"), (days, "day")] where count != 0 {
            parts.append("\(followsNegative && count > 0 ? "+" : "")\(count) \(unit)\(count == 1 ? "" : "s")")
            followsNegative = count < 0
        }
        if microseconds != 0 || parts.isEmpty {
            let (seconds, fraction) = microseconds.magnitude.quotientAndRemainder(dividingBy: 1_000_000)
            let hours = DateTimeText.pad(Int(seconds / 3600), 2)
            let rest = DateTimeText.time(Int64(seconds % 3600 * 1_000_000 + fraction)).dropFirst(2)
            parts.append("\(microseconds < 0 ? "-" : followsNegative ? "+" : "")\(hours)\(rest)")
        }
        return parts.joined(separator: " ")
    }
}

extension Interval: PostgresEncodable, PostgresDecodable {
    /// `interval`.
    public static var postgresType: OID { .interval }
    /// `interval[]`.
    public static var postgresArrayType: OID { .intervalArray }

    /// Text. In binary format nobody but the server knows whether the extreme intervals are the infinities of PostgreSQL 17,
    /// and the text says it.
    public static var postgresResultFormat: FormatCode { .text }

    /// Writes microseconds, days and months. Throws ``ValueEncodingError`` for the two finite intervals that are the same in
    /// binary format as the infinities.
    public func encode(to writer: inout ByteWriter) throws {
        guard !isFinite || self != .greatest && self != .least else {
            throw ValueEncodingError.invalid(
                "the interval of the extreme parts, which is an infinity since PostgreSQL 17")
        }
        writer.write(microseconds)
        writer.write(days)
        writer.write(months)
    }

    /// Reads an `interval`; as text with any `IntervalStyle`. In binary format the extreme ones are taken for the infinities
    /// of PostgreSQL 17.
    public init(postgres bytes: RawSpan, type: OID, format: FormatCode) throws {
        guard type == .interval else { throw ValueDecodingError.typeMismatch }
        switch format {
        case .binary:
            try bytes.require(16, for: "interval")
            var reader = ByteReader(bytes)
            let microseconds = try reader.read(Int64.self)
            let days = try reader.read(Int32.self)
            let value = Interval(months: try reader.read(Int32.self), days: days, microseconds: microseconds)
            self = value == .greatest ? .infinity : value == .least ? .negativeInfinity : value
        case .text:
            guard let value = Interval(text: bytes) else {
                throw ValueDecodingError.malformed(bytes, notA: "interval")
            }
            self = value
        }
    }
}
