import Foundation
import PGWire
import Testing

extension Live {
    /// Types of one value: their texts are the server's, and the server gets what was meant.
    @Suite struct ScalarValues {
        private static let count = 10_000

        @Test(arguments: [LiveServer.postgres15, .postgres18])
        func randomValuesAreTheServers(_ server: LiveServer) async throws {
            let start = ContinuousClock.now
            var families = ScalarFamily.all
            try await server.connected { db in
                try await db.execute("CREATE EXTENSION IF NOT EXISTS ltree")
                if server == .postgres18 {
                    try await db.execute("CREATE EXTENSION IF NOT EXISTS vector")
                    families += ScalarFamily.vectors
                } else {
                    families += ScalarFamily.xml
                }
                for family in families {
                    try await family.run(db, Self.count)
                }
            }
            print("\(families.count) types with \(Self.count) values each on \(server): \(ContinuousClock.now - start)")
        }

        @Test(arguments: LiveServer.allCases) func amountsOfMoney(_ server: LiveServer) async throws {
            var random = Random("money")
            let amounts = (0..<Self.count).map { _ in
                Money(rawValue: Int64(bitPattern: random.next()) >> Int64.random(in: 0...63, using: &random))
            }
            let cents = amounts.map { ExactNumeric($0.rawValue) }
            try await server.connected { db in
                let (different, back) = try await db.fetchOne(
                    """
                    SELECT count(*) FILTER (WHERE a::numeric * 100 <> c), array_agg(a ORDER BY n)
                    FROM unnest(\(amounts), \(cents)) WITH ORDINALITY u (a, c, n)
                    """, as: (Int, [Money]).self)
                #expect(different == 0)
                #expect(back == amounts)
            }
        }

        @Test(arguments: [LiveServer.postgres15, .postgres18])
        func textOfFloatingPointIsTheServers(_ server: LiveServer) async throws {
            var random = Random("floating point")
            var doubles = (0..<Self.count).map { _ in random.double() }
            // Halfway between two numbers, where few digits would do.
            doubles += [
                1e23, 9_007_199_254_740_992, 18_014_398_509_481_988, .leastNonzeroMagnitude, .greatestFiniteMagnitude,
            ]
            doubles += (0..<Self.count).map { _ in Double(UInt64.random(in: 1 << 54...1 << 62, using: &random)) }
            doubles += (-1074...1023).map { Double(sign: .plus, exponent: $0, significand: 1) }
            var floats = (0..<Self.count).map { _ in Float(bitPattern: random.bits()) }
            floats += (0..<Self.count).map { _ in Float(UInt32.random(in: 1 << 25 ... .max, using: &random)) }
            floats += (-149...127).map { Float(sign: .plus, exponent: $0, significand: 1) }
            floats += (0..<Self.count).map { _ in Float(random.double()) }
            try await server.connected { db in
                let (wide, narrow) = try await db.fetchOne(
                    """
                    SELECT (SELECT array_agg(v::text ORDER BY n) FROM unnest(\(doubles)) WITH ORDINALITY u (v, n)),
                        (SELECT array_agg(v::text ORDER BY n) FROM unnest(\(floats)) WITH ORDINALITY u (v, n))
                    """, as: ([String], [String]).self)
                try ScalarFamily.expectSame(doubles.map { PostgresFloatText.text($0) }, wide, "float8")
                try ScalarFamily.expectSame(floats.map { PostgresFloatText.text($0) }, narrow, "float4")
            }
        }

        @Test(arguments: LiveServer.allCases) func unsignedIntegersGoWhereIntegersDo(_ server: LiveServer) async throws
        {
            try await server.connected { db in
                let (tiny, small, medium, large, word) = try await db.fetchOne(
                    "SELECT \(Int8(-128)), \(UInt16.max), \(UInt32.max), \(UInt64(Int64.max)), \(UInt(1))",
                    as: (Int8, UInt16, UInt32, UInt64, UInt).self)
                #expect(tiny == -128 && small == .max && medium == .max && large == UInt64(Int64.max) && word == 1)
                // As columns of a table, an oid among them, alone and in an array.
                let found = try await db.fetchOne(
                    """
                    SELECT count(*) FROM (VALUES (1::int2, 2::int4, 3::int8, 4::oid, 5::numeric)) v (a, b, c, d, e)
                    WHERE a = \(UInt8(1)) AND b = \(UInt16(2)) AND c = \(UInt32(3)) AND d = \(UInt32(4)) AND e = \(UInt(5))
                        AND b = ANY (\([UInt16(2)])) AND c = ANY (\([UInt64(3)])) AND d = ANY (\([UInt32(4)])) AND a = \(Int8(1))
                    """, as: Int.self)
                #expect(found == 1)
                let (huge, none) = try await db.fetchOne(
                    "SELECT 18446744073709551615::numeric, NULL::numeric", as: (UInt64, UInt?).self)
                #expect(huge == .max && none == nil)
                try await expectFailure(
                    "parameter $1 of type UInt64: 18446744073709551615 is beyond bigint, which it is sent as; for a numeric "
                        + "column write ExactNumeric(value)"
                ) { try await db.execute("SELECT \(UInt64.max)") }
                #expect(try await db.fetchOne("SELECT \(ExactNumeric(UInt64.max))", as: UInt64.self) == .max)
                let error = try await failure { try await db.fetchOne("SELECT -1", as: UInt16.self) }
                #expect("\(error)".contains("-1 is outside the range of UInt16"), "\(error)")
            }
        }

        /// A server before 17 has no infinite intervals; what is one in binary format is an extreme there.
        @Test(arguments: LiveServer.allCases) func intervalsAreInfiniteWhereTheServerSaysSo(_ server: LiveServer)
            async throws
        {
            try await server.connected { db in
                if [.postgres17, .postgres18].contains(server) {
                    let (up, down) = try await db.fetchOne(
                        "SELECT interval 'infinity', interval '-infinity'", as: (Interval, Interval).self)
                    #expect(up == .infinity && down == .negativeInfinity)
                    #expect(try await db.fetchOne("SELECT \(up)::text", as: String.self) == "infinity")
                } else {
                    let (least, text) = try await db.fetchOne(
                        """
                        SELECT i, i::text FROM (VALUES (interval
                            '-2147483648 months -2147483648 days -9223372036854775808 us')) v (i)
                        """, as: (Interval, String).self)
                    #expect(least.isFinite && least != .negativeInfinity && least.months == .min)
                    #expect("\(least)" == text)
                    let error = try await failure { try await db.execute("SELECT \(least)") }
                    #expect("\(error)".contains("extreme parts"), "\(error)")
                }
                // Every style is read, as the parts come as text.
                for style in ["postgres", "postgres_verbose", "sql_standard", "iso_8601"] {
                    let value = Interval(months: -14, days: 3, microseconds: -3_600_000_001)
                    let back = try await db.transaction { tx in
                        try await tx.execute("SET LOCAL IntervalStyle = \(raw: style)")
                        return try await tx.fetchOne("SELECT \(value)", as: Interval.self)
                    }
                    #expect(back == value, "\(style)")
                }
            }
        }

        @Test(arguments: LiveServer.allCases) func otherValuesMakeTheRoundTrip(_ server: LiveServer) async throws {
            try await server.connected { db in
                let (money, none, void) = try await db.fetchOne(
                    "SELECT \(Money(rawValue: -1250)), NULL::money, pg_sleep(0)", as: (Money, Money?, PostgresVoid).self
                )
                #expect(money == Money(rawValue: -1250) && none == nil && void == PostgresVoid())
                #expect(try await db.fetchOne("SELECT \(money) = '-12.50'::money", as: Bool.self))
                let (table, same) = try await db.fetchOne(
                    "SELECT 'pg_class'::regclass, \(OID(1259)) = 'pg_class'::regclass", as: (OID, Bool).self)
                #expect(table == OID(1259) && same)
                // The empty `"char"`, and one that is no character, which servers before 16 write as the byte.
                let bytes = try await db.fetchOne(
                    "SELECT \(CharByte(rawValue: 0)), \(CharByte(rawValue: 200)), relkind FROM pg_class LIMIT 1",
                    as: (CharByte, CharByte, CharByte).self)
                #expect(bytes.0.rawValue == 0 && bytes.1.rawValue == 200 && "\(bytes.1)" == #"\310"#)
                let days = try await db.fetchOne(
                    "SELECT date '2024-02-29', date '0044-03-15 BC', date '5874897-12-31'", as: (Date, Date, Date).self)
                #expect(days.0 == Date(timeIntervalSince1970: 1_709_164_800))
                #expect(days.1.timeIntervalSince1970 == -63_517_824_000 && days.2.timeIntervalSince1970 > 1e14)
                let error = try await failure { try await db.fetchOne("SELECT date 'infinity'", as: Date.self) }
                #expect("\(error)".contains("infinity is outside the range of Date"), "\(error)")
                // Where the server has no XML, there is no column of it, either.
                if server != .postgres18 {
                    let xml = XMLText("<a>é</a>")
                    #expect(try await db.fetchOne("SELECT \(xml), NULL::xml", as: (XMLText, XMLText?).self).0 == xml)
                }
            }
        }
    }
}
