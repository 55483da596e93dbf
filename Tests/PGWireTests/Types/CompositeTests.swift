import Foundation
import PGWire
import Testing

extension TypesTests {
    struct Address: PostgresComposite, Equatable {
        var street: String
        var number: Int?

        init(street: String, number: Int?) {
            self.street = street
            self.number = number
        }

        var fields: PostgresRecord<String, Int?> { PostgresRecord(street, number) }
        init(fields record: PostgresRecord<String, Int?>) { (street, number) = record.fields }
    }

    enum Level: Int16, PostgresEncodable, PostgresDecodable { case low = 1, high }

    struct PlayerID: RawRepresentable, PostgresEncodable, PostgresDecodable, Hashable, Comparable {
        var rawValue: Int64
        static func < (left: PlayerID, right: PlayerID) -> Bool { left.rawValue < right.rawValue }
    }

    @Suite struct Composites {
        static let record = OID(2249)

        @Test func texts() throws {
            let record = PostgresRecord(
                "a \"b\" \\", Bool?.none, 1e15, [1, nil] as [Int?], Address(street: "", number: 3))
            #expect("\(record)" == #"("a ""b"" \\",,1e+15,"{1,NULL}","("""",3)")"#)
            let back = try decode(
                PostgresRecord<String, Bool?, Double, [Int?], Address>.self, encode(record), as: userDefined, .text)
            #expect(back == record)
            #expect("\(PostgresRecord(Int?.none))" == "()" && "\(PostgresRecord("", "]"))" == #"("",])"#)
            #expect(try decode(PostgresRecord<Int?>.self, text: "()", as: Self.record) == PostgresRecord(nil))
            #expect(
                try decode(PostgresRecord<String, String>.self, text: #"("",])"#, as: Self.record)
                    == PostgresRecord("", "]"))
            let date = Date(timeIntervalSince1970: 0)
            #expect("\(PostgresRecord(date, [UInt8]([1, 255])))" == #"("1970-01-01 00:00:00+00","\\x01ff")"#)
        }

        @Test func binary() throws {
            // ROW(7, 'x', NULL), as `record_send` has it: 7 is an int4.
            let bytes = hex("00000003 00000017 00000004 00000007 00000019 00000001 78 00000010 ffffffff")
            let record = try decode(PostgresRecord<Int, String, Bool?>.self, bytes, as: Self.record)
            #expect(record == PostgresRecord(7, "x", nil))
            #expect(throws: ValueDecodingError.malformed("field 3 is NULL: decode it as Bool?")) {
                try decode(PostgresRecord<Int, String, Bool>.self, bytes, as: Self.record)
            }
            #expect(throws: ValueDecodingError.malformed("field 2 of type 25 (text) cannot be decoded as Int")) {
                try decode(PostgresRecord<Int, Int, Bool?>.self, bytes, as: Self.record)
            }
            #expect(throws: ValueDecodingError.malformed("composite has 3 fields, 2 are to be read")) {
                try decode(PostgresRecord<Int, String>.self, bytes, as: Self.record)
            }
            for end in bytes.indices {
                #expect(throws: ValueDecodingError.self) {
                    try decode(PostgresRecord<Int, String, Bool?>.self, Array(bytes[..<end]), as: Self.record)
                }
            }
        }

        @Test func formats() {
            #expect(PostgresRecord<Int, Double>.postgresResultFormat == .binary)
            #expect(PostgresRecord<Int, String>.postgresResultFormat == .text && Address.postgresResultFormat == .text)
            #expect(Address.postgresType == .unspecified && [Address].postgresFormat == .text)
        }

        @Test func asStructs() throws {
            let addresses = [Address(street: "Elm, \"1\"", number: nil), Address(street: "", number: 2)]
            #expect(try encode(addresses) == Array(#"{"(\"Elm, \"\"1\"\"\",)","(\"\",2)"}"#.utf8))
            #expect(try decode([Address].self, encode(addresses), as: userDefined, .text) == addresses)
        }

        @Test(arguments: [
            ("(1)", "composite has 1 field, 2 are to be read"),
            ("(1,2,3)", "composite has more fields, 2 are to be read"),
            ("(1,2", "composite ends within field 2"), ("(1,2)x", "text follows the composite"),
            ("1,2", "composite does not start with a parenthesis"), ("(a,2)", "field 1: \"a\" is not a valid int8"),
            ("(,2)", "field 1 is NULL: decode it as Int?"), ("(\"1,2)", "composite ends within field 1"),
        ]) func malformed(_ text: String, _ reason: String) {
            #expect(throws: ValueDecodingError.malformed(reason)) {
                try decode(PostgresRecord<Int, Int>.self, text: text, as: Self.record)
            }
        }

        @Test func otherTypesDoNotFit() {
            #expect(throws: ValueDecodingError.typeMismatch) {
                try decode(PostgresRecord<Int>.self, text: "(1)", as: .text)
            }
            struct Opaque: PostgresEncodable {
                static let postgresType = OID(600)
                func encode(to writer: inout ByteWriter) {}
            }
            let problem = #expect(throws: ValueEncodingError.self) { try encode(PostgresRecord(Opaque())) }
            guard case .invalid(let reason) = problem else { return }
            #expect(reason.contains("LosslessStringConvertible"))
        }
    }

    /// Enums and identifiers are what their raw values are.
    @Suite struct RawValues {
        @Test func integers() throws {
            #expect(
                Level.postgresType == .int2 && [Level].postgresType == .int2Array && Level.postgresFormat == .binary)
            #expect(try encode(Level.high) == [0, 2])
            #expect(try decode(Level.self, text: "1", as: .int8) == .low)
            #expect(try decode([Level?].self, encode([Level.low, nil]), as: .int2Array) == [.low, nil])
            #expect(throws: ValueDecodingError.outOfRange("7 is not a raw value of Level")) {
                try decode(Level.self, text: "7", as: .int2)
            }
        }

        @Test func identifiers() throws {
            let id = PlayerID(rawValue: 7)
            #expect(PlayerID.postgresType == .int8 && [PlayerID].postgresType == .int8Array)
            #expect(try decode(PlayerID.self, encode(id), as: .int8) == id)
            let range = PostgresRange(id...)
            #expect("\(range)" == "[7,)" && "\(PostgresRecord(id))" == "(7)")
            #expect(try decode(PostgresRange<PlayerID>.self, encode(range), as: OID(3926)) == range)
            struct Name: RawRepresentable, PostgresEncodable, PostgresDecodable { var rawValue: String }
            #expect(Name.postgresType == .unspecified && Name.postgresResultFormat == .text)
            #expect(try encode([Name(rawValue: "a b")]) == Array(#"{"a b"}"#.utf8))
        }

        /// The labels of an enum type stay what they are.
        @Test func enumsOfTheDatabase() throws {
            #expect(Mood.postgresType == .unspecified && [Mood].postgresType == .unspecified)
            #expect(throws: ValueDecodingError.typeMismatch) { try decode(Mood.self, text: "1", as: .int4) }
        }
    }
}
