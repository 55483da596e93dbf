#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// A Swift value that is kept as JSON (manual: "JSON Types"): sent as `jsonb`, read from `jsonb` and `json`.
///
/// ```swift
/// struct Address: Codable { var street: String }
/// try await db.execute("UPDATE player SET address = \(JSONEncoded(address))")
/// let address = try await db.fetchOne("SELECT address FROM player", as: JSONEncoded<Address>.self).value
/// ```
///
/// It is encoded by a plain `JSONEncoder`; where another date strategy or the like is needed, use
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

    /// Writes a version byte and the text. Throws ``ValueEncodingError`` when the value has no form in JSON, such as NaN,
    /// and else what its `encode(to:)` throws.
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
    /// Reads a `jsonb` or `json`. Text that does not have the value's shape is ``ValueDecodingError/malformed(_:)``, which
    /// says where.
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
            throw ValueDecodingError.malformed("JSON is no \(Value.self)\(detail(error))")
        }
    }
}

private func detail(_ error: DecodingError) -> String {
    switch error {
    case .typeMismatch(_, let context), .valueNotFound(_, let context), .dataCorrupted(let context):
        return "\(place(context.codingPath)): \(context.debugDescription)"
    case .keyNotFound(let key, let context):
        return "\(place(context.codingPath)): the key \"\(key.stringValue)\" is missing"
    @unknown default:
        return ""
    }
}

private func place(_ path: [any CodingKey]) -> String {
    path.isEmpty ? "" : " at " + path.map(\.stringValue).joined(separator: ".")
}
