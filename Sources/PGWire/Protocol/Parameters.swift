/// The values bound to a statement, already in their wire format.
package struct Parameters: Sendable {
    /// A value's declared type, and how it travels.
    package struct Kind: Sendable, Hashable {
        package var type: OID
        package var format: Format
    }

    package private(set) var kinds: [Kind] = []
    /// For each value its length, or -1 for NULL, and its bytes.
    package private(set) var values = ByteWriter()

    package init() {}

    /// No values yet, with place for so many small ones.
    package init(capacity: Int) {
        guard capacity > 0 else { return }
        kinds.reserveCapacity(capacity)
        values = ByteWriter(capacity: capacity * 16)
    }

    package var count: Int { kinds.count }

    /// The declared types.
    package var types: [OID] { kinds.map(\.type) }

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
        kinds.append(Kind(type: T.postgresType, format: T.postgresFormat))
    }

    /// Adds a value that is in its wire format already; nil is NULL.
    package mutating func append(encoded bytes: [UInt8]?, type: OID, format: Format) {
        values.write(bytes.map { Int32(clamping: $0.count) } ?? -1)
        values.write(bytes ?? [])
        kinds.append(Kind(type: type, format: format))
    }

    /// Adds the values of `other` after those that are there.
    package mutating func append(contentsOf other: Parameters) {
        kinds += other.kinds
        values.write(other.values.span)
    }
}
