import Foundation
import PGWire
import Testing

extension Live {
    /// PostgreSQL's types as properties of `Codable` structs: from columns, from JSON that the server made, and through JSON.
    @Suite struct CodableValues {
        private struct Holder<Value: Codable & Sendable & Equatable>: Codable, Sendable, Equatable {
            var value: Value
            var none: Value?
        }

        private struct Document<Value: Codable & Sendable & Equatable>: Decodable, Sendable {
            var document: Holder<Value>
        }

        /// - Parameter json: whether `to_jsonb` and this package write the same.
        private func check<T: Codable & PostgresCodable & Sendable & Equatable>(
            _ expression: String, _ type: T.Type, json: Bool = true, _ db: borrowing some Queryable & ~Copyable
        ) async throws {
            let value = try await db.fetchOne(SQL(raw: "SELECT \(expression) AS value"), as: T.self)
            let columns = SQL(raw: "SELECT \(expression) AS value, CASE WHEN false THEN \(expression) END AS none")
            let expected = Holder(value: value, none: nil)
            for _ in 1...3 {
                #expect(try await db.fetchOne(columns, as: Holder<T>.self) == expected, "\(expression)")
            }
            let data = try JSONEncoder().encode(expected)
            #expect(try JSONDecoder().decode(Holder<T>.self, from: data) == expected, "\(expression)")
            guard json else { return }
            let document = SQL(raw: "SELECT jsonb_build_object('value', \(expression), 'none', null) AS document")
            #expect(try await db.fetchOne(document, as: Document<T>.self).document == expected, "\(expression)")
        }

        @Test(arguments: LiveServer.allCases) func everyType(_ server: LiveServer) async throws {
            try await server.connected { db in
                try await check("'2024-02-29'::date", CalendarDate.self, db)
                try await check("'infinity'::date", CalendarDate.self, db)
                try await check("'2024-02-29 12:34:56.789'::timestamp", Timestamp.self, db)
                try await check("'0044-03-15 12:00:00 BC'::timestamp", Timestamp.self, db)
                try await check("'2024-02-29 12:34:56.789+02'::timestamptz", TimestampTZ.self, db)
                try await check("'-infinity'::timestamptz", TimestampTZ.self, db)
                try await check("'12:34:56.789'::time", TimeOfDay.self, db)
                try await check("'12:34:56.789+02:30'::timetz", TimeOfDayTZ.self, db)
                try await check("'1 year 2 mons -3 days 04:05:06.7'::interval", Interval.self, db)
                try await check("12345678901234567890.1200::numeric", ExactNumeric.self, db)
                try await check("'NaN'::numeric", ExactNumeric.self, db)
                try await check("1.10::numeric", Decimal.self, db)
                try await check("'10.1.2.3/8'::inet", Inet.self, db)
                try await check("'10.0.0.0/8'::cidr", CIDR.self, db)
                try await check("'08:00:2b:01:02:03'::macaddr", MACAddress.self, db)
                try await check("'08:00:2b:01:02:03:04:05'::macaddr8", MACAddress8.self, db)
                try await check("B'10110'", BitString.self, db)
                try await check("point(1.5, -2)", Geometric.Point.self, db)
                try await check("line '{1,-2,3}'", Geometric.Line.self, db)
                try await check("lseg '[(1,2),(3,4)]'", Geometric.LineSegment.self, db)
                try await check("box '(3,4),(1,2)'", Geometric.Box.self, db)
                try await check("path '[(1,2),(3,4)]'", Geometric.Path.self, db)
                try await check("polygon '((1,2),(3,4),(5,6))'", Geometric.Polygon.self, db)
                try await check("circle '<(1,2),3>'", Geometric.Circle.self, db)
                try await check("'a:1A ''b c'':2,3'::tsvector", TSVector.self, db)
                try await check("'a & !b'::tsquery", TSQuery.self, db)
                try await check("'$.a[*] ? (@ > 1)'::jsonpath", JSONPath.self, db)
                try await check("'(3,4)'::tid", TupleID.self, db)
                try await check("'10:20:10,14'::pg_snapshot", TransactionSnapshot.self, db)
                try await check("'{\"a\": 1e-7}'::jsonb", JSONText.self, json: false, db)
                try await check("'16/B374D848'::pg_lsn", LogSequenceNumber.self, json: false, db)
                try await check("'pg_class'::regclass::oid", OID.self, json: false, db)
                try await check("'{NULL,\"a b\",NULL}'::text[]", PostgresArray<String?>.self, json: false, db)
                try await check("'[2:3]={1,2}'::int[]", PostgresArray<Int>.self, json: false, db)
                try await check("'[1,10)'::int4range", PostgresRange<Int>.self, db)
                try await check("'[2024-01-01,)'::daterange", PostgresRange<CalendarDate>.self, db)
                try await check("'{[1,2),[5,)}'::int8multirange", PostgresMultirange<Int>.self, db)
            }
        }

        private struct Item: Codable, Sendable, Equatable {
            var address: PostgresRecord<String, Int?>
            var attributes: Hstore
        }

        @Test func containers() throws {
            let item = Item(address: PostgresRecord("a \"b\"", nil), attributes: ["a": "1", "b": nil])
            let encoder = JSONEncoder()
            encoder.outputFormatting = .sortedKeys
            let data = try encoder.encode(item)
            #expect(
                String(decoding: data, as: UTF8.self)
                    == #"{"address":"(\"a \"\"b\"\"\",)","attributes":{"a":"1","b":null}}"#)
            #expect(try JSONDecoder().decode(Item.self, from: data) == item)
        }

        /// What is no value of the type is refused, with the text in the message.
        @Test(arguments: [#"{"value": "yesterday"}"#, #"{"value": 3}"#, #"{"value": "2024-02-30"}"#])
        func whatIsNoValue(json: String) {
            #expect(throws: DecodingError.self) {
                try JSONDecoder().decode(Holder<CalendarDate>.self, from: Data(json.utf8))
            }
        }
    }
}
