import PGWire
import Testing

/// What the guides to types show and say.
extension ExampleTests {
    @Test func types() async throws {
        try await withDatabase { _, db async throws in
            try await db.execute(
                script: """
                    CREATE TABLE stay (room int, days daterange, price numeric, address inet);
                    INSERT INTO stay VALUES (7, '[2026-01-30,2026-02-01]', 120.50, '10.0.0.7');
                    CREATE TYPE address AS (street text, number int);
                    CREATE TABLE home (name text, address address, previous address[]);
                    INSERT INTO home VALUES ('Ada', ROW('Elm', 3), ARRAY[ROW('Oak', NULL)::address]), ('Bob', NULL, '{}');
                    """)
            let (json, stay) = try await TypeExamples.json(db, room: 7)
            let parts = [
                #""address":"10.0.0.7""#, #""days":"[2026-01-30,2026-02-02)""#, #""price":"120.50""#, #""room":7"#,
            ]
            for part in parts { #expect(json.contains(part), "\(json)") }
            #expect(stay.days.description == "[2026-01-30,2026-02-02)" && stay.price.description == "120.5")
            let homes = try await TypeExamples.composites(db)
            #expect(homes.map(\.address?.street) == ["Elm", nil])
            #expect(homes.map(\.previous.count) == [1, 0] && homes[0].previous[0].number == nil)
        }
    }

    /// What the guide says in words.
    @Test func typesInWords() async throws {
        struct Values: Decodable, Sendable {
            var text: String
            var json: JSONText
            var names: [String]
            var none: [String]?
        }
        struct Amount: Decodable, Sendable { var amount: Money }
        struct Cast: Decodable, Sendable { var amount: ExactNumeric }
        try await withDatabase { _, db async throws in
            let sql: SQL = """
                SELECT '"a"'::jsonb AS text, '{"a": 1}'::jsonb AS json, '["b"]'::jsonb AS names, 'null'::jsonb AS none
                """
            for _ in 1...3 {
                let values = try await db.fetchOne(sql, as: Values.self)
                #expect(values.text == "\"a\"" && values.json == "{\"a\": 1}")
                #expect(values.names == ["b"] && values.none == nil)
                let money: SQL = "SELECT '12.34'::money AS amount"
                #expect(try await db.fetchOne(money, as: Money.self).rawValue == 1234)
                await #expect(throws: PostgresError.self) { try await db.fetchOne(money, as: Amount.self) }
                await #expect(throws: PostgresError.self) {
                    try await db.fetchOne(money).decode("amount", as: Money.self)
                }
                let cast = try await db.fetchOne("SELECT '12.34'::money::numeric AS amount", as: Cast.self)
                #expect(cast.amount.description == "12.34")
            }
            // A range of another type goes by its text.
            let range = PostgresRange(1..<4)
            #expect(
                try await db.fetchOne("SELECT \(range)::text::numrange = '[1,4)'::numrange", as: Bool.self) == true)
            let (keys, types) = try await db.fetchOne(
                "SELECT '1 2'::int2vector, '23 25'::oidvector", as: ([Int16], [OID]).self)
            #expect(keys == [1, 2] && types == [.int4, .text])
            let text = try await db.fetchOne("SELECT \("(1,2)")::point, \("a=r/a")::text", as: (String, String).self)
            #expect(text == ("(1,2)", "a=r/a"))
        }
    }

    @Test func customTypes() async throws {
        typealias Examples = CustomTypeExamples
        try await withDatabase { _, db async throws in
            try await db.execute(
                script: """
                    CREATE EXTENSION citext;
                    CREATE TYPE reading AS (sensor citext, value int);
                    CREATE TABLE log (reading reading, usual int4range);
                    """)
            let reading = Examples.Reading(
                fields: PostgresRecord(Examples.SensorName("roof"), Examples.Temperature(-2.5)))
            for _ in 1...3 {
                let (readings, values, ranges) = try await Examples.containers(db, reading)
                #expect(readings.map(\.sensor.text) == ["roof"] && readings.first?.value?.degrees == -2.5)
                #expect(values.map(\.degrees) == [-2.5] && ranges.description == "{[1500,2500)}")
                try await db.execute("TRUNCATE log")
            }
            // As a property of a struct, in both formats, and by itself.
            struct Property: Decodable, Sendable {
                var value: Examples.Temperature
                var sensor: Examples.SensorName
            }
            for _ in 1...3 {
                let sql: SQL = "SELECT 150 AS value, 'x'::citext AS sensor"
                let property = try await db.fetchOne(sql, as: Property.self)
                #expect(property.value.degrees == 1.5 && property.sensor.text == "x")
            }
            for sql in ["SELECT 1::int8", "SELECT 'x'"] as [SQL] {
                await #expect(throws: PostgresError.self) { try await db.fetchOne(sql, as: Examples.Temperature.self) }
            }
            await #expect(throws: PostgresError.self) {
                try await db.execute("SELECT \(Examples.Temperature(1e9))")
            }
        }
    }
}
