package import PGWire

/// A `jsonb` value as the database has it: numbers of any size, any depth. Nobody has parsed it here.
package struct RawJSON: Sendable, Hashable, ExpressibleByStringLiteral, CustomStringConvertible {
    /// The text, which the server checks when it is stored.
    package let text: String

    package init(_ text: String) { self.text = text }
    package init(stringLiteral text: String) { self.text = text }

    package var description: String { text }

    /// The same value without the blanks that the server writes between its parts.
    package var compact: String {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.utf8.count)
        var isInString = false
        var isEscaped = false
        for byte in text.utf8 {
            if isInString {
                if isEscaped {
                    isEscaped = false
                } else if byte == UInt8(ascii: "\\") {
                    isEscaped = true
                } else if byte == UInt8(ascii: "\"") {
                    isInString = false
                }
            } else if byte == UInt8(ascii: "\"") {
                isInString = true
            } else if byte == 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0D {
                continue
            }
            bytes.append(byte)
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}

extension RawJSON: Encodable {
    /// ``OrderedJSONEncoder`` writes the value itself; to any other encoder it is text.
    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(text)
    }
}

extension RawJSON: PostgresEncodable, PostgresDecodable {
    package static var postgresType: OID { JSONText.postgresType }
    package static var postgresFormat: FormatCode { JSONText.postgresFormat }

    package func encode(to writer: inout ByteWriter) throws { try JSONText(text).encode(to: &writer) }

    package init(postgres bytes: RawSpan, type: OID, format: FormatCode) throws {
        text = try JSONText(postgres: bytes, type: type, format: format).text
    }
}
