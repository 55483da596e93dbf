import PGSchemaReports

/// Writes `Encodable` values as the API's JSON: compact, fields in the order in which they are encoded, nil as `null`,
/// ``RawJSON`` as it is. Foundation's encoder can do none of the last three.
package struct OrderedJSONEncoder {
    package init() {}

    /// The JSON of `value`.
    ///
    /// - Throws: what its `encode(to:)` throws; `EncodingError` for a number that JSON does not have.
    package func text(of value: some Encodable) throws -> String {
        var text = ""
        try JSONNode(value, at: []).write(to: &text)
        return text
    }
}

/// A value that is being encoded. An object, as containers are handed out before they are filled.
private final class JSONNode {
    enum Content {
        /// Complete JSON.
        case text(String)
        case object([(name: String, node: JSONNode)])
        case array([JSONNode])
    }

    var content: Content

    init(_ content: Content) { self.content = content }

    init<T: Encodable>(_ value: T, at path: [any CodingKey]) throws {
        content = .text("null")
        try set(value, at: path)
    }

    func set<T: Encodable>(_ value: T, at path: [any CodingKey]) throws {
        switch value {
        case let value as RawJSON: content = .text(value.compact)
        case let value as String: content = .text(JSONValue.string(value).text)
        case let value as Bool: content = .text(value ? "true" : "false")
        case let value as any FixedWidthInteger: content = .text("\(value)")
        case let value as Double: content = .text(try Self.number(value, at: path))
        case let value as Float: content = .text(try Self.number(value, at: path))
        default: try value.encode(to: JSONNodeEncoder(node: self, codingPath: path))
        }
    }

    private static func number<Number: BinaryFloatingPoint>(
        _ number: Number, at path: [any CodingKey]
    ) throws -> String {
        guard number.isFinite else {
            throw EncodingError.invalidValue(number, .init(codingPath: path, debugDescription: "JSON has no \(number)"))
        }
        return "\(number)"
    }

    func append(_ name: String, _ node: JSONNode) {
        guard case .object(var fields) = content else { return }
        // Taken out first, so that the array is not copied with each field.
        content = .text("")
        fields.append((name, node))
        content = .object(fields)
    }

    func append(_ node: JSONNode) {
        guard case .array(var nodes) = content else { return }
        content = .text("")
        nodes.append(node)
        content = .array(nodes)
    }

    var count: Int {
        if case .array(let nodes) = content { nodes.count } else { 0 }
    }

    func write(to text: inout String) {
        switch content {
        case .text(let value): text += value
        case .object(let fields):
            text += "{"
            for (index, field) in fields.enumerated() {
                if index > 0 { text += "," }
                text += JSONValue.string(field.name).text
                text += ":"
                field.node.write(to: &text)
            }
            text += "}"
        case .array(let nodes):
            text += "["
            for (index, node) in nodes.enumerated() {
                if index > 0 { text += "," }
                node.write(to: &text)
            }
            text += "]"
        }
    }
}

private struct JSONNodeEncoder: Encoder, SingleValueEncodingContainer {
    let node: JSONNode
    let codingPath: [any CodingKey]
    var userInfo: [CodingUserInfoKey: Any] { [:] }

    func container<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedEncodingContainer<Key> {
        node.content = .object([])
        return KeyedEncodingContainer(JSONObjectContainer<Key>(node: node, codingPath: codingPath))
    }

    func unkeyedContainer() -> any UnkeyedEncodingContainer {
        node.content = .array([])
        return JSONArrayContainer(node: node, codingPath: codingPath)
    }

    func singleValueContainer() -> any SingleValueEncodingContainer { self }

    func encodeNil() { node.content = .text("null") }
    func encode<T: Encodable>(_ value: T) throws { try node.set(value, at: codingPath) }
}

private struct JSONObjectContainer<Key: CodingKey>: KeyedEncodingContainerProtocol {
    let node: JSONNode
    let codingPath: [any CodingKey]

    func encodeNil(forKey key: Key) { node.append(key.stringValue, JSONNode(.text("null"))) }

    func encode<T: Encodable>(_ value: T, forKey key: Key) throws {
        node.append(key.stringValue, try JSONNode(value, at: codingPath + [key]))
    }

    private func encodeOptional<T: Encodable>(_ value: T?, _ key: Key) throws {
        if let value { try encode(value, forKey: key) } else { encodeNil(forKey: key) }
    }

    func encodeIfPresent<T: Encodable>(_ value: T?, forKey key: Key) throws { try encodeOptional(value, key) }

    // The protocol has a method of its own for each of these, whose default leaves nil out.
    func encodeIfPresent(_ value: Bool?, forKey key: Key) throws { try encodeOptional(value, key) }
    func encodeIfPresent(_ value: String?, forKey key: Key) throws { try encodeOptional(value, key) }
    func encodeIfPresent(_ value: Double?, forKey key: Key) throws { try encodeOptional(value, key) }
    func encodeIfPresent(_ value: Float?, forKey key: Key) throws { try encodeOptional(value, key) }
    func encodeIfPresent(_ value: Int?, forKey key: Key) throws { try encodeOptional(value, key) }
    func encodeIfPresent(_ value: Int8?, forKey key: Key) throws { try encodeOptional(value, key) }
    func encodeIfPresent(_ value: Int16?, forKey key: Key) throws { try encodeOptional(value, key) }
    func encodeIfPresent(_ value: Int32?, forKey key: Key) throws { try encodeOptional(value, key) }
    func encodeIfPresent(_ value: Int64?, forKey key: Key) throws { try encodeOptional(value, key) }
    func encodeIfPresent(_ value: UInt?, forKey key: Key) throws { try encodeOptional(value, key) }
    func encodeIfPresent(_ value: UInt8?, forKey key: Key) throws { try encodeOptional(value, key) }
    func encodeIfPresent(_ value: UInt16?, forKey key: Key) throws { try encodeOptional(value, key) }
    func encodeIfPresent(_ value: UInt32?, forKey key: Key) throws { try encodeOptional(value, key) }
    func encodeIfPresent(_ value: UInt64?, forKey key: Key) throws { try encodeOptional(value, key) }

    private func child(_ key: any CodingKey, _ content: JSONNode.Content) -> JSONNode {
        let child = JSONNode(content)
        node.append(key.stringValue, child)
        return child
    }

    func nestedContainer<Nested: CodingKey>(
        keyedBy type: Nested.Type, forKey key: Key
    ) -> KeyedEncodingContainer<Nested> {
        let container = JSONObjectContainer<Nested>(node: child(key, .object([])), codingPath: codingPath + [key])
        return KeyedEncodingContainer(container)
    }

    func nestedUnkeyedContainer(forKey key: Key) -> any UnkeyedEncodingContainer {
        JSONArrayContainer(node: child(key, .array([])), codingPath: codingPath + [key])
    }

    func superEncoder() -> any Encoder {
        JSONNodeEncoder(node: child(SuperKey(), .text("null")), codingPath: codingPath + [SuperKey()])
    }

    func superEncoder(forKey key: Key) -> any Encoder {
        JSONNodeEncoder(node: child(key, .text("null")), codingPath: codingPath + [key])
    }
}

private struct JSONArrayContainer: UnkeyedEncodingContainer {
    let node: JSONNode
    let codingPath: [any CodingKey]
    var count: Int { node.count }

    func encodeNil() { node.append(JSONNode(.text("null"))) }
    func encode<T: Encodable>(_ value: T) throws { node.append(try JSONNode(value, at: codingPath)) }

    private func child(_ content: JSONNode.Content) -> JSONNode {
        let child = JSONNode(content)
        node.append(child)
        return child
    }

    func nestedContainer<Nested: CodingKey>(keyedBy type: Nested.Type) -> KeyedEncodingContainer<Nested> {
        KeyedEncodingContainer(JSONObjectContainer<Nested>(node: child(.object([])), codingPath: codingPath))
    }

    func nestedUnkeyedContainer() -> any UnkeyedEncodingContainer {
        JSONArrayContainer(node: child(.array([])), codingPath: codingPath)
    }

    func superEncoder() -> any Encoder { JSONNodeEncoder(node: child(.text("null")), codingPath: codingPath) }
}

private struct SuperKey: CodingKey {
    var stringValue: String { "super" }
    var intValue: Int? { nil }
    init() {}
    init?(stringValue: String) { nil }
    init?(intValue: Int) { nil }
}
