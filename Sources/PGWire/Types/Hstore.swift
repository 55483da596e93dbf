/// Keys with values that may be NULL: `hstore`, of the extension of this name.
///
/// ```swift
/// let attributes: Hstore = ["colour": "red", "size": nil]
/// try await db.execute("UPDATE item SET attributes = \(attributes)")
/// ```
/// Keys are compared by their bytes, as the server does: texts that Swift takes for equal, as `é` written in two ways, are
/// different keys. As a parameter it has no type, so say `\(attributes)::hstore` where the server cannot infer it.
public struct Hstore: Sendable, Hashable, ExpressibleByDictionaryLiteral, CustomStringConvertible {
    /// A key and its value.
    public struct Pair: Sendable, Hashable {
        /// The key.
        public let key: String
        /// The value; nil is NULL.
        public let value: String?

        /// A key and its value.
        public init(key: String, value: String?) {
            self.key = key
            self.value = value
        }

        /// By bytes, as the server has it.
        public static func == (left: Pair, right: Pair) -> Bool {
            guard left.key.hasSameBytes(as: right.key) else { return false }
            return switch (left.value, right.value) {
            case (nil, nil): true
            case (let left?, let right?): left.hasSameBytes(as: right)
            default: false
            }
        }

        /// Hashes the bytes.
        public func hash(into hasher: inout Hasher) {
            key.hashBytes(into: &hasher)
            hasher.combine(value == nil)
            value?.hashBytes(into: &hasher)
        }
    }

    /// All pairs, each key once, in the server's order: shorter keys first, those of one length by their bytes.
    public let pairs: [Pair]

    /// These pairs; of several with one key the first.
    public init(pairs: some Sequence<Pair>) {
        var sorted = Array(pairs)
        // Stable: of those with one key the first stays the first.
        let order = sorted.indices.sorted { left, right in
            let (first, second) = (sorted[left].key.utf8, sorted[right].key.utf8)
            if first.count != second.count { return first.count < second.count }
            return first.elementsEqual(second) ? left < right : first.lexicographicallyPrecedes(second)
        }
        sorted = order.map { sorted[$0] }
        var unique: [Pair] = []
        for pair in sorted where unique.last.map({ !$0.key.hasSameBytes(as: pair.key) }) ?? true { unique.append(pair) }
        self.pairs = unique
    }

    /// The pairs of a dictionary.
    public init(_ dictionary: [String: String?]) { self.init(pairs: dictionary.map { Pair(key: $0, value: $1) }) }

    /// These keys and values; of several with one key the first.
    public init(dictionaryLiteral elements: (String, String?)...) {
        self.init(pairs: elements.map { Pair(key: $0, value: $1) })
    }

    /// As a dictionary; of keys that Swift takes for equal the first.
    public var dictionary: [String: String?] {
        Dictionary(pairs.map { ($0.key, $0.value) }, uniquingKeysWith: { first, _ in first })
    }

    /// The value of the key; nil inside of nil where there is no such key, `.some(nil)` where it is NULL.
    public subscript(key: String) -> String?? { pairs.first { $0.key.hasSameBytes(as: key) }.map(\.value) }

    /// The text as the server prints it: `"a"=>"1", "b"=>NULL`.
    public var description: String {
        pairs.map { "\(Self.quoted($0.key))=>\($0.value.map(Self.quoted) ?? "NULL")" }.joined(separator: ", ")
    }

    private static func quoted(_ text: String) -> String {
        var bytes = [UInt8(ascii: "\"")]
        for byte in text.utf8 {
            if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") { bytes.append(UInt8(ascii: "\\")) }
            bytes.append(byte)
        }
        return String(decoding: bytes + [UInt8(ascii: "\"")], as: UTF8.self)
    }
}

extension Hstore: PostgresEncodable, PostgresDecodable {
    /// ``OID/unspecified``: an extension's types have other identifiers in each database, so the server infers it.
    public static var postgresType: OID { .unspecified }
    /// Text.
    public static var postgresFormat: FormatCode { .text }
    /// Text.
    public static var postgresResultFormat: FormatCode { .text }

    /// Writes the text. Throws ``ValueEncodingError`` for a zero byte, which no text in PostgreSQL can hold.
    public func encode(to writer: inout ByteWriter) throws { try description.encode(to: &writer) }

    /// Reads an `hstore`.
    public init(postgres bytes: RawSpan, type: OID, format: FormatCode) throws {
        guard type.isUserDefined else { throw ValueDecodingError.typeMismatch }
        switch format {
        case .binary:
            do {
                try self.init(binary: bytes)
            } catch let overrun as ByteReader.OverrunError {
                throw ValueDecodingError.malformed("hstore \(overrun.reason)")
            }
        case .text: try self.init(text: bytes)
        }
    }

    /// `hstore_send`: the number of pairs, and for each the key and the value with their lengths, -1 for NULL.
    private init(binary bytes: RawSpan) throws {
        var reader = ByteReader(bytes)
        let count = Int(try reader.read(Int32.self))
        guard count >= 0, count <= reader.remaining / 8 else {
            throw ValueDecodingError.malformed("hstore of \(count) pairs in \(reader.remaining) bytes")
        }
        var pairs: [Pair] = []
        pairs.reserveCapacity(count)
        for _ in 0..<count {
            let key = try Self.text(try reader.readSpan(Int(try reader.read(Int32.self))))
            let length = try reader.read(Int32.self)
            pairs.append(Pair(key: key, value: length == -1 ? nil : try Self.text(try reader.readSpan(Int(length)))))
        }
        guard reader.isAtEnd else { throw ValueDecodingError.malformed("bytes follow the last pair of the hstore") }
        self.init(pairs: pairs)
    }

    private static func text(_ bytes: RawSpan) throws(ValueDecodingError) -> String {
        guard let text = String(validating: bytes) else { throw .malformed("hstore is not UTF-8") }
        return text
    }

    private init(text bytes: RawSpan) throws {
        var cursor = TextCursor(bytes)
        var pairs: [Pair] = []
        while !cursor.isAtEnd {
            if !pairs.isEmpty {
                guard cursor.take(",") else { throw Self.problem(at: cursor.position) }
                _ = cursor.take(" ")
            }
            guard let key = try cursor.quotedText(), cursor.take("="), cursor.take(">") else {
                throw Self.problem(at: cursor.position)
            }
            if cursor.take(word: "NULL") {
                pairs.append(Pair(key: key, value: nil))
            } else if let value = try cursor.quotedText() {
                pairs.append(Pair(key: key, value: value))
            } else {
                throw Self.problem(at: cursor.position)
            }
        }
        self.init(pairs: pairs)
    }

    private static func problem(at position: Int) -> ValueDecodingError {
        .malformed("hstore has no \"key\"=>\"value\" at character \(position)")
    }
}

extension TextCursor {
    /// Consumes text in quotes, in which a backslash has any character be itself; nil when no quote is next, or none ends it.
    @_lifetime(self: copy self)
    fileprivate mutating func quotedText() throws(ValueDecodingError) -> String? {
        guard take("\"") else { return nil }
        var content: [UInt8] = []
        while let byte = take() {
            if byte == UInt8(ascii: "\"") {
                guard let text = String(validating: content.rawSpan) else { throw .malformed("hstore is not UTF-8") }
                return text
            }
            guard let character = byte == UInt8(ascii: "\\") ? take() : byte else { return nil }
            content.append(character)
        }
        return nil
    }
}
