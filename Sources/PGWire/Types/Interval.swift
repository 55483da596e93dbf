/// A span of time: `interval` (manual: "Date/Time Types"), kept as months, days and microseconds apart.
///
/// A month has no fixed number of days nor, where clocks are changed, a day a fixed number of hours. So intervals are
/// equal when all three parts are, while the server holds 30 days and a month for equal.
public struct Interval: Sendable, Hashable, LosslessStringConvertible {
    /// The months; a year is twelve.
    public var months: Int32
    /// The days.
    public var days: Int32
    /// The microseconds.
    public var microseconds: Int64

    /// The sum of the three parts, each of which has its own sign.
    public init(months: Int32 = 0, days: Int32 = 0, microseconds: Int64 = 0) {
        self.months = months
        self.days = days
        self.microseconds = microseconds
    }

    /// Longer than all others (since PostgreSQL 17).
    public static let infinity = Interval(months: .max, days: .max, microseconds: .max)
    /// Less than all others (since PostgreSQL 17).
    public static let negativeInfinity = Interval(months: .min, days: .min, microseconds: .min)

    /// The text as the server writes it with `IntervalStyle = postgres`: `1 year 2 mons -3 days +04:05:06.7`.
    public var description: String {
        if self == .infinity { return "infinity" }
        if self == .negativeInfinity { return "-infinity" }
        var parts: [String] = []
        // After a negative part a positive one shows its sign.
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

    /// Reads the text that the server writes with `IntervalStyle = postgres`; nil when it is anything else.
    public init?(_ description: String) {
        self.init(text: Array(description.utf8).rawSpan)
    }

    private init?(text: RawSpan) {
        var cursor = TextCursor(text)
        if let sign = cursor.infinity() {
            self = sign > 0 ? .infinity : .negativeInfinity
            guard cursor.isAtEnd else { return nil }
            return
        }
        // These sums wrap around only for text of more than a gigabyte, which then is refused or wrong, but no trap.
        var months: Int64 = 0
        var days: Int64 = 0
        var microseconds: Int64 = 0
        repeat {
            let isNegative = cursor.take("-")
            if !isNegative { _ = cursor.take("+") }
            guard let magnitude = cursor.number(digits: 1...10) else { return nil }
            let count = Int64(isNegative ? -magnitude : magnitude)
            if cursor.take(":") {
                guard let time = cursor.minutesAndSeconds() else { return nil }
                let (whole, overflow) = count.multipliedReportingOverflow(by: 3_600_000_000)
                let (sum, carry) = whole.addingReportingOverflow(isNegative ? -time : time)
                guard !overflow, !carry, cursor.isAtEnd else { return nil }
                microseconds = sum
            } else if cursor.take(word: " year") {
                months &+= count * 12
            } else if cursor.take(word: " mon") {
                months &+= count
            } else if cursor.take(word: " day") {
                days &+= count
            } else {
                return nil
            }
            _ = cursor.take("s")
        } while cursor.take(" ")
        guard cursor.isAtEnd, let months = Int32(exactly: months), let days = Int32(exactly: days) else { return nil }
        self.init(months: months, days: days, microseconds: microseconds)
    }
}

extension TextCursor {
    /// Passes minutes and seconds with a fraction; microseconds.
    @_lifetime(self: copy self)
    fileprivate mutating func minutesAndSeconds() -> Int64? {
        guard let minute = number(digits: 2...2), minute < 60, take(":"), let second = number(digits: 2...2),
            second < 60, let fraction = millionths()
        else { return nil }
        return Int64((minute * 60 + second) * 1_000_000 + fraction)
    }
}

extension Interval: PostgresEncodable, PostgresDecodable {
    /// `interval`.
    public static var postgresType: OID { .interval }
    /// `interval[]`.
    public static var postgresArrayType: OID { .intervalArray }

    /// Writes microseconds, days and months.
    public func encode(to writer: inout ByteWriter) {
        writer.write(microseconds)
        writer.write(days)
        writer.write(months)
    }

    /// Reads an `interval`; as text with `IntervalStyle = postgres`.
    public init(postgres bytes: RawSpan, type: OID, format: FormatCode) throws {
        guard type == .interval else { throw ValueDecodingError.typeMismatch }
        switch format {
        case .binary:
            try bytes.require(16, for: "interval")
            var reader = ByteReader(bytes)
            let microseconds = try reader.read(Int64.self)
            let days = try reader.read(Int32.self)
            self.init(months: try reader.read(Int32.self), days: days, microseconds: microseconds)
        case .text:
            guard let value = Interval(text: bytes) else {
                throw ValueDecodingError.malformed(bytes, asNo: "interval in postgres style")
            }
            self = value
        }
    }
}
