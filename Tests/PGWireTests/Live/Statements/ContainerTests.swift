import Foundation
import PGWire
import Testing

extension Live {
    /// Arrays, ranges, composites and hstore, of built-in types and of types of the database's own.
    @Suite struct Containers {
        static let types = """
            CREATE SCHEMA containers; SET LOCAL search_path = containers, public; CREATE EXTENSION hstore; CREATE EXTENSION ltree;
            CREATE TYPE textrange AS RANGE (subtype = text, collation = "C"); CREATE TYPE floatrange AS RANGE (subtype = float8);
            CREATE TYPE feeling AS ENUM ('sad', 'ok', 'happy'); CREATE DOMAIN even AS int4;
            CREATE TYPE address AS (street text, number int4);
            CREATE TYPE item AS (name text, id int8, score float8, day date, tags text[], place address);
            """

        enum Feeling: String, PostgresEnum { case sad, ok, happy }
        enum Level: Int16, PostgresEncodable, PostgresDecodable { case low = 1, high }
        struct PlayerID: RawRepresentable, PostgresEncodable, PostgresDecodable, Hashable { var rawValue: Int64 }

        struct Address: PostgresComposite, Equatable {
            var street: String?
            var number: Int?
            init(street: String?, number: Int?) { (self.street, self.number) = (street, number) }
            var fields: PostgresRecord<String?, Int?> { PostgresRecord(street, number) }
            init(fields record: PostgresRecord<String?, Int?>) { (street, number) = record.fields }
        }

        private struct Undone: Error {}

        /// Runs `body` in a transaction that has the types, and leaves nothing behind.
        static func withTypes(_ server: LiveServer, _ body: (borrowing Transaction) async throws -> Void) async throws {
            try await server.connected { db in
                do {
                    try await db.transaction { tx in
                        try await tx.execute(script: types)
                        try await body(tx)
                        throw Undone()
                    }
                } catch is Undone {}
            }
        }

        /// The value in both formats, and what the server says of it and of its text.
        private func check<T: PostgresCodable & Equatable>(
            _ tx: borrowing Transaction, _ type: String, _ value: T, _ text: String, isBinaryKnown: Bool = true,
            sourceLocation: SourceLocation = #_sourceLocation
        ) async throws {
            let source: SQL = "FROM (SELECT \(value)::\(raw: type)) x (v)"
            let (wanted, printed, isSame) = try await tx.fetchOne(
                "SELECT v, v::text, v IS NOT DISTINCT FROM \(text)::\(raw: type) \(source)", as: (T, String, Bool).self)
            #expect(wanted == value && isSame, "\(type)", sourceLocation: sourceLocation)
            if isBinaryKnown {
                let binary = try await tx.fetchOne("SELECT v \(source)", as: InBinary<T>.self)
                #expect(binary.value == value, "\(type)", sourceLocation: sourceLocation)
            }
            #expect(printed == text, sourceLocation: sourceLocation)
            let rows = try await tx.execute(script: "SELECT \(LiveServers.quoted(text))::\(type)").first?.rows
            #expect(try rows?.first?.decode(0, as: T.self) == value, sourceLocation: sourceLocation)
        }

        @Test(arguments: LiveServer.allCases) func arrays(_ server: LiveServer) async throws {
            try await Self.withTypes(server) { tx in
                try await check(tx, "int8[]", [[1, 2], [3, 4]], "{{1,2},{3,4}}")
                try await check(tx, "int4[]", [[[1], [nil]]] as [[[Int32?]]], "{{{1},{NULL}}}")
                try await check(
                    tx, "text[]", [["a b", nil], ["", "NULL"]] as [[String?]], #"{{"a b",NULL},{"","NULL"}}"#)
                try await check(tx, "bytea[]", [[[1, 255], []]] as [[[UInt8]]], #"{{"\\x01ff","\\x"}}"#)
                try await check(tx, "int8[]", [[Int]](), "{}")
                try await check(tx, "feeling[]", [[.sad, .ok]] as [[Feeling]], "{{sad,ok}}")
                try await check(tx, "even[]", [2, 4], "{2,4}")
                try await check(tx, "int8[]", PostgresArray([1, 2], lowerBound: 2), "[2:3]={1,2}")
                let square = PostgresArray(
                    dimensions: [.init(count: 1, lowerBound: -3), .init(count: 2)], elements: ["a", nil])
                try await check(tx, "varchar[]", try #require(square), "[-3:-3][1:2]={{a,NULL}}")
            }
        }

        @Test(arguments: LiveServer.allCases) func ranges(_ server: LiveServer) async throws {
            let date = try #require(CalendarDate("2026-11-22"))
            let half = try #require(ExactNumeric("1.50"))
            try await Self.withTypes(server) { tx in
                try await check(tx, "int4range", PostgresRange(Int32(1)..<5), "[1,5)")
                try await check(tx, "int8range", PostgresRange(1...5).canonical, "[1,6)")
                try await check(tx, "int8range", PostgresRange<Int>.empty, "empty")
                try await check(tx, "int8range", PostgresRange<Int>.all, "(,)")
                try await check(tx, "numrange", PostgresRange(from: .exclusive(half), to: .inclusive(2)), "(1.50,2]")
                try await check(tx, "daterange", PostgresRange(date...), "[2026-11-22,)")
                let moment = try #require(Timestamp("2026-11-22 09:30:00"))
                try await check(tx, "tsrange", PostgresRange(..<moment), #"(,"2026-11-22 09:30:00")"#)
                try await check(
                    tx, "textrange", PostgresRange("a \"b\" \\"..."c,"), #"["a ""b"" \\","c,"]"#,
                    isBinaryKnown: false)
                try await check(tx, "floatrange", PostgresRange(0.5...1e20), "[0.5,1e+20]")
                try await check(
                    tx, "int8multirange", [PostgresRange(1..<3), PostgresRange(5...)] as PostgresMultirange,
                    "{[1,3),[5,)}")
                try await check(
                    tx, "textmultirange", PostgresMultirange([PostgresRange("a,"..<"b}")]), #"{["a,",b})}"#,
                    isBinaryKnown: false)
                try await check(tx, "floatmultirange", PostgresMultirange<Double>([]), "{}")
                try await check(tx, "int8range[]", [PostgresRange(1..<3), .empty], #"{"[1,3)",empty}"#)
                try await check(tx, "textrange[]", [PostgresRange("a"..<"b")], #"{"[a,b)"}"#, isBinaryKnown: false)
                try await check(tx, "daterange[]", [PostgresRange(date...), nil], #"{"[2026-11-22,)",NULL}"#)
                let days = Date(timeIntervalSince1970: 0)..<Date(timeIntervalSince1970: 86_400)
                #expect(try await tx.fetchOne("SELECT \(PostgresRange(days)) @> now()", as: Bool.self) == false)
                #expect(
                    try await Range(tx.fetchOne("SELECT \(PostgresRange(days))", as: PostgresRange<Date>.self)) == days)
            }
        }

        @Test(arguments: LiveServer.allCases) func composites(_ server: LiveServer) async throws {
            try await Self.withTypes(server) { tx in
                let home = Address(street: "Elm \"1\", \\", number: 7)
                try await check(tx, "address", home, #"("Elm ""1"", \\",7)"#)
                try await check(tx, "address[]", [home, nil], #"{"(\"Elm \"\"1\"\", \\\\\",7)",NULL}"#)
                try await check(tx, "address", Address(street: nil, number: nil), "(,)")
                let day = try #require(CalendarDate("2026-11-22"))
                let item = PostgresRecord("a", Int64(1), 1e15, day, ["x y", nil] as [String?], Optional(home))
                try await check(
                    tx, "item", item, #"(a,1,1e+15,2026-11-22,"{""x y"",NULL}","(""Elm """"1"""", \\\\"",7)")"#)
                let (record, none) = try await tx.fetchOne(
                    "SELECT ROW(1, 'a b', NULL, ARRAY[[1], [2]]), NULL::address",
                    as: (PostgresRecord<Int, String, Bool?, [[Int]]>, Address?).self)
                #expect(record == PostgresRecord(1, "a b", nil, [[1], [2]]) && none == nil)
                let wrong = try await failure {
                    try await tx.fetchOne("SELECT \(home)::address", as: PostgresRecord<String?, Int?, Int?>.self)
                }
                #expect("\(wrong)".contains("composite has 2 fields, 3 are to be read"), "\(wrong)")
                // Rows of a table are composites.
                try await tx.execute(script: "CREATE TABLE place (street text, number int4)")
                try await tx.execute("INSERT INTO place SELECT (a).* FROM (SELECT \(home)::address) x (a)")
                #expect(try await tx.fetchOne("SELECT place FROM place", as: Address.self) == home)
                #expect(try await tx.fetchOne("SELECT array_agg(place) FROM place", as: [Address].self) == [home])
            }
        }

        @Test(arguments: LiveServer.allCases) func hstoreAndRawValues(_ server: LiveServer) async throws {
            try await Self.withTypes(server) { tx in
                let pairs: Hstore = ["bb": nil, "a": "\"x\\", "": "é"]
                try await check(tx, "hstore", pairs, #"""=>"é", "a"=>"\"x\\", "bb"=>NULL"#)
                try await check(tx, "hstore", Hstore([:]), "")
                #expect(try await tx.fetchOne("SELECT \(pairs)::hstore -> 'a'", as: String.self) == "\"x\\")
                try await check(tx, "int2", Level.high, "2")
                try await check(tx, "int2[]", [Level.low, .high], "{1,2}")
                try await check(tx, "int8", PlayerID(rawValue: 7), "7")
                try await check(
                    tx, "int8range", PostgresRange(from: .inclusive(PlayerID(rawValue: 7)), to: .unbounded), "[7,)")
            }
        }

        /// As a literal in quotes is.
        @Test(arguments: LiveServer.allCases) func arraysOfStringsGoWhereTheServerWantsThem(_ server: LiveServer)
            async throws
        {
            let id = UUID()
            try await Self.withTypes(server) { tx in
                let row = try await tx.fetchOne(
                    """
                    SELECT \(id)::uuid = ANY(\([id.uuidString])), 'ok'::feeling = ANY(\(["sad", "ok"])), 'a.b'::ltree = ANY(\(["a.b"])),
                           't' = ANY(\(["s", "t"])), 't'::varchar <> ALL(\(["s"])), 5 = ANY(\(["5"])), \(["a"]) || ARRAY['b'],
                           ARRAY['a'] || \(["b", "c"]), ARRAY['a', 'b'] @> \(["b"]), (\(["x", "y"])::text[])[2]
                    """, as: (Bool, Bool, Bool, Bool, Bool, Bool, [String], [String], Bool, String).self)
                #expect(row.0 && row.1 && row.2 && row.3 && row.4 && row.5 && row.8)
                #expect(row.6 == ["a", "b"] && row.7 == ["a", "b", "c"] && row.9 == "y")
                try await tx.execute(
                    script: "CREATE TABLE kept (t text[], v varchar(9)[], f feeling[], u uuid[], b varchar(9)[][])")
                try await tx.execute(
                    "INSERT INTO kept VALUES (\(["a", "NULL"]), \(["b"]), \(["ok"]), \([id.uuidString]), \([["x"], ["y"]]))"
                )
                let kept = try await tx.fetchOne(
                    "SELECT t, v, f, u, b FROM kept WHERE f = \(["ok"]) AND t = \(["a", "NULL"])",
                    as: ([String], [String], [Feeling], [UUID], [[String]]).self)
                #expect(kept == (["a", "NULL"], ["b"], [.ok], [id], [["x"], ["y"]]))
                try await tx.execute("UPDATE kept SET t = \([String?]([nil]))")
                #expect(try await tx.fetchOne("SELECT t FROM kept", as: [String?].self) == [nil])
                let listed = try await tx.fetchAll(
                    "SELECT a, b FROM unnest(\([1, 2]), \(["x", "y"])::text[]) x (a, b)", as: (Int, String).self)
                #expect(listed.map(\.1) == ["x", "y"])
            }
        }

        /// A binary COPY has no literals.
        @Test func arraysInBinaryCopy() async throws {
            try await Self.withTypes(.postgres18) { tx in
                try await tx.execute(
                    script: "CREATE TABLE copied (t text[], r int8range, s text[], a address, d floatrange)")
                let rows: [[String?]] = [["a b", nil], [], ["NULL", "\"\\"]]
                try await tx.copyIn("COPY copied (t, r, s) FROM STDIN (FORMAT binary)") { writer in
                    for row in rows { try await writer.write(row: row, PostgresRange(1..<5), [row]) }
                }
                var back: [[String?]] = []
                try await tx.copyOut(
                    "COPY copied (t, r, s) TO STDOUT (FORMAT binary)",
                    as: ([String?], PostgresRange<Int>, [[String?]]).self
                ) { texts, range, nested in
                    back.append(texts)
                    #expect(range == PostgresRange(1..<5))
                    #expect(nested == (texts.isEmpty ? [] : [texts]))
                }
                #expect(back == rows)
            }
            for wrong in ["a", "d"] {
                try await Self.withTypes(.postgres18) { tx in
                    try await tx.execute(script: "CREATE TABLE copied (a address[], d floatrange)")
                    let error = try await failure {
                        try await tx.copyIn("COPY copied (\(identifier: wrong)) FROM STDIN (FORMAT binary)") { writer in
                            if wrong == "a" {
                                try await writer.write(row: ["a"])
                            } else {
                                try await writer.write(row: PostgresRange(1.5...))
                            }
                        }
                    }
                    #expect("\(error)".contains("cannot take a value of type"), "\(error)")
                }
            }
        }
    }
}

/// Asks for the column in binary format, whatever the type itself asks for.
struct InBinary<T: PostgresDecodable>: PostgresDecodable {
    let value: T
    static var postgresResultFormat: FormatCode { .binary }
    init(postgres bytes: RawSpan, type: OID, format: FormatCode) throws {
        value = try T(postgres: bytes, type: type, format: format)
    }
}
