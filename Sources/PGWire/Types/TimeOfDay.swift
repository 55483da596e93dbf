/// A time without a day: `time without time zone` (manual: "Date/Time Types"), from 00:00:00 to 24:00:00.
public struct TimeOfDay: Sendable, Hashable, Comparable, LosslessStringConvertible {
    /// Microseconds since midnight, up to 86,400,000,000 (24:00:00).
    public let microseconds: Int64

    /// The time `microseconds` after midnight; nil below zero and beyond 24:00:00.
    public init?(microseconds: Int64) {
        guard microseconds >= 0, microseconds <= Gregorian.microsecondsPerDay else { return nil }
        self.microseconds = microseconds
    }

    /// A time of day; nil when it does not exist. 24:00:00 does.
    public init?(hour: Int, minute: Int, second: Int = 0, microsecond: Int = 0) {
        guard (0...24).contains(hour), (0..<60).contains(minute), (0..<60).contains(second),
            (0..<1_000_000).contains(microsecond)
        else { return nil }
        self.init(microseconds: Int64((hour * 60 + minute) * 60 + second) * 1_000_000 + Int64(microsecond))
    }

    /// The hour, 0 to 24.
    public var hour: Int { Int(microseconds / 3_600_000_000) }
    /// The minute, 0 to 59.
    public var minute: Int { Int(microseconds / 60_000_000 % 60) }
    /// The second, 0 to 59.
    public var second: Int { Int(microseconds / 1_000_000 % 60) }
    /// The microsecond, 0 to 999,999.
    public var microsecond: Int { Int(microseconds % 1_000_000) }

    /// Whether the left time is earlier.
    public static func < (left: TimeOfDay, right: TimeOfDay) -> Bool { left.microseconds < right.microseconds }

    /// The text as the server writes it: `09:30:00.25`.
    public var description: String { DateTimeText.time(microseconds) }

    /// Parses text as the server writes it; nil when it is not a valid time.
    public init?(_ description: String) {
        self.init(text: Array(description.utf8).rawSpan)
    }

    private init?(text: RawSpan) {
        var cursor = TextCursor(text)
        guard let microseconds = cursor.timeOfDay(), cursor.isAtEnd else { return nil }
        self.init(microseconds: microseconds)
    }
}

extension TimeOfDay: PostgresEncodable, PostgresDecodable {
    /// `time`.
    public static var postgresType: OID { .time }
    /// `time[]`.
    public static var postgresArrayType: OID { .timeArray }

    /// Writes the microseconds since midnight.
    @inlinable
    public func encode(to writer: inout ByteWriter) { writer.write(microseconds) }

    /// Writes the length and the same.
    @inlinable
    public func _write(to values: inout ValueWriter) { values.write(microseconds) }

    /// Reads a `time`.
    public init(postgres bytes: RawSpan, type: OID, format: FormatCode) throws {
        guard type == .time else { throw ValueDecodingError.typeMismatch }
        switch format {
        case .binary:
            try bytes.require(8, for: "time")
            var reader = ByteReader(bytes)
            let microseconds = try reader.read(Int64.self)
            guard let value = TimeOfDay(microseconds: microseconds) else {
                throw ValueDecodingError.malformed("time of \(microseconds) microseconds")
            }
            self = value
        case .text:
            guard let value = TimeOfDay(text: bytes) else { throw ValueDecodingError.malformed(bytes, notA: "time") }
            self = value
        }
    }
}
