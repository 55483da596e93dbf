// Values that consist of others are their text wherever `Codable` reads and writes them, as in JSON that `to_json` makes of them.

/// Reads the text of a value. Throws `DecodingError.dataCorrupted` where it is none.
private func read<T: PostgresDecodable>(_ type: T.Type, from decoder: any Decoder) throws -> T {
    let container = try decoder.singleValueContainer()
    let text = try container.decode(String.self)
    do {
        return try T(postgres: Array(text.utf8).rawSpan, type: .ofUnknownValue, format: .text)
    } catch {
        throw DecodingError.dataCorruptedError(
            in: container, debugDescription: "the text is no \(T.self): \(error)")
    }
}

/// Writes the text of a value.
private func write(_ value: some PostgresEncodable, to encoder: any Encoder) throws {
    var writer = ByteWriter()
    try value.encodeText(to: &writer)
    var container = encoder.singleValueContainer()
    try container.encode(String(decoding: writer.bytes, as: UTF8.self))
}

extension PostgresArray: Decodable where Element: PostgresDecodable {
    /// Reads the text. Throws `DecodingError.dataCorrupted` where it is none of this type.
    public init(from decoder: any Decoder) throws { self = try read(Self.self, from: decoder) }
}

extension PostgresArray: Encodable where Element: PostgresEncodable {
    /// Writes the text. Throws what its parts throw.
    public func encode(to encoder: any Encoder) throws { try write(self, to: encoder) }
}

extension PostgresRange: Decodable where Bound: PostgresDecodable {
    /// Reads the text. Throws `DecodingError.dataCorrupted` where it is none of this type.
    public init(from decoder: any Decoder) throws { self = try read(Self.self, from: decoder) }
}

extension PostgresRange: Encodable where Bound: PostgresEncodable {
    /// Writes the text. Throws what its parts throw.
    public func encode(to encoder: any Encoder) throws { try write(self, to: encoder) }
}

extension PostgresMultirange: Decodable where Bound: PostgresDecodable {
    /// Reads the text. Throws `DecodingError.dataCorrupted` where it is none of this type.
    public init(from decoder: any Decoder) throws { self = try read(Self.self, from: decoder) }
}

extension PostgresMultirange: Encodable where Bound: PostgresEncodable {
    /// Writes the text. Throws what its parts throw.
    public func encode(to encoder: any Encoder) throws { try write(self, to: encoder) }
}

extension PostgresRecord: Decodable where repeat each Field: PostgresDecodable {
    /// Reads the text. Throws `DecodingError.dataCorrupted` where it is none of this type.
    public init(from decoder: any Decoder) throws { self = try read(Self.self, from: decoder) }
}

extension PostgresRecord: Encodable where repeat each Field: PostgresEncodable {
    /// Writes the text. Throws what its parts throw.
    public func encode(to encoder: any Encoder) throws { try write(self, to: encoder) }
}

extension Hstore: Codable {
    /// Reads what JSON has as an object of strings and nulls.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: HstoreKey.self)
        self.init(
            pairs: try container.allKeys.map { key in
                Pair(key: key.stringValue, value: try container.decodeIfPresent(String.self, forKey: key))
            })
    }

    /// Writes what JSON has as an object of strings and nulls.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: HstoreKey.self)
        for pair in pairs { try container.encode(pair.value, forKey: HstoreKey(stringValue: pair.key)) }
    }
}

/// A key of an `hstore`.
private struct HstoreKey: CodingKey {
    let stringValue: String
    var intValue: Int? { nil }
    init(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }
}

extension JSONText: Codable {
    /// Reads a string that is JSON.
    public init(from decoder: any Decoder) throws {
        self.init(try decoder.singleValueContainer().decode(String.self))
    }

    /// Writes the text as a string.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(text)
    }
}

extension JSONEncoded: Decodable where Value: Decodable {
    /// Reads the value itself.
    public init(from decoder: any Decoder) throws {
        self.init(try decoder.singleValueContainer().decode(Value.self))
    }
}

extension JSONEncoded: Encodable where Value: Encodable {
    /// Writes the value itself.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(value)
    }
}
