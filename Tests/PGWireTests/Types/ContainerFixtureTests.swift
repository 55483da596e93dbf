import Foundation
import PGWire
import Testing

extension TypesTests {
    /// Every row of `Fixtures/types/containers-15.tsv` and `containers-18.tsv`: both formats give the same value, its description is
    /// the server's text, and it is sent as the server does.
    @Suite struct ContainerFixtures {
        static let rows = ["containers-15.tsv", "containers-18.tsv"].flatMap(ServerRow.read)

        @Test(arguments: rows) func row(_ row: ServerRow) throws {
            let check = try #require(checks[row.type], "no check for the type \(row.type)")
            try check(row)
        }

        @Test func nothingIsLeftOut() {
            #expect(Self.rows.count == 2 * 57)
            #expect(Set(Self.rows.map(\.type)) == Set(checks.keys))
        }
    }
}

private typealias Check = @Sendable (ServerRow) throws -> Void

private func check<T: PostgresCodable & CustomStringConvertible>(_ type: T.Type, _ oid: OID) -> Check {
    { row in
        let text = try TypesTests.decode(T.self, text: row.text, as: oid)
        let binary = try TypesTests.decode(T.self, row.binary, as: oid)
        #expect("\(text)" == row.text)
        #expect("\(binary)" == row.text)
        let encoded = try TypesTests.encode(text)
        #expect(encoded == (T.postgresFormat == .binary ? row.binary : Array(row.text.utf8)))
        let back = try TypesTests.decode(T.self, encoded, as: oid, T.postgresFormat)
        #expect("\(back)" == row.text)
    }
}

private let checks: [String: Check] = [
    "int4[]": check(PostgresArray<Int32?>.self, .int4Array),
    "text[]": check(PostgresArray<String?>.self, .textArray),
    "float8[]": check(PostgresArray<Double>.self, .float8Array),
    "numeric[]": check(PostgresArray<ExactNumeric>.self, .numericArray),
    "bool[]": check(PostgresArray<Bool?>.self, .boolArray),
    "bytea[]": check(PostgresArray<[UInt8]?>.self, .byteaArray),
    "uuid[]": { row in
        // Swift prints other letters than the server.
        let text = try TypesTests.decode([UUID?].self, text: row.text, as: .uuidArray)
        #expect(try TypesTests.decode([UUID?].self, row.binary, as: .uuidArray) == text)
        #expect(try TypesTests.encode(text) == row.binary)
    },
    "date[]": check(PostgresArray<CalendarDate>.self, .dateArray),
    "timestamptz[]": check(PostgresArray<TimestampTZ?>.self, .timestamptzArray),
    "inet[]": check(PostgresArray<Inet?>.self, OID(1041)),
    "box[]": check(PostgresArray<Geometric.Box>.self, OID(1020)),
    "int4range": check(PostgresRange<Int32>.self, OID(3904)),
    "int8range": check(PostgresRange<Int64>.self, OID(3926)),
    "numrange": check(PostgresRange<ExactNumeric>.self, OID(3906)),
    "daterange": check(PostgresRange<CalendarDate>.self, OID(3912)),
    "tsrange": check(PostgresRange<Timestamp>.self, OID(3908)),
    "tstzrange": check(PostgresRange<TimestampTZ>.self, OID(3910)),
    "int4range[]": check(PostgresArray<PostgresRange<Int32>?>.self, OID(3905)),
    "int4multirange": check(PostgresMultirange<Int32>.self, OID(4451)),
    "nummultirange": check(PostgresMultirange<ExactNumeric>.self, OID(4532)),
    "datemultirange": check(PostgresMultirange<CalendarDate>.self, OID(4535)),
    "tstzmultirange": check(PostgresMultirange<TimestampTZ>.self, OID(4534)),
    "record": check(PostgresRecord<Int64?, String?, Bool?>.self, OID(2249)),
    "hstore": check(Hstore.self, TypesTests.userDefined),
]
