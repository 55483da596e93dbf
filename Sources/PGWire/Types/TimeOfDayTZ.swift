/// A time without a day, with an offset from UTC: `time with time zone` (manual: "Date/Time Types").
///
/// Values are equal when both parts are, whereas the server also compares where they are in UTC.
public struct TimeOfDayTZ: Sendable, Hashable, LosslessStringConvertible {
    /// The time on a clock there.
    public let time: TimeOfDay
    /// Seconds east of UTC, less than sixteen hours either way.
    public let secondsFromUTC: Int

    /// The time at this offset; nil when the offset is sixteen hours or more.
    public init?(_ time: TimeOfDay, secondsFromUTC: Int) {
        guard secondsFromUTC.magnitude < 16 * 3600 else { return nil }
        self.time = time
        self.secondsFromUTC = secondsFromUTC
    }

    /// The text as the server writes it: `12:00:00+05`, `09:30:00.25-03:30:10`.
    public var description: String {
        let seconds = abs(secondsFromUTC)
        var text = "\(time)\(secondsFromUTC < 0 ? "-" : "+")\(DateTimeText.pad(seconds / 3600, 2))"
        if seconds % 3600 != 0 { text += ":\(DateTimeText.pad(seconds / 60 % 60, 2))" }
        if seconds % 60 != 0 { text += ":\(DateTimeText.pad(seconds % 60, 2))" }
        return text
    }

    /// Parses a time and an offset; nil for anything else.
    public init?(_ description: String) { self.init(parsing: description) }
}

extension TimeOfDayTZ: FormattedValue {
    static var typeName: String { "timetz" }

    static func reads(_ type: OID) -> Bool { type == .timetz }

    init?(text: RawSpan) {
        var cursor = TextCursor(text)
        guard let microseconds = cursor.timeOfDay(), let time = TimeOfDay(microseconds: microseconds),
            let offset = cursor.zoneOffset(), cursor.isAtEnd
        else { return nil }
        self.init(time, secondsFromUTC: offset)
    }

    init(binary reader: inout ByteReader) throws {
        let microseconds = try reader.read(Int64.self)
        // The server counts west of UTC.
        let west = Int(try reader.read(Int32.self))
        guard let time = TimeOfDay(microseconds: microseconds), let value = TimeOfDayTZ(time, secondsFromUTC: -west)
        else {
            throw ValueDecodingError.malformed("timetz of \(microseconds) microseconds, \(west) seconds west of UTC")
        }
        self = value
    }
}

extension TimeOfDayTZ: PostgresEncodable, PostgresDecodable {
    /// `timetz`.
    public static var postgresType: OID { .timetz }
    /// `timetz[]`.
    public static var postgresArrayType: OID { .timetzArray }

    /// Writes the microseconds since midnight, and the seconds west of UTC.
    public func encode(to writer: inout ByteWriter) {
        time.encode(to: &writer)
        writer.write(Int32(truncatingIfNeeded: -secondsFromUTC))
    }

    /// Reads a `timetz`.
    public init(postgres bytes: RawSpan, type: OID, format: FormatCode) throws {
        try self.init(formatted: bytes, type: type, format: format)
    }
}
