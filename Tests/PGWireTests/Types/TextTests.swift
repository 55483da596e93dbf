import Foundation
import PGWire
import Testing

extension TypesTests {
    @Suite struct Text {
        @Test func parameters() throws {
            #expect(String.postgresType == .unspecified && String.postgresFormat == .text)
            #expect(try encode("é") == [0xc3, 0xa9] && encode("xabcx".dropFirst().dropLast()) == Array("abc".utf8))
            let problem = ValueEncodingError.invalid("text with a zero byte (U+0000)")
            #expect(throws: problem) { try encode("a\0b") }
            #expect(throws: problem) { try encode("a\0b"[...]) }
            #expect(throws: problem) { try encode(["a\0b"]) }
            #expect(throws: problem) { try encode(JSONText("a\0b")) }
        }

        @Test func columns() throws {
            for type in [OID.text, .varchar, .bpchar, .name, .unknown, .json] {
                #expect(try decode(String.self, Array("abc".utf8), as: type) == "abc")
            }
            for type in [OID.int4, .uuid, .jsonb, .numeric, OID(4_000), userDefined] {
                #expect(try decode(String.self, text: "any", as: type) == "any")
            }
            // Bytes that are no text never become one.
            for type in [OID(4_000), OID(600), .void, userDefined] {
                #expect(throws: ValueDecodingError.typeMismatch) { try decode(String.self, [0x31], as: type) }
            }
        }

        @Test func malformed() {
            for bytes: [UInt8] in [[0xff], [0xc3], [0xed, 0xa0, 0x80], [0x61, 0x80]] {
                for format in [FormatCode.text, .binary] {
                    #expect(throws: ValueDecodingError.malformed("text is not UTF-8")) {
                        try decode(String.self, bytes, as: .text, format)
                    }
                }
            }
            #expect(throws: ValueDecodingError.malformed("jsonb version 2 is not known, only 1")) {
                try decode(String.self, [2, 0x31], as: .jsonb)
            }
            #expect(throws: ValueDecodingError.malformed("jsonb needs a version byte, none came")) {
                try decode(String.self, [], as: .jsonb)
            }
        }

        @Test func enums() throws {
            #expect(Mood.postgresType == .unspecified && Mood.postgresFormat == .text)
            for format in [FormatCode.text, .binary] {
                for type in [userDefined, .text, .varchar] {
                    #expect(try decode(Mood.self, Array("ok".utf8), as: type, format) == .ok)
                }
                #expect(throws: ValueDecodingError.outOfRange("\"glum\" is not a case of Mood")) {
                    try decode(Mood.self, Array("glum".utf8), as: userDefined, format)
                }
                #expect(throws: ValueDecodingError.typeMismatch) { try decode(Mood.self, [0x31], as: .int4, format) }
            }
        }

        @Test func bytes() throws {
            #expect([UInt8].postgresType == .bytea && [UInt8].postgresArrayType == .byteaArray)
            #expect([UInt8].postgresFormat == .binary && [UInt8]?.postgresType == .bytea)
            #expect(
                [[UInt8]].postgresType == .byteaArray && Data.postgresType == .bytea
                    && [Data].postgresType == .byteaArray)
            #expect([UInt8?].postgresType == .int2Array)
            #expect(try encode([0, 255] as [UInt8]) == [0, 255] && encode(Data([0, 255])) == [0, 255])
            #expect(try decode([UInt8].self, text: "\\xDEADbeef", as: .bytea) == [0xde, 0xad, 0xbe, 0xef])
            #expect(try decode(Data.self, text: "a\\000\\\\x\\377", as: .bytea) == Data([0x61, 0, 0x5c, 0x78, 0xff]))
            for text in ["\\x0", "\\x0g", "\\", "\\9", "\\12", "\\400", "\\18a", "a\\x00"] {
                #expect(throws: ValueDecodingError.self, "\(text)") { try decode([UInt8].self, text: text, as: .bytea) }
            }
            for type in [OID.text, .int2Array, userDefined] {
                #expect(throws: ValueDecodingError.typeMismatch) { try decode([UInt8].self, [1], as: type) }
                #expect(throws: ValueDecodingError.typeMismatch) { try decode(Data.self, [1], as: type) }
            }
        }

        @Test func uuids() throws {
            let text = "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11"
            #expect(try decode(UUID.self, text: text, as: .uuid).uuidString == text.uppercased())
            #expect(throws: ValueDecodingError.malformed("uuid needs 16 bytes, 15 came")) {
                try decode(UUID.self, [UInt8](repeating: 0, count: 15), as: .uuid)
            }
            #expect(throws: ValueDecodingError.malformed("\"\(text)1\" is not a valid uuid")) {
                try decode(UUID.self, text: text + "1", as: .uuid)
            }
            #expect(throws: ValueDecodingError.typeMismatch) { try decode(UUID.self, text: text, as: .text) }
            for _ in 0..<100 {
                let uuid = UUID()
                #expect(try decode(UUID.self, encode(uuid), as: .uuid) == uuid)
            }
        }
    }

    @Suite struct JSONs {
        struct Player: Codable, Hashable { var name: String; var points: [Int] }

        @Test func values() throws {
            let player = Player(name: "Æ \"x\"", points: [1, 2])
            #expect(JSONEncoded<Player>.postgresType == .jsonb && [JSONEncoded<Player>].postgresType == .jsonbArray)
            let bytes = try encode(JSONEncoded(player))
            #expect(bytes.first == 1)
            #expect(try decode(JSONEncoded<Player>.self, bytes, as: .jsonb).value == player)
            #expect(try decode(JSONEncoded<Player>.self, Array(bytes.dropFirst()), as: .json).value == player)
            #expect(try decode(JSONEncoded<Player>.self, Array(bytes.dropFirst()), as: .jsonb, .text).value == player)
            #expect(try decode(JSONEncoded<Int>.self, text: "5", as: .json).value == 5)
            #expect(
                try encode(JSONEncoded<Int?>(nil)) == [1] + Array("null".utf8) && JSONEncoded<Int>?.none.isPostgresNull)
            #expect(try decode(JSONEncoded<Int?>.self, text: "null", as: .json).value == nil)
            #expect(
                try decode(JSONEncoded<[Decimal]>.self, text: "[0.1, 12345678901234567890]", as: .json).value.map(
                    \.description)
                    == ["0.1", "12345678901234567890"])
        }

        @Test func problems() {
            #expect(throws: ValueDecodingError.malformed("JSON is not a valid Player: the key \"points\" is missing")) {
                try decode(JSONEncoded<Player>.self, text: "{\"name\":\"x\"}", as: .json)
            }
            let problem = #expect(throws: ValueDecodingError.self) {
                try decode(JSONEncoded<Player>.self, text: "{\"name\":1,\"points\":[]}", as: .json)
            }
            guard case .malformed(let text) = problem, text.hasPrefix("JSON is not a valid Player at name: ") else {
                Issue.record("\(String(describing: problem))")
                return
            }
            #expect(throws: ValueDecodingError.self) { try decode(JSONEncoded<Int>.self, text: "{", as: .jsonb) }
            #expect(throws: ValueDecodingError.typeMismatch) { try decode(JSONEncoded<Int>.self, text: "1", as: .int4) }
            #expect(throws: ValueDecodingError.typeMismatch) { try decode(JSONText.self, text: "1", as: .int4) }
            #expect(throws: ValueEncodingError.self) { try encode(JSONEncoded(Double.nan)) }
        }

        @Test func textIsExact() throws {
            let text = "{\"b\": 12345678901234567890, \"a\":1e-7}"
            #expect(try encode(JSONText(text)) == Array(text.utf8))
            #expect(try decode(JSONText.self, text: text, as: .json).text == text)
            #expect(try decode(JSONText.self, [1] + Array(text.utf8), as: .jsonb).text == text)
            #expect(try JSONText(encoding: [1, 2]) == "[1,2]" && JSONText("[1,2]").decode(as: [Int].self) == [1, 2])
        }
    }
}
