/// A name in a database as PostgreSQL sees it: of a table, a column, a schema, a role (manual: "Identifiers and Key Words").
///
/// To the server a name is its bytes. Swift's `String` takes texts for equal that look the same, such as `é` in one scalar
/// and `é` in two, and the Kelvin sign and the letter K: to the server those are two names. So names are compared, hashed
/// and sorted here by their UTF-8 bytes, and belong in sets and dictionaries as this type, not as `String`.
///
/// ```swift
/// let table: SQLIdentifier = "Order"
/// let sql: SQL = "SELECT count(*) FROM \(identifier: table)"  // … FROM "Order"
/// ```
public struct SQLIdentifier: Sendable, Hashable, Comparable, ExpressibleByStringInterpolation, CustomStringConvertible {
    /// More bytes than this the server silently cuts away (`NAMEDATALEN - 1`), so that two names may become one.
    public static let maximumByteCount = 63

    /// The name without quotes, in the case that it has in the catalog.
    public let text: String

    public init(_ text: String) { self.text = text }

    public init(stringLiteral text: String) { self.text = text }

    /// The name in double quotes, those in it doubled: valid SQL for any text without a zero byte.
    public var quoted: String {
        guard text.utf8.contains(Self.quote) else { return "\"\(text)\"" }
        // By bytes: a quote with a combining mark is one Character, which is not a quote to Swift, but is to the server.
        var bytes: [UInt8] = [Self.quote]
        bytes.reserveCapacity(text.utf8.count + 8)
        for byte in text.utf8 {
            bytes.append(byte)
            if byte == Self.quote { bytes.append(byte) }
        }
        bytes.append(Self.quote)
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Why the server cannot have such a name; nil if it can.
    var problem: String? {
        if text.isEmpty { return "a name cannot be empty" }
        if text.hasZero { return "a name cannot hold a zero byte (U+0000)" }
        let count = text.utf8.count
        guard count > Self.maximumByteCount else { return nil }
        return """
            the name \(text.escapingControls) has \(count) bytes, of which the server would silently cut away all but \
            \(Self.maximumByteCount): shorten it
            """
    }

    public var description: String { text }

    public static func == (left: SQLIdentifier, right: SQLIdentifier) -> Bool { left.text.hasSameBytes(as: right.text) }

    public static func < (left: SQLIdentifier, right: SQLIdentifier) -> Bool {
        left.text.utf8.lexicographicallyPrecedes(right.text.utf8)
    }

    public func hash(into hasher: inout Hasher) { text.hashBytes(into: &hasher) }

    private static let quote = UInt8(ascii: "\"")
}

extension SQLIdentifier: PostgresDecodable {
    /// Reads `name`, and every other type that a `String` can be read from.
    public init(postgres bytes: RawSpan, type: OID, format: FormatCode) throws {
        text = try String(postgres: bytes, type: type, format: format)
    }
}

extension SQLIdentifier: PostgresEncodable {
    /// ``OID/name``.
    public static var postgresType: OID { .name }
    /// `name[]`.
    public static var postgresArrayType: OID { .nameArray }
    /// Text.
    public static var postgresFormat: FormatCode { .text }

    /// Writes the name. Throws ``ValueEncodingError`` for one that the server cannot have: empty ones are sent, as comparing
    /// with them does no harm.
    public func encode(to writer: inout ByteWriter) throws {
        if !text.isEmpty, let problem { throw ValueEncodingError.invalid(problem) }
        try text.encode(to: &writer)
    }
}
