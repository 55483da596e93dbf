/// `boolean` (manual: "Boolean Type").
extension Bool: PostgresEncodable, PostgresDecodable {
    /// `boolean`.
    public static var postgresType: OID { .bool }
    /// `boolean[]`.
    public static var postgresArrayType: OID { .boolArray }

    /// Writes one byte, 0 or 1.
    public func encode(to writer: inout ByteWriter) {
        writer.write(self ? 1 : 0 as UInt8)
    }

    /// Reads a `boolean`.
    public init(postgres bytes: RawSpan, type: OID, format: Format) throws {
        guard type == .bool else { throw DecodingProblem.typeMismatch }
        try bytes.require(1, for: "bool")
        switch (format, bytes.byte(at: 0)) {
        case (.binary, 0), (.text, UInt8(ascii: "f")): self = false
        case (.binary, 1), (.text, UInt8(ascii: "t")): self = true
        case (.binary, let byte): throw DecodingProblem.malformed("bool is 0 or 1, \(byte) came")
        case (.text, _): throw DecodingProblem.malformed(bytes, asNo: "bool")
        }
    }
}
