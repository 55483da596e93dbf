#if canImport(FoundationEssentials)
public import FoundationEssentials
#else
public import Foundation
#endif

/// `uuid` (manual: "UUID Type").
extension UUID: PostgresEncodable, PostgresDecodable {
    /// `uuid`.
    public static var postgresType: OID { .uuid }
    /// `uuid[]`.
    public static var postgresArrayType: OID { .uuidArray }

    /// Writes sixteen bytes.
    public func encode(to writer: inout ByteWriter) {
        let (a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p) = uuid
        let bytes: [16 of UInt8] = [a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p]
        for index in bytes.indices { writer.write(bytes[index]) }
    }

    /// Reads a `uuid`.
    public init(postgres bytes: RawSpan, type: OID, format: Format) throws {
        guard type == .uuid else { throw DecodingProblem.typeMismatch }
        switch format {
        case .binary:
            try bytes.require(16, for: "uuid")
            func at(_ offset: Int) -> UInt8 { bytes.byte(at: offset) }
            self.init(
                uuid: (
                    at(0), at(1), at(2), at(3), at(4), at(5), at(6), at(7),
                    at(8), at(9), at(10), at(11), at(12), at(13), at(14), at(15)
                ))
        case .text:
            guard bytes.byteCount == 36, let text = String(validating: bytes), let value = UUID(uuidString: text) else {
                throw DecodingProblem.malformed(bytes, asNo: "uuid")
            }
            self = value
        }
    }
}
