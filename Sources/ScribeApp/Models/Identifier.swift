package import FoundationEssentials
import PGSchemaSQL
package import PGWire

/// The `uuid` by which an `Entity` is known; ids of different things cannot be mixed up.
///
/// They are ordered as the server orders them: byte by byte.
package struct Identifier<Entity>: Sendable, Hashable, Comparable, CustomStringConvertible {
    package let uuid: UUID

    package init(_ uuid: UUID) { self.uuid = uuid }

    /// A new random one (version 4).
    package init() { uuid = UUID() }

    /// Reads what a client may write: any letter case, hyphens anywhere or none, braces around, `urn:uuid:` before; nil
    /// unless 32 hexadecimal digits remain.
    package init?(lenient text: String) {
        var rest = Substring(text)
        for prefix in ["urn:", "uuid:"] where rest.starts(withBytesOf: prefix) {
            rest = Substring(rest.utf8.dropFirst(prefix.utf8.count))
        }
        while rest.first == "{" { rest = rest.dropFirst() }
        while rest.last == "}" { rest = rest.dropLast() }
        let digits = rest.utf8.filter { $0 != UInt8(ascii: "-") }
        guard digits.count == 32 else { return nil }
        var canonical = ""
        for (index, digit) in digits.enumerated() {
            let character = Unicode.Scalar(digit)
            guard character.properties.isASCIIHexDigit else { return nil }
            if [8, 12, 16, 20].contains(index) { canonical += "-" }
            canonical.unicodeScalars.append(character)
        }
        guard let uuid = UUID(uuidString: canonical) else { return nil }
        self.uuid = uuid
    }

    package static func < (left: Self, right: Self) -> Bool { left.uuid < right.uuid }

    /// Lower case, with hyphens.
    package var description: String { uuid.uuidString.lowercased() }
}

extension Identifier: Encodable {
    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}

extension Identifier: PostgresEncodable, PostgresDecodable {
    package static var postgresType: OID { UUID.postgresType }
    package static var postgresArrayType: OID { UUID.postgresArrayType }

    package func encode(to writer: inout ByteWriter) throws { uuid.encode(to: &writer) }

    package init(postgres bytes: RawSpan, type: OID, format: FormatCode) throws {
        uuid = try UUID(postgres: bytes, type: type, format: format)
    }
}
