import Foundation
import PGWire

/// What ``TypesTests/Garbage`` feeds the types of addresses, shapes, bits, text search, vectors and the server's own numbers.
let scalarDecoders: [GarbageDecoder] = {
    let v4 = IPAddress(bytes: [10, 0, 0, 1])
    let v6 = IPAddress(bytes: Array(repeating: 0, count: 10) + [255, 255, 1, 2, 3, 4])
    let point = Geometric.Point(x: 1.5, y: -2)
    let other = Geometric.Point(x: .nan, y: 1e300)
    let user = TypesTests.userDefined
    return [
        GarbageDecoder(.inet, v4.flatMap { Inet($0, prefixLength: 8) }, v6.flatMap { Inet($0, prefixLength: 96) }),
        GarbageDecoder(.cidr, v4.flatMap { CIDR($0, prefixLength: 32) }),
        GarbageDecoder(.macaddr, MACAddress(rawValue: 0x0800_2B01_0203)),
        GarbageDecoder(.macaddr8, MACAddress8(rawValue: 0x0800_2B01_0203_0405)),
        GarbageDecoder(.bit, BitString([true, false, true])), GarbageDecoder(.varbit, BitString([])),
        GarbageDecoder(.point, point, other), GarbageDecoder(.line, Geometric.Line(a: 1, b: 2, c: 3)),
        GarbageDecoder(.lseg, Geometric.LineSegment(start: point, end: other)),
        GarbageDecoder(.box, Geometric.Box(point, other)),
        GarbageDecoder(
            .path, Geometric.Path([point, other], isClosed: false), Geometric.Path([point], isClosed: true)),
        GarbageDecoder(.polygon, Geometric.Polygon([point, other])),
        GarbageDecoder(.circle, Geometric.Circle(center: point, radius: 2)),
        GarbageDecoder(.tsvector, TSVector([.init("a", at: [.init(1), .init(2, .a)]), .init("b'\\")])),
        GarbageDecoder(.tsquery, TSQuery("'a' & 'b'")), GarbageDecoder(.jsonpath, JSONPath("$.a")),
        GarbageDecoder(.xml, XMLText("<a/>")), GarbageDecoder(user, LTree("a.b")), GarbageDecoder(user, LQuery("*.b")),
        GarbageDecoder(user, LTxtQuery("a & b")), GarbageDecoder(.money, Money(rawValue: 7)),
        GarbageDecoder(.char, CharByte(rawValue: 200)), GarbageDecoder(.regclass, OID(1259)),
        GarbageDecoder(.pgLSN, LogSequenceNumber(rawValue: 0x16_B374_D848)),
        GarbageDecoder(.xid, TransactionID(rawValue: 3)),
        GarbageDecoder(.cid, CommandID(rawValue: 3)), GarbageDecoder(.xid8, FullTransactionID(rawValue: 3)),
        GarbageDecoder(.tid, TupleID(block: 1, offset: 2)),
        GarbageDecoder(
            .pgSnapshot,
            TransactionSnapshot(
                minimum: .init(rawValue: 1), maximum: .init(rawValue: 9),
                active: [.init(rawValue: 2), .init(rawValue: 4)])),
        GarbageDecoder(.timetz, TimeOfDay(hour: 7, minute: 7).flatMap { TimeOfDayTZ($0, secondsFromUTC: -12_610) }),
        GarbageDecoder(user, Vector([1, 2.5])), GarbageDecoder(user, HalfVector([1, 2.5])),
        GarbageDecoder(user, SparseVector([0, 1.5, 0, 2])), GarbageDecoder(.interval, Interval.infinity),
        GarbageDecoder(.int4, Int8(7)), GarbageDecoder(.int8, UInt16(7)), GarbageDecoder(.int8, UInt32(7)),
        GarbageDecoder(.numeric, UInt64(7)), GarbageDecoder(.numeric, UInt(7)),
        GarbageDecoder(.varbitArray, [BitString([true])]),
        GarbageDecoder(.date, Date(timeIntervalSince1970: 7)),
    ]
}()
