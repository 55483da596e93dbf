import Foundation
import PGWire
import Testing

extension Live {
    /// Every type that there is goes through a binary COPY both ways as the server's own values do.
    @Suite struct CopyTypes {
        @Test(arguments: LiveServer.allCases) func everyType(_ server: LiveServer) async throws {
            try await server.connected { db in
                try await check(db, "bool", Bool.self)
                try await check(db, "int2", Int16.self)
                try await check(db, "int4", Int32.self)
                try await check(db, "int8", Int64.self)
                try await check(db, "int8", Int.self)
                try await check(db, "oid", UInt32.self)
                try await check(db, "float4", Float.self)
                try await check(db, "float8", Double.self)
                for type in ["text", "varchar", "bpchar", "name"] { try await check(db, type, String.self) }
                try await check(db, "bytea", [UInt8].self)
                try await check(db, "bytea", Data.self)
                try await check(db, "uuid", UUID.self)
                try await check(db, "date", CalendarDate.self)
                try await check(db, "time", TimeOfDay.self)
                try await check(db, "timestamp", Timestamp.self)
                try await check(db, "timestamptz", TimestampTZ.self)
                try await check(db, "interval", Interval.self)
                try await check(db, "numeric", ExactNumeric.self)
                try await check(db, "json", JSONText.self)
                try await check(db, "json", String.self, as: .text)
                try await check(db, "bool[]", [Bool?].self)
                try await check(db, "int2[]", [Int16].self)
                try await check(db, "int4[]", [Int32?].self)
                try await check(db, "int8[]", [Int64].self)
                try await check(db, "oid[]", [UInt32].self)
                try await check(db, "float4[]", [Float].self)
                try await check(db, "float8[]", [Double?].self)
                try await check(db, "text[]", [String?].self, as: .textArray)
                try await check(db, "bytea[]", [[UInt8]?].self)
                try await check(db, "uuid[]", [UUID].self)
                try await check(db, "date[]", [CalendarDate].self)
                try await check(db, "time[]", [TimeOfDay].self)
                try await check(db, "timestamp[]", [Timestamp].self)
                try await check(db, "timestamptz[]", [TimestampTZ?].self)
                try await check(db, "interval[]", [Interval].self)
                try await check(db, "numeric[]", [ExactNumeric?].self)
                try await check(db, "jsonb[]", [JSONEncoded<[String: String]>?].self)
            }
        }

        /// Eight bytes are eight bytes to a server: what is no value of the column's type must not get there.
        @Test(arguments: LiveServer.allCases) func valuesOfOtherTypesAreRefused(_ server: LiveServer) async throws {
            try await server.withTable("n int8, t text, z timestamp, s text[]") { db, table in
                let domain = "domain_\(table)"
                try await db.execute(
                    script: """
                        CREATE DOMAIN \(domain) AS int4 CHECK (VALUE > 0);
                        ALTER TABLE \(table) ADD d \(domain);
                        """)
                func refused<T: PostgresEncodable>(_ column: String, _ value: T, _ words: String) async throws {
                    let error = try await failure {
                        try await db.copyIn(
                            "COPY \(identifier: table) (\(identifier: column)) FROM STDIN (FORMAT binary)"
                        ) { try await $0.write(row: value) }
                    }
                    guard case .encoding(let own) = error else { throw error }
                    #expect(own.description.contains(words), "\(own)")
                }
                try await refused("n", 1.5, "\"n\" of type 20 (int8), which cannot take a value of type Double")
                try await refused("n", Int32(1), "write a value of type Int64")
                try await refused("n", "12345678", "cannot take a value of type String")
                try await refused("n", Double?.none, "cannot take a value of type Optional<Double>")
                try await refused("t", 7, "write a value of type String")
                try await refused("d", Int64(7), "\"d\" of type 23 (int4)")
                try await refused("z", Date(timeIntervalSince1970: 0), "cannot take a value of type Date")
                try await refused("s", "text", "cannot take a value of type String")
                // However the table is written, and a domain takes what it is made of.
                for text in [
                    "COPY \(table) (n, T, d) FROM STDIN (FORMAT binary)",
                    "/* a */ copy\n\"\(table)\"(N,\"t\" , d) -- b\n from stdin with (format 'binary')",
                    "COPY \(table) (n, t, d) FROM STDIN BINARY",
                    "COPY public.\(table) (n, t, d) FROM STDIN (FORMAT binary)",
                ] {
                    try await db.copyIn(SQL(raw: text), timeout: .seconds(20)) { writer in
                        try await writer.write(row: Int64(1), "a", Int32(2))
                    }
                }
                let rows = try await db.fetchAll(
                    "SELECT n, t, d FROM \(identifier: table)", as: (Int64, String, Int32).self)
                #expect(rows.count == 4 && rows.allSatisfy { $0 == (1, "a", 2) })
                try await db.execute(script: "DROP TABLE \(table); DROP DOMAIN \(domain)")
            }
        }

        private enum Mood: String, PostgresEnum, CaseIterable { case sad, ok, happy }

        @Test(arguments: LiveServer.allCases) func anEnumOfTheDatabase(_ server: LiveServer) async throws {
            try await server.withTable("v mood") { db, table in
                try await db.copyIn("COPY \(identifier: table) FROM STDIN (FORMAT binary)") { writer in
                    for mood in Mood.allCases { try await writer.write(row: mood) }
                    try await writer.write(row: Mood?.none)
                    try await writer.write(row: "ok")
                }
                var seen: [Mood?] = []
                try await db.copyOut("COPY \(identifier: table) TO STDOUT (FORMAT binary)", as: Mood?.self) {
                    seen.append($0)
                }
                #expect(seen == [.sad, .ok, .happy, nil, .ok])
                let texts = try await db.fetchAll("SELECT v::text FROM \(identifier: table)", as: String?.self)
                #expect(texts == ["sad", "ok", "happy", nil, "ok"])
            }
        }

        @Test(arguments: LiveServer.allCases) func jsonOfASwiftValue(_ server: LiveServer) async throws {
            try await server.withTable("v jsonb") { db, table in
                try await db.copyIn("COPY \(identifier: table) FROM STDIN (FORMAT binary)") { writer in
                    try await writer.write(row: JSONEncoded([1, 2]))
                    try await writer.write(row: JSONEncoded<[Int]>?.none)
                }
                var seen: [[Int]?] = []
                let out: SQL = "COPY \(identifier: table) TO STDOUT (FORMAT binary)"
                try await db.copyOut(out, as: JSONEncoded<[Int]>?.self) { seen.append($0?.value) }
                #expect(seen == [[1, 2], nil])
            }
        }

        /// `jsonb` too can be read as its text.
        @Test(arguments: LiveServer.allCases) func jsonAsText(_ server: LiveServer) async throws {
            try await server.connected { db in
                for type in ["json", "jsonb"] {
                    var seen: [JSONText?] = []
                    try await db.copyOut(
                        "COPY (VALUES ('[1, \"é\"]'::\(raw: type)), (NULL)) TO STDOUT (FORMAT binary)",
                        as: JSONText?.self
                    ) { seen.append($0) }
                    #expect(seen == ["[1, \"é\"]", nil])
                }
            }
        }

        /// Copies all values of the fixtures in and out, and reads them by a query too.
        private func check<T: PostgresCodable>(
            _ db: Connection, _ type: String, _: T.Type, as oid: OID? = nil,
            sourceLocation: SourceLocation = #_sourceLocation
        ) async throws {
            let values: [T] = try ServerRow.all.filter { $0.type == type }.map { row in
                let known = oid ?? (T.postgresType == .unspecified ? .json : T.postgresType)
                return try TypesTests.decode(T.self, row.binary, as: known)
            }
            try #require(!values.isEmpty, "no values of \(type)", sourceLocation: sourceLocation)
            let encoded: [[UInt8]?] = try values.map { try TypesTests.encode($0) } + [nil]
            try await db.transaction { tx in
                try await tx.execute("CREATE TEMPORARY TABLE v (n serial, v \(raw: type)) ON COMMIT DROP")
                let count = try await tx.copyIn("COPY v (v) FROM STDIN (FORMAT binary)") { writer in
                    for value in values { try await writer.write(row: value) }
                    try await writer.write(row: T?.none)
                }
                #expect(count == encoded.count, sourceLocation: sourceLocation)
                var back: [[UInt8]?] = []
                try await tx.copyOut(
                    "COPY (SELECT v FROM v ORDER BY n) TO STDOUT (FORMAT binary)", as: T?.self
                ) { value in back.append(try value.map { try TypesTests.encode($0) }) }
                // Their bytes are compared because NaN is not equal to itself.
                #expect(back == encoded, "\(type)", sourceLocation: sourceLocation)
                // Each by a text of its own: prepared in another transaction, it would not fit this table.
                let queried = try await tx.fetchAll("SELECT v FROM v ORDER BY n -- \(raw: type)", as: T?.self)
                let bytes = try queried.map { try $0.map { try TypesTests.encode($0) } }
                #expect(bytes == encoded, "\(type)", sourceLocation: sourceLocation)
            }
        }
    }
}
