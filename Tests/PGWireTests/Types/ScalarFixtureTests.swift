import Foundation
import PGWire
import Testing

extension TypesTests {
    /// Every row of `Fixtures/types/scalars-15.tsv`, `scalars-18.tsv` and `vectors-18.tsv`: both formats give the same value, its
    /// description is the server's text, and it is sent as the server does.
    @Suite struct ScalarFixtures {
        static let rows = ["scalars-15.tsv", "scalars-18.tsv", "vectors-18.tsv"].flatMap(ServerRow.read)

        @Test(arguments: rows) func row(_ row: ServerRow) throws {
            let check = try #require(checks[row.type], "no check for the type \(row.type)")
            try check(row)
        }

        @Test func nothingIsLeftOut() {
            #expect(Self.rows.count == 181 + 178 + 10)
            #expect(Set(Self.rows.map(\.type)) == Set(checks.keys))
        }
    }
}

private typealias Check = @Sendable (ServerRow) throws -> Void

/// Reads both formats; `sameText`: the description is the row's text, which is so but for other styles of intervals.
private func check<T: PostgresCodable & LosslessStringConvertible & Equatable>(
    _ type: T.Type, _ oid: OID, sameText: Bool = true
) -> Check {
    { row in
        let text = try TypesTests.decode(T.self, text: row.text, as: oid)
        let binary = try TypesTests.decode(T.self, row.binary, as: oid)
        // Their texts are compared because NaN is not equal to itself.
        #expect("\(text)" == "\(binary)")
        if sameText { #expect("\(binary)" == row.text) }
        let parsed = try #require(T("\(binary)"))
        #expect("\(parsed)" == "\(binary)")
        let encoded = try TypesTests.encode(text)
        #expect(encoded == (T.postgresFormat == .binary ? row.binary : Array("\(binary)".utf8)))
        let back = try TypesTests.decode(T.self, encoded, as: oid, T.postgresFormat)
        #expect("\(back)" == "\(binary)")
    }
}

/// Reads the text, and refuses the binary format.
private func checkText<T: PostgresCodable & CustomStringConvertible>(_ type: T.Type, _ oid: OID) -> Check {
    { row in
        #expect(T.postgresResultFormat == .text)
        #expect(throws: ValueDecodingError.malformed("\(T.self) is read in text format only")) {
            try TypesTests.decode(T.self, row.binary, as: oid)
        }
        let value = try TypesTests.decode(T.self, text: row.text, as: oid)
        #expect("\(value)" == row.text)
        #expect(try TypesTests.encode(value) == Array(row.text.utf8))
    }
}

private let checks: [String: Check] = [
    "inet": check(Inet.self, .inet),
    "cidr": { row in
        try check(CIDR.self, .cidr)(row)
        // The server shows the prefix length of a whole address in a `cidr` only.
        let inet = try TypesTests.decode(Inet.self, row.binary, as: .cidr)
        #expect(row.text.hasPrefix("\(inet)"))
    },
    "macaddr": check(MACAddress.self, .macaddr),
    "macaddr8": check(MACAddress8.self, .macaddr8),
    "bit": check(BitString.self, .bit),
    "varbit": check(BitString.self, .varbit),
    "point": check(Geometric.Point.self, .point),
    "line": check(Geometric.Line.self, .line),
    "lseg": check(Geometric.LineSegment.self, .lseg),
    "box": check(Geometric.Box.self, .box),
    "path": check(Geometric.Path.self, .path),
    "polygon": check(Geometric.Polygon.self, .polygon),
    "circle": check(Geometric.Circle.self, .circle),
    "tsvector": check(TSVector.self, .tsvector),
    "tsquery": checkText(TSQuery.self, .tsquery),
    "jsonpath": check(JSONPath.self, .jsonpath),
    "xml": check(XMLText.self, .xml),
    "ltree": check(LTree.self, TypesTests.userDefined),
    "lquery": check(LQuery.self, TypesTests.userDefined),
    "ltxtquery": check(LTxtQuery.self, TypesTests.userDefined),
    "char": check(CharByte.self, .char),
    "pg_lsn": check(LogSequenceNumber.self, .pgLSN),
    "xid": check(TransactionID.self, .xid),
    "cid": check(CommandID.self, .cid),
    "xid8": check(FullTransactionID.self, .xid8),
    "tid": check(TupleID.self, .tid),
    "pg_snapshot": check(TransactionSnapshot.self, .pgSnapshot),
    "txid_snapshot": check(TransactionSnapshot.self, .txidSnapshot),
    "timetz": check(TimeOfDayTZ.self, .timetz),
    "void": { row in
        for format in [FormatCode.binary, .text] {
            let value = try TypesTests.decode(PostgresVoid.self, row.binary, as: .void, format)
            #expect("\(value)" == row.text)
            #expect(throws: ValueDecodingError.self) {
                try TypesTests.decode(PostgresVoid.self, [0], as: .void, format)
            }
        }
    },
    "money": { row in
        let money = try TypesTests.decode(Money.self, row.binary, as: .money)
        #expect("\(money)" == row.text)
        #expect(try TypesTests.encode(money) == row.binary)
        #expect(throws: ValueDecodingError.self) { try TypesTests.decode(Money.self, text: "$12.50", as: .money) }
    },
    "regclass": { row in
        let oid = try TypesTests.decode(OID.self, row.binary, as: .regclass)
        #expect(oid.rawValue == (row.text == "-" ? 0 : 1259))
        #expect(throws: ValueDecodingError.self) { try TypesTests.decode(OID.self, text: row.text, as: .regclass) }
    },
    // With the other three styles; `server.tsv` has the usual one.
    "interval": check(Interval.self, .interval, sameText: false),
    "vector": check(Vector.self, TypesTests.userDefined),
    "halfvec": check(HalfVector.self, TypesTests.userDefined),
    "sparsevec": check(SparseVector.self, TypesTests.userDefined),
]
