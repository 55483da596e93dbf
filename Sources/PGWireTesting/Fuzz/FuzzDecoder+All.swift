package import PGWire

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// The types of a program, for ``FuzzDecoder``.
enum FuzzedTypes {
    enum Mood: String, PostgresEnum, CaseIterable {
        case sad, ok
        case happy = "very \"happy\", \\really"
    }

    enum Level: Int16, PostgresEncodable, PostgresDecodable { case low = 1, high }

    struct PlayerID: RawRepresentable, PostgresEncodable, PostgresDecodable { var rawValue: Int64 }

    struct Address: PostgresComposite {
        var street: String
        var number: Int?

        init(_ street: String, _ number: Int?) { (self.street, self.number) = (street, number) }

        var fields: PostgresRecord<String, Int?> { PostgresRecord(street, number) }
        init(fields record: PostgresRecord<String, Int?>) { (street, number) = record.fields }
    }
}

extension FuzzDecoder {
    /// Any type that a database defines.
    package static let userDefined = OID(16390)

    /// Each type that there is a decoder for.
    package static let all: [FuzzDecoder] = numbers + texts + times + containers + shapes + further

    private static let numbers: [FuzzDecoder] = [
        FuzzDecoder(.bool, true), FuzzDecoder(.int2, Int16(7)), FuzzDecoder(.int4, Int32(7)), FuzzDecoder(.int8, 7),
        FuzzDecoder(.int4, UInt8(7)), FuzzDecoder(.int4, Int8(7)), FuzzDecoder(.int8, UInt16(7)),
        FuzzDecoder(.int8, UInt32(7)), FuzzDecoder(.numeric, UInt64(7)), FuzzDecoder(.numeric, UInt(7)),
        FuzzDecoder(.oid, OID.text), FuzzDecoder(.float4, Float(1.5)), FuzzDecoder(.float8, 1.5),
        FuzzDecoder(.numeric, ExactNumeric("-12345.6789"), ExactNumeric("NaN")), FuzzDecoder(.numeric, Decimal(12.5)),
        FuzzDecoder(.int8, ExactNumeric(7)), FuzzDecoder(.int2, FuzzedTypes.Level.low),
        FuzzDecoder(.int8, FuzzedTypes.PlayerID(rawValue: 7)), FuzzDecoder(.money, Money(rawValue: 7)),
    ]

    private static let texts: [FuzzDecoder] = [
        FuzzDecoder(.text, "text"), FuzzDecoder(.varchar, "text"), FuzzDecoder(.name, "text"), FuzzDecoder(.char, "c"),
        FuzzDecoder(.char, CharByte(rawValue: 200)), FuzzDecoder(.bytea, [1, 2] as [UInt8]),
        FuzzDecoder(.bytea, Data([1, 2])),
        FuzzDecoder(.uuid, UUID(uuid: (1, 2, 3, 4, 5, 6, 7, 8, 9, 0, 1, 2, 3, 4, 5, 6))),
        FuzzDecoder(.json, JSONText("[1]")), FuzzDecoder(.jsonb, JSONText("[1]")),
        FuzzDecoder(.json, JSONEncoded(["a": [1]])), FuzzDecoder(.jsonb, JSONEncoded(["a": [1]])),
        FuzzDecoder(userDefined, FuzzedTypes.Mood.ok, .happy), FuzzDecoder(.xml, XMLText("<a/>")),
        FuzzDecoder(.jsonpath, JSONPath("$.a")), FuzzDecoder(userDefined, LTree("a.b")),
        FuzzDecoder(userDefined, LQuery("*.b")), FuzzDecoder(userDefined, LTxtQuery("a & b")),
        FuzzDecoder(userDefined, Hstore(["a": "1", "b\"": nil])),
    ]

    private static let times: [FuzzDecoder] = [
        FuzzDecoder(.date, CalendarDate(days: 7)), FuzzDecoder(.date, Date(timeIntervalSince1970: 7)),
        FuzzDecoder(.time, TimeOfDay(hour: 7, minute: 7)), FuzzDecoder(.timestamp, Timestamp(microseconds: 7)),
        FuzzDecoder(.timestamptz, TimestampTZ(microseconds: 7)),
        FuzzDecoder(.timestamp, Date(timeIntervalSince1970: 7)),
        FuzzDecoder(.timestamptz, Date(timeIntervalSince1970: 7)),
        FuzzDecoder(.interval, Interval(months: 1, days: 2, microseconds: 3), .infinity),
        FuzzDecoder(.timetz, TimeOfDay(hour: 7, minute: 7).flatMap { TimeOfDayTZ($0, secondsFromUTC: -12_610) }),
    ]

    private static let containers: [FuzzDecoder] = [
        FuzzDecoder(.int4Array, [1, nil] as [Int32?]), FuzzDecoder(.textArray, ["a", "b,c"]),
        FuzzDecoder(.int4Array, [[1, nil], [2, 3]] as [[Int32?]]), FuzzDecoder(.textArray, [[["a", "NULL"]]]),
        FuzzDecoder(.int8Array, PostgresArray([1, 2], lowerBound: -2)),
        FuzzDecoder(.textArray, PostgresArray(["a", nil])),
        FuzzDecoder(.byteaArray, [[1], [2, 3]] as [[UInt8]]), FuzzDecoder(.numericArray, [ExactNumeric(7)]),
        FuzzDecoder(.timestamptzArray, [Date(timeIntervalSince1970: 7)]),
        FuzzDecoder(.jsonbArray, [JSONEncoded(["a": [1]])]), FuzzDecoder(.varbitArray, [BitString([true])]),
        FuzzDecoder(.boolArray, [true, false]), FuzzDecoder(.float8Array, [1.5]),
        FuzzDecoder(userDefined, [FuzzedTypes.Mood.ok, .happy]), FuzzDecoder(userDefined, [1, 2] as [Int32]),
        FuzzDecoder(OID(3904), PostgresRange(Int32(1)..<5)), FuzzDecoder(OID(3926), PostgresRange(1..<5)),
        FuzzDecoder(OID(3910), PostgresRange(TimestampTZ(microseconds: 7)...)),
        FuzzDecoder(userDefined, PostgresRange("a, \"b"..."c")), FuzzDecoder(userDefined, PostgresRange(1.5..<2)),
        FuzzDecoder(OID(4536), PostgresMultirange([PostgresRange(1..<5), PostgresRange(7...)])),
        FuzzDecoder(userDefined, PostgresMultirange([PostgresRange("a"..."c")])),
        FuzzDecoder(
            OID(2249), PostgresRecord(1, "a, \"b", Bool?.none, [1.5], Date(timeIntervalSince1970: 7))),
        FuzzDecoder(OID(2249), PostgresRecord(1 as Int?, "a" as String?)),
        FuzzDecoder(userDefined, [FuzzedTypes.Address("a b", nil)]),
        FuzzDecoder(userDefined, FuzzedTypes.Address("a", 1)),
    ]

    private static let shapes: [FuzzDecoder] = {
        let point = Geometric.Point(x: 1.5, y: -2)
        let other = Geometric.Point(x: .nan, y: 1e300)
        return [
            FuzzDecoder(.point, point, other), FuzzDecoder(.line, Geometric.Line(a: 1, b: 2, c: 3)),
            FuzzDecoder(.lseg, Geometric.LineSegment(start: point, end: other)),
            FuzzDecoder(.box, Geometric.Box(point, other)),
            FuzzDecoder(
                .path, Geometric.Path([point, other], isClosed: false), Geometric.Path([point], isClosed: true)),
            FuzzDecoder(.polygon, Geometric.Polygon([point, other])),
            FuzzDecoder(.circle, Geometric.Circle(center: point, radius: 2)),
            FuzzDecoder(userDefined, Vector([1, 2.5])), FuzzDecoder(userDefined, HalfVector([1, 2.5])),
            FuzzDecoder(userDefined, SparseVector([0, 1.5, 0, 2])),
        ]
    }()

    private static let further: [FuzzDecoder] = {
        let v4 = IPAddress(bytes: [10, 0, 0, 1])
        let v6 = IPAddress(bytes: Array(repeating: 0, count: 10) + [255, 255, 1, 2, 3, 4])
        return [
            FuzzDecoder(.inet, v4.flatMap { Inet($0, prefixLength: 8) }, v6.flatMap { Inet($0, prefixLength: 96) }),
            FuzzDecoder(.cidr, v4.flatMap { CIDR($0, prefixLength: 32) }),
            FuzzDecoder(.macaddr, MACAddress(rawValue: 0x0800_2B01_0203)),
            FuzzDecoder(.macaddr8, MACAddress8(rawValue: 0x0800_2B01_0203_0405)),
            FuzzDecoder(.bit, BitString([true, false, true])), FuzzDecoder(.varbit, BitString([])),
            FuzzDecoder(.tsvector, TSVector([.init("a", at: [.init(1), .init(2, .a)]), .init("b'\\")])),
            FuzzDecoder(.tsquery, TSQuery("'a' & 'b'")), FuzzDecoder(.regclass, OID(1259)),
            FuzzDecoder(.pgLSN, LogSequenceNumber(rawValue: 0x16_B374_D848)),
            FuzzDecoder(.xid, TransactionID(rawValue: 3)), FuzzDecoder(.cid, CommandID(rawValue: 3)),
            FuzzDecoder(.xid8, FullTransactionID(rawValue: 3)), FuzzDecoder(.tid, TupleID(block: 1, offset: 2)),
            FuzzDecoder(
                .pgSnapshot,
                TransactionSnapshot(
                    minimum: .init(rawValue: 1), maximum: .init(rawValue: 9),
                    active: [.init(rawValue: 2), .init(rawValue: 4)])),
            // Behind all others: inputs that were found name a decoder by its place.
            FuzzDecoder(.int8Array, [FuzzedTypes.PlayerID(rawValue: 7)]),
        ]
    }()
}
