#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// A `Codable` value as JSON (manual: "JSON Types"): sent as `jsonb`, read from `jsonb` and `json`.
///
/// ```swift
/// struct Address: Codable { var street: String }
/// try await db.execute("UPDATE player SET address = \(JSONEncoded(address))")
/// let address = try await db.fetchOne("SELECT address FROM player", as: JSONEncoded<Address>.self).value
/// ```
///
/// It uses a `JSONEncoder` with default settings; for others, such as a date strategy, use
/// ``JSONText/init(encoding:with:)``. `JSONEncoded<Int?>(nil)` is the JSON `null`, `JSONEncoded<Int>?.none` is NULL.
public struct JSONEncoded<Value: Sendable>: Sendable {
    /// The value.
    public var value: Value

    /// The value as JSON.
    public init(_ value: Value) { self.value = value }
}

extension JSONEncoded: Equatable where Value: Equatable {}
extension JSONEncoded: Hashable where Value: Hashable {}

extension JSONEncoded: PostgresEncodable where Value: Encodable {
    /// `jsonb`. Where a `json` is needed, the server converts it on assignment.
    public static var postgresType: OID { .jsonb }
    /// `jsonb[]`.
    public static var postgresArrayType: OID { .jsonbArray }

    /// Writes a version byte and the text. Throws ``ValueEncodingError`` for a value that JSON cannot express, such as
    /// NaN, and what its `encode(to:)` throws.
    public func encode(to writer: inout ByteWriter) throws {
        do {
            let text = try JSONEncoder().encode(value)
            writer.write(1 as UInt8)
            writer.write(text.bytes)
        } catch EncodingError.invalidValue(_, let context) {
            throw ValueEncodingError.invalid("JSON\(place(context.codingPath)): \(context.debugDescription)")
        }
    }
}

extension JSONEncoded: PostgresDecodable where Value: Decodable {
    /// Reads a `jsonb` or `json`. Text that does not have the value's shape is ``ValueDecodingError/malformed(_:)``,
    /// which says where.
    public init(postgres bytes: RawSpan, type: OID, format: FormatCode) throws {
        let text: Data
        switch (type, format) {
        case (.json, _), (.jsonb, .text): text = Data([UInt8](copying: bytes))
        case (.jsonb, .binary): text = Data([UInt8](copying: try jsonbContent(bytes)))
        default: throw ValueDecodingError.typeMismatch
        }
        do {
            value = try JSONDecoder().decode(Value.self, from: text)
        } catch let error as DecodingError {
            throw ValueDecodingError.malformed("JSON is not a valid \(Value.self)\(place(error.path)): \(error.reason)")
        }
    }
}

extension DecodingError {
    /// What is wrong, in words.
    var reason: String {
        switch self {
        case .typeMismatch(_, let context), .valueNotFound(_, let context), .dataCorrupted(let context):
            context.debugDescription
        case .keyNotFound(let key, _): "the key \"\(key.stringValue)\" is missing"
        @unknown default: "\(self)"
        }
    }

    /// The keys that lead to it.
    fileprivate var path: [any CodingKey] {
        switch self {
        case .typeMismatch(_, let context), .valueNotFound(_, let context), .dataCorrupted(let context),
            .keyNotFound(_, let context):
            context.codingPath
        @unknown default: []
        }
    }
}

private func place(_ path: [any CodingKey]) -> String {
    path.isEmpty ? "" : " at " + path.map(\.stringValue).joined(separator: ".")
}
