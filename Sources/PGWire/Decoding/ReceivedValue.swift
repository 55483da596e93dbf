/// A value as it was received.
struct ReceivedValue: PostgresDecodable {
    let bytes: [UInt8]
    var type: OID
    let format: FormatCode

    init(postgres bytes: RawSpan, type: OID, format: FormatCode) throws {
        self.bytes = [UInt8](copying: bytes)
        self.type = type
        self.format = format
    }
}

/// An integer of a size or sign that PostgreSQL has no type for, from a column of any integer type.
struct IntegerColumn<I: FixedWidthInteger>: PostgresDecodable, StandingFor {
    // Integers are values; the protocol alone does not say so.
    nonisolated(unsafe) let value: I
    static var decodedType: Any.Type { I.self }

    init(postgres bytes: RawSpan, type: OID, format: FormatCode) throws {
        unsafe value = try I(integerColumn: bytes, type: type, format: format)
    }
}
