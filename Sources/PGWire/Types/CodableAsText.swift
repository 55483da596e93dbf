/// A type whose values are their text wherever `Codable` reads and writes them, JSON above all. `to_json` does the same on the
/// server. For types of yours that have a text, conformance takes no further line.
///
/// A column is decoded as what it is, so a `Decodable` struct can have properties of such types, whether its values come from a
/// row or from JSON.
public protocol CodableAsText: Codable, LosslessStringConvertible {}

extension CodableAsText {
    /// Reads the text. Throws `DecodingError.dataCorrupted` where it is none of this type.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let text = try container.decode(String.self)
        guard let value = Self(text) else {
            throw DecodingError.dataCorruptedError(
                in: container, debugDescription: "\"\(String(text.prefix(100)).escapingControls)\" is no \(Self.self)")
        }
        self = value
    }

    /// Writes ``description``.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}

extension BitString: CodableAsText {}
extension CIDR: CodableAsText {}
extension CalendarDate: CodableAsText {}
extension Geometric.Box: CodableAsText {}
extension Geometric.Circle: CodableAsText {}
extension Geometric.Line: CodableAsText {}
extension Geometric.LineSegment: CodableAsText {}
extension Geometric.Path: CodableAsText {}
extension Geometric.Point: CodableAsText {}
extension Geometric.Polygon: CodableAsText {}
extension HalfVector: CodableAsText {}
extension IPAddress: CodableAsText {}
extension Inet: CodableAsText {}
extension Interval: CodableAsText {}
extension JSONPath: CodableAsText {}
extension LQuery: CodableAsText {}
extension LTree: CodableAsText {}
extension LTxtQuery: CodableAsText {}
extension MACAddress8: CodableAsText {}
extension MACAddress: CodableAsText {}
extension SparseVector: CodableAsText {}
extension TSQuery: CodableAsText {}
extension TSVector: CodableAsText {}
extension TimeOfDay: CodableAsText {}
extension TimeOfDayTZ: CodableAsText {}
extension Timestamp: CodableAsText {}
extension TimestampTZ: CodableAsText {}
extension TransactionSnapshot: CodableAsText {}
extension TupleID: CodableAsText {}
extension Vector: CodableAsText {}
extension XMLText: CodableAsText {}

// Those with a raw value are that.

extension CharByte: Codable {}
extension CommandID: Codable {}
extension FullTransactionID: Codable {}
extension LogSequenceNumber: Codable {}
extension Money: Codable {}
extension OID: Codable {}
extension TransactionID: Codable {}
