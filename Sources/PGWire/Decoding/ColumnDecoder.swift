#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// Decodes one column: a plain value, or a type that wraps one, such as an enum with a raw value or a typed identifier; JSON;
/// a composite; or an array of any of these.
struct ColumnDecoder: Decoder, SingleValueDecodingContainer {
    let row: Row
    let index: Int
    let context: DecodingContext
    /// The part of the column that is decoded, an element of an array or a field of a composite; nil for the column itself.
    private var part: ReceivedValue?
    /// The type of the array that the part is an element of.
    private var array: OID?
    /// The name of the composite's field that the part is, or is in.
    private var field: String?
    /// How many parts it is in.
    private var depth = 0
    /// The type whose `init(from:)` decodes it, which messages name.
    var wanted: Any.Type = [Any].self
    var columnName: String { row.columns[index].name }
    var codingPath: [any CodingKey] {
        [ColumnKey(stringValue: columnName)] + (field.map { [ColumnKey(stringValue: $0)] } ?? [])
    }
    var userInfo: [CodingUserInfoKey: Any] { context.userInfo }

    init(row: Row, index: Int, _ context: DecodingContext) {
        self.row = row
        self.index = index
        self.context = context
    }

    /// The decoder of a part of this value.
    func within(_ part: ReceivedValue, field: String?, array: OID?) -> ColumnDecoder {
        var inner = self
        inner.part = part
        inner.field = field ?? self.field
        inner.array = array
        inner.depth += 1
        return inner
    }

    func singleValueContainer() throws -> any SingleValueDecodingContainer { self }

    func container<Key: CodingKey>(keyedBy type: Key.Type) throws -> KeyedDecodingContainer<Key> {
        guard depth < CompositeNesting.maximumDepth else { throw failure(CompositeNesting.tooDeep, Key.self) }
        guard let types = context.types else { throw notAStruct }
        let type = types.base(of: try valueType(types))
        guard let entry = types[type] else {
            guard type.isUserDefined else { throw notAStruct }
            throw TypeCatalog.Missing(type: type, failure: notAStruct)
        }
        guard !entry.fields.isEmpty else { throw notAStruct }
        let value = try part ?? value(ReceivedValue.self)
        return KeyedDecodingContainer(try CompositeContainer(self, value, type, entry))
    }

    /// The type of the value. The text of an array does not say what its elements are, but the catalogs do.
    private func valueType(_ types: TypeCatalog) throws -> OID {
        guard let part else { return row.columns[index].type }
        guard part.type == .ofUnknownValue || part.type == array, let array else { return part.type }
        let type = types.base(of: array)
        guard let entry = types[type] else { throw TypeCatalog.Missing(type: type, failure: notAStruct) }
        return entry.element
    }

    private var notAStruct: PostgresError {
        .usage(
            "column \"\(columnName)\" is one value and cannot be decoded as a struct: "
                + (context.types == nil && row.columns[index].type.isUserDefined
                    ? "where it is a composite, ask for the rows by `as:`, so that the names of its fields can be looked up, or "
                    : "")
                + "make the struct a PostgresComposite if the column is a composite, keep it as JSON, or select its columns as "
                + "\"\(columnName).…\"")
    }

    func unkeyedContainer() throws -> any UnkeyedDecodingContainer {
        guard !isNull else { throw failure(ValueDecodingError.unexpectedNull, wanted) }
        let value = try part ?? value(ReceivedValue.self)
        let elements = try self.value(of: value, as: PostgresArray<ReceivedValue?>.self, forWhom: wanted)
        return ElementContainer(decoder: self, array: value.type, elements)
    }

    func decodeNil() -> Bool { isNull }

    /// Whether it is NULL; a part never is.
    private var isNull: Bool { part == nil ? (try? row.isNull(index)) ?? false : false }

    /// Whether it is the `null` of JSON, which is nil for a type that is read as JSON.
    private func isJSONNull<T>(for type: T.Type) -> Bool {
        guard isJSON, !isNull, let text = try? value(JSONText.self).text, text.utf8.elementsEqual("null".utf8) else {
            return false
        }
        guard let type = type as? any PostgresDecodable.Type else { return true }
        return (try? value(type)) == nil
    }

    /// The column as `type`; nil where it is NULL, or the `null` of JSON.
    func decodeIfPresent<T: Decodable>(_ type: T.Type) throws -> T? {
        isNull || isJSONNull(for: type) ? nil : try decode(type)
    }

    func decode<T: Decodable>(_ type: T.Type) throws -> T {
        let isJSON = isJSON
        if let type = type as? any PostgresDecodable.Type {
            if !isJSON, let value = try value(type) as? T { return value }
            // What reads no `json` column, as an array of strings, may be in the JSON.
            if let value = (try? value(type)) as? T { return value }
        }
        if isJSON { return try decodeJSON() }
        // Those that are no type of PostgreSQL's: their `init(from:)` would ask this very function.
        if let type = type as? any FixedWidthInteger.Type, let value = try integer(type) as? T { return value }
        var decoder = self
        decoder.wanted = type
        return try decoder.naming(type) { try T(from: decoder) }
    }

    /// Lets the type's `init(from:)` decode the column; where that finds the value wrong, the error names the column.
    func naming<T>(_ type: T.Type, _ decode: () throws -> T) throws -> T {
        do { return try decode() } catch let error as DecodingError {
            throw failure(ValueDecodingError.malformed(error.reason), type)
        }
    }

    private func decodeJSON<T: Decodable>() throws -> T {
        guard !isNull else { throw failure(ValueDecodingError.unexpectedNull, T.self) }
        let text = try value(JSONText.self)
        do {
            return try text.decode(with: context.json ?? JSONDecoder())
        } catch {
            throw failure(ValueDecodingError.malformed("\(error)"), T.self)
        }
    }

    private var isJSON: Bool {
        let type = base(part?.type ?? row.columns[index].type)
        return type == .json || type == .jsonb
    }

    /// The column, or the part of it, as a type of PostgreSQL's.
    private func value<D: PostgresDecodable>(_ type: D.Type) throws -> D {
        guard let part else { return try row.decode(index, as: type) }
        return try value(of: part, as: type, forWhom: type)
    }

    private func value<D: PostgresDecodable>(
        of part: ReceivedValue, as type: D.Type, forWhom wanted: Any.Type
    ) throws -> D {
        do {
            let bytes = part.bytes.rawSpan
            let type = baseType(base(part.type), of: D.self, byteCount: part.format == .binary ? bytes.byteCount : nil)
            return try D(postgres: bytes, type: type, format: part.format)
        } catch {
            throw failure(error, wanted)
        }
    }

    /// What a domain is over; any other type itself.
    private func base(_ type: OID) -> OID { type.isUserDefined ? context.types?.base(of: type) ?? type : type }

    private func integer<I: FixedWidthInteger>(_ type: I.Type) throws -> I {
        try unsafe value(IntegerColumn<I>.self).value
    }

    /// The error of a value that cannot be decoded, which names column and field.
    func failure(_ error: any Error, _ type: Any.Type) -> PostgresError {
        guard let field, let reason = error as? ValueDecodingError else { return row.view.failure(error, index, type) }
        return row.view.failure(
            reason.inField("\"\(field.escapingControls)\"", part?.type, as: "\(type)"), index, type)
    }
}

/// Stands in a coding path for a column.
private struct ColumnKey: CodingKey {
    let stringValue: String
    var intValue: Int? { nil }
    init(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }
}
