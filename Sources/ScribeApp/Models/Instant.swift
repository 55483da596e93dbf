import PGSchemaSQL
package import PGWire

/// A moment as the database keeps it, exact to the microsecond, and as the API writes it.
///
/// Only the years 1 to 9999 are moments here: others, and the infinities, cannot be written so that clients read them.
package struct Instant: Sendable, Hashable, Comparable, CustomStringConvertible {
    package let timestamp: TimestampTZ

    private static let range = (-730_119 * Self.day)..<(2_921_940 * Self.day)
    private static let day: Int64 = 86_400_000_000

    /// Nil outside the years 1 to 9999.
    package init?(_ timestamp: TimestampTZ) {
        guard Self.range.contains(timestamp.microseconds) else { return nil }
        self.timestamp = timestamp
    }

    package static func < (left: Instant, right: Instant) -> Bool { left.timestamp < right.timestamp }

    /// `2025-03-01T10:30:00Z`, in UTC; with six digits of a fraction unless it is zero.
    package var description: String {
        let fraction = ((timestamp.microseconds % 1_000_000) + 1_000_000) % 1_000_000
        let second = TimestampTZ(microseconds: timestamp.microseconds - fraction).description
        // "2025-03-01 10:30:00+00"
        let text = "\(second.prefix(10))T\(second.dropFirst(11).prefix(8))"
        guard fraction != 0 else { return text + "Z" }
        let digits = String(fraction)
        return "\(text).\(String(repeating: "0", count: 6 - digits.count))\(digits)Z"
    }
}

extension Instant: Encodable {
    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}

extension Instant: PostgresEncodable, PostgresDecodable {
    package static var postgresType: OID { TimestampTZ.postgresType }
    package static var postgresArrayType: OID { TimestampTZ.postgresArrayType }

    package func encode(to writer: inout ByteWriter) throws { timestamp.encode(to: &writer) }

    package init(postgres bytes: RawSpan, type: OID, format: FormatCode) throws {
        let timestamp = try TimestampTZ(postgres: bytes, type: type, format: format)
        guard let instant = Instant(timestamp) else {
            throw ValueDecodingError.outOfRange("\(timestamp) is not in the years 1 to 9999")
        }
        self = instant
    }
}
