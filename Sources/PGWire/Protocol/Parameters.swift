/// The values bound to a statement, encoded.
package struct Parameters: Sendable {
    /// A value's declared type and its format code.
    package struct Kind: Sendable, Hashable {
        package var type: OID
        package var format: FormatCode

        package init(type: OID, format: FormatCode) {
            self.type = type
            self.format = format
        }

        init<T: PostgresEncodable>(_ type: T.Type) {
            self.init(type: T.postgresType, format: T.postgresFormat)
        }
    }

    package private(set) var kinds: [Kind] = []
    /// For each value its length, or -1 for NULL, and its bytes.
    package private(set) var values = ByteWriter()

    package init() {}

    /// Parameters from values that are encoded already.
    init(_ kinds: [Kind], _ values: ByteWriter) {
        self.kinds = kinds
        self.values = values
    }

    package var count: Int { kinds.count }

    /// The declared types.
    package var types: [OID] { kinds.map(\.type) }

    /// Appends a value. When it cannot be encoded, nothing is appended and the error names the parameter.
    package mutating func append<T: PostgresEncodable>(_ value: T) throws(PostgresError) {
        try Self.encode(value, number: count + 1, to: &values)
        kinds.append(Kind(T.self))
    }

    /// Writes the length and the value of the parameter with this number.
    static func encode<T: PostgresEncodable>(
        _ value: T, number: Int, to values: inout ByteWriter
    ) throws(PostgresError) {
        let start = values.count
        var writer = ValueWriter(taking: &values)
        defer { writer.give(back: &values) }
        do {
            try value._write(to: &writer)
        } catch {
            writer.truncate(to: start)
            let reason = ValueEncodingError.reason(error)
            throw .encoding(
                .init(parameter: number, description: "parameter $\(number) of type \(T.self): \(reason)"))
        }
    }

    /// Appends a value that is encoded already; nil is NULL.
    package mutating func append(encoded bytes: [UInt8]?, type: OID, format: FormatCode) {
        values.write(bytes.map { Int32(clamping: $0.count) } ?? -1)
        values.write(bytes ?? [])
        kinds.append(Kind(type: type, format: format))
    }

}
