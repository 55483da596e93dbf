import Foundation
import PGWire
import Testing

extension Live {
    /// Values of every type make the round trip: as parameters and results in binary, and as text through a script.
    @Suite struct Types {
        private enum Mood: String, PostgresEnum, CaseIterable { case sad, ok, happy }

        @Test(arguments: LiveServer.allCases) func everyTypeMakesTheRoundTrip(_ server: LiveServer) async throws {
            try await server.connected { db in
                try await roundTrip(db, "bool", [true, false])
                try await roundTrip(db, "int2", [Int16.min, -1, 0, .max])
                try await roundTrip(db, "int4", [Int32.min, -1, 0, .max])
                try await roundTrip(db, "int8", [Int64.min, -1, 0, .max])
                try await roundTrip(db, "int8", [Int.min, 0, .max])
                try await roundTrip(db, "float4", [Float(-1.5), 0, .greatestFiniteMagnitude, .infinity])
                try await roundTrip(db, "float8", [-1.5, 0, 0.1, Double.leastNonzeroMagnitude, -.infinity])
                try await roundTrip(db, "text", ["", "it's \"quoted\" \\ {a,b} $1 NULL", "häßlich 🐘\n\t"])
                try await roundTrip(db, "varchar", ["", "NULL", "é"])
                try await roundTrip(db, "uuid", [UUID(), UUID()])
                try await roundTrip(
                    db, "date", ["2024-02-29", "0044-03-15 BC"].compactMap { CalendarDate($0) })
                try await roundTrip(db, "timestamp", [Timestamp("2024-02-29 23:59:59.999999")].compactMap(\.self))
                try await roundTrip(db, "timestamptz", [TimestampTZ("1999-12-31 23:59:59.5+00")].compactMap(\.self))
                try await roundTrip(db, "timestamptz", [Date(timeIntervalSince1970: 1_700_000_000.25)])
                try await roundTrip(db, "time", ["00:00:00", "23:59:59.000001"].compactMap { TimeOfDay($0) })
                try await roundTrip(db, "interval", [Interval(months: -14, days: 3, microseconds: -1)])
                try await roundTrip(
                    db, "numeric",
                    ["0", "-0.00012300", "123456789012345678901234567890.5"].compactMap { ExactNumeric($0) })
                try await roundTrip(db, "numeric", [Decimal(string: "-1234.5678")].compactMap(\.self))
                try await roundTrip(db, "json", [JSONText(#"{"a": [1, null, "ü"]}"#)])
                try await roundTrip(db, "jsonb", [JSONText(#"{"a": [1, null, "ü"]}"#)])
                try await roundTrip(db, "mood", Mood.allCases)
            }
        }

        /// `bytea` is `[UInt8]`, whose arrays are arrays of arrays.
        @Test(arguments: LiveServer.allCases) func bytesMakeTheRoundTrip(_ server: LiveServer) async throws {
            let bytes = [UInt8](0...255)
            try await server.connected { db in
                let (back, length, none) = try await db.fetchOne(
                    "SELECT \(bytes), length(\(bytes)), \([UInt8]())", as: ([UInt8], Int, [UInt8]).self)
                #expect(back == bytes)
                #expect(length == 256)
                #expect(none.isEmpty)
                let text = try await db.execute(script: "SELECT '\\x00ff61'::bytea")
                #expect(try text.first?.rows.first?.decode(0, as: [UInt8].self) == [0, 255, 97])
                #expect(try await db.fetchOne("SELECT \(Data(bytes))", as: Data.self) == Data(bytes))
            }
        }

        private func roundTrip<T: PostgresEncodable & PostgresDecodable & Equatable>(
            _ db: Connection, _ type: String, _ values: [T], sourceLocation: SourceLocation = #_sourceLocation
        ) async throws {
            try #require(!values.isEmpty, sourceLocation: sourceLocation)
            for value in values {
                let (back, text, none) = try await db.fetchOne(
                    "SELECT \(value)::\(raw: type), (\(value)::\(raw: type))::text, \(T?.none)::\(raw: type)",
                    as: (T, String, T?).self)
                #expect(back == value, sourceLocation: sourceLocation)
                #expect(none == nil, sourceLocation: sourceLocation)
                let results = try await db.execute(
                    script: "SELECT \(LiveServers.quoted(text))::\(type), NULL::\(type)")
                let row = try #require(results.first?.rows.first, sourceLocation: sourceLocation)
                #expect(row.columns.first?.format == .text)
                #expect(try row.decode(as: (T, T?).self).0 == value, sourceLocation: sourceLocation)
                #expect(try row.isNull(1), sourceLocation: sourceLocation)
            }
            let optional: [T?] = values + [nil]
            let array = try await db.fetchOne(
                "SELECT \(optional)::\(raw: type)[], \([T]())::\(raw: type)[], \([T]?.none)::\(raw: type)[]",
                as: ([T?], [T], [T]?).self)
            #expect(array.0 == optional, sourceLocation: sourceLocation)
            #expect(array.1.isEmpty && array.2 == nil, sourceLocation: sourceLocation)
            // A binary array as a server makes it, read back as text.
            let text = try await db.fetchOne("SELECT (\(optional)::\(raw: type)[])::text", as: String.self)
            let row = try await db.execute(script: "SELECT \(LiveServers.quoted(text))::\(type)[]").first?.rows.first
            #expect(try row?.decode(0, as: [T?].self) == optional, sourceLocation: sourceLocation)
        }

        @Test(arguments: LiveServer.allCases) func stringsGoWhereTheServerWantsThem(_ server: LiveServer) async throws {
            let id = UUID()
            try await server.connected { db in
                let (mood, uuid, count) = try await db.fetchOne(
                    """
                    SELECT m, u, \("5") + 1 FROM (VALUES ('ok'::mood, \(id.uuidString)::uuid)) v (m, u)
                    WHERE m = \("ok") AND u = \(id.uuidString) AND m = \(Mood.ok)
                    """, as: (Mood, UUID, Int).self)
                #expect(mood == .ok && uuid == id && count == 6)
                let nothing = Mood?.none
                let none = try await db.fetchOptional("SELECT 1 WHERE 'sad'::mood = \(nothing)")
                #expect(none == nil)
                #expect(try await db.fetchOne("SELECT \("sad")::mood = ANY(\([Mood.sad, .ok]))", as: Bool.self))
            }
        }

        @Test(arguments: LiveServer.allCases) func interpolationNeverBecomesSQL(_ server: LiveServer) async throws {
            let nasty = #"'; DROP TABLE x; -- " \ $1 \#u{0}"#.filter { $0 != "\0" }
            try await server.connected { db in
                try await db.transaction { tx in
                    let table: SQL = "\(identifier: nasty) (\(identifier: "sel\"ect") text)"
                    try await tx.execute("CREATE TEMPORARY TABLE \(table) ON COMMIT DROP")
                    try await tx.execute("INSERT INTO \(identifier: nasty, in: "pg_temp") VALUES (\(nasty))")
                    let condition: SQL = "\(identifier: "sel\"ect") = \(nasty) AND \(1) = 1"
                    let order = "DESC"
                    let found = try await tx.fetchAll(
                        "SELECT *, \(2) FROM \(identifier: nasty) WHERE \(condition) OR \(false) ORDER BY 1 \(raw: order)",
                        as: (String, Int).self)
                    #expect(found.count == 1)
                    #expect(found.first?.0 == nasty)
                    #expect(found.first?.1 == 2)
                }
                let error = try await failure { try await db.execute("SELECT \("zero \0 byte")::text") }
                #expect("\(error)".hasPrefix("parameter $1 of type String: "), "\(error)")
                #expect(try await db.fetchOne("SELECT 1", as: Int.self) == 1)
            }
        }
    }
}
