/// The values bound to a statement, already in their wire format.
package struct Parameters: Sendable {
    package private(set) var types: [OID] = []
    package private(set) var formats: [Format] = []
    /// For each value its length, or -1 for NULL, and its bytes.
    package private(set) var values = ByteWriter()

    package init() {}

    package var count: Int { types.count }

    /// Adds a value. When it cannot be encoded, nothing is added and the error names the parameter.
    package mutating func append<T: PostgresEncodable>(_ value: T) throws(PGError) {
        let start = values.count
        do {
            if value.isPostgresNull {
                values.write(Int32(-1))
            } else {
                let mark = values.reserveLength()
                try value.encode(to: &values)
                try values.patchLength(mark, to: values.count - mark - 4)
            }
        } catch {
            values.truncate(to: start)
            let reason =
                switch error {
                case EncodingProblem.invalid(let text): text
                case let error as ByteWriter.TooLong: "its \(error.length) bytes are too many for the protocol"
                default: "\(error)"
                }
            throw .encoding(
                .init(parameter: count + 1, description: "parameter $\(count + 1) of type \(T.self): \(reason)"))
        }
        types.append(T.postgresType)
        formats.append(T.postgresFormat)
    }

    /// Adds a value that is in its wire format already; nil is NULL.
    package mutating func append(encoded bytes: [UInt8]?, type: OID, format: Format) {
        values.write(bytes.map { Int32(clamping: $0.count) } ?? -1)
        values.write(bytes ?? [])
        types.append(type)
        formats.append(format)
    }

    /// Adds the values of `other` after those that are there.
    package mutating func append(contentsOf other: Parameters) {
        types += other.types
        formats += other.formats
        values.write(other.values.bytes)
    }
}
