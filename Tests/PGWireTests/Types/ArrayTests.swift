import Foundation
import PGWire
import Testing

extension TypesTests {
    @Suite struct Arrays {
        @Test func declaredTypes() {
            #expect(
                [Int].postgresType == .int8Array && [Int].postgresFormat == .binary && [Int?].postgresType == .int8Array
            )
            #expect([String].postgresType == .unspecified && [String].postgresFormat == .text)
            #expect([String?].postgresType == .unspecified && [[String?]].postgresFormat == .text)
            #expect([[Int]].postgresType == .int8Array && [[[Int?]]].postgresFormat == .binary)
            #expect([UInt8].postgresType == .bytea && [[UInt8]].postgresType == .byteaArray)
            #expect([[UInt8]?].postgresType == .byteaArray && [[[UInt8]]].postgresType == .byteaArray)
            #expect([Mood].postgresType == .unspecified && [Mood].postgresFormat == .text)
            #expect([Mood?].postgresFormat == .text && [JSONText].postgresFormat == .text)
        }

        @Test func literals() throws {
            #expect(try encode([Mood]()) == Array("{}".utf8))
            #expect(try encode([Mood.ok, .happy]) == Array(#"{ok,"very \"happy\", \\really"}"#.utf8))
            #expect(try encode([JSONText("NULL"), nil, JSONText("")]) == Array(#"{"NULL",NULL,""}"#.utf8))
            #expect(
                try decode([String?].self, text: #"[5:8]={a,NULL,"NULL","\"\\"}"#, as: .textArray) == [
                    "a", nil, "NULL", "\"\\",
                ])
        }

        @Test func nulls() throws {
            let bytes = try encode([1, nil] as [Int32?])
            let error = ValueDecodingError.malformed("element 2 is NULL: decode it as Int32?")
            #expect(throws: error) { try decode([Int32].self, bytes, as: .int4Array) }
            #expect(throws: error) {
                try decode([Int32].self, text: "{1,NULL}", as: .int4Array)
            }
            #expect(try decode([Int32?].self, bytes, as: .int4Array) == [1, nil])
        }

        @Test(arguments: [
            "", "{", "}", "{1", "{1,", "{1,}", "{,1}", "{,}", "{1}}", "{1}x", "{{1}}", "{1,{2}}", "{\"1", "{\"1\\",
            "{1\"2\"}",
            "{\"1\"2}", "1", "[1:1]{1}", "[1:1={1}", "[1]={1}", "[1:1][1:1]={{1}}", "={1}", "{1\\2}",
        ]) func malformedLiteral(_ text: String) {
            let problem = #expect(throws: ValueDecodingError.self) {
                try decode([String].self, text: text, as: .textArray)
            }
            guard case .malformed(let text) = problem, text.contains("array") else {
                Issue.record("\(String(describing: problem))")
                return
            }
        }

        @Test func malformedBinary() {
            let cases: [(String, String)] = [
                ("00000001", "array ends too early: 4 more bytes are needed, 0 are left"),
                ("00000000 00000002 00000017", "array flags are 0 or 1, 2 came"),
                ("00000000 00000000 00000017 00", "bytes follow the empty array"),
                ("00000002 00000000 00000017", "array ends too early: 4 more bytes are needed, 0 are left"),
                ("ffffffff 00000000 00000017", "array has -1 dimensions, PostgreSQL has at most 6"),
                ("00000007 00000000 00000017", "array has 7 dimensions, PostgreSQL has at most 6"),
                ("00000001 00000000 00000017 7fffffff 00000001", "array of 2147483647 elements in 0 bytes"),
                ("00000001 00000000 00000017 ffffffff 00000001", "array of -1 elements in 0 bytes"),
                ("00000001 00000000 00000017 00000001 00000001 fffffffe", "length -2 of element 0"),
                (
                    "00000001 00000000 00000017 00000001 00000001 7fffffff",
                    "array ends too early: 2147483647 more bytes are needed, 0 are left"
                ),
                ("00000001 00000000 00000017 00000001 00000001 00000002 0001", "int4 needs 4 bytes, 2 came"),
                (
                    "00000001 00000000 00000017 00000001 00000001 00000004 00000001 00",
                    "bytes follow the last element of the array"
                ),
            ]
            for (bytes, text) in cases {
                #expect(throws: ValueDecodingError.malformed(text)) {
                    try decode([Int].self, hex(bytes), as: .int4Array)
                }
            }
        }

        @Test func otherTypesDoNotFit() throws {
            let bytes = try encode([1] as [Int32])
            for type in [OID.int4, .text, .bytea, .unspecified] {
                #expect(throws: ValueDecodingError.typeMismatch) { try decode([Int].self, bytes, as: type) }
                #expect(throws: ValueDecodingError.typeMismatch) { try decode([String].self, text: "{1}", as: type) }
            }
            #expect(try decode([String].self, bytes, as: .int4Array) == ["1"])
            #expect(throws: ValueDecodingError.typeMismatch) { try decode([Double].self, text: "{1}", as: .int4Array) }
            // A column of `inet[]`: no Swift type for it here, but its text can be read.
            #expect(try decode([String].self, text: "{10.0.0.1}", as: OID(1041)) == ["10.0.0.1"])
        }

        @Test func catalogVectors() throws {
            let bytes = hex("00000001 00000000 00000015 00000002 00000000 00000002 0001 00000002 0003")
            #expect(try decode([Int16].self, bytes, as: OID(22)) == [1, 3])
            #expect(try decode([Int16].self, text: "1 3", as: OID(22)) == [1, 3])
            #expect(try decode([UInt32].self, text: "", as: OID(30)) == [])
            #expect(throws: ValueDecodingError.self) { try decode([Int16].self, text: "1  3", as: OID(22)) }
        }

        @Test func roundTrips() throws {
            var random = SeededGenerator("arrays")
            let alphabet: [Character] = ["a", "\"", "\\", ",", "{", "}", " ", "N", "é", "日", "\n"]
            for _ in 0..<500 {
                let count = Int.random(in: 0..<20, using: &random)
                let strings = (0..<count).map { _ -> String? in
                    guard Int.random(in: 0..<5, using: &random) > 0 else { return nil }
                    return String(
                        (0..<Int.random(in: 0..<6, using: &random)).map { _ in
                            alphabet.randomElement(using: &random) ?? "a"
                        })
                }
                #expect(try decode([String?].self, encode(strings), as: .textArray, .text) == strings)
                let literal = strings.map { $0.map { JSONText($0) } }
                #expect(try decode([String?].self, encode(literal), as: .textArray, .text) == strings)
                let integers = strings.map { $0.map { _ in Int64.random(in: .min ... .max, using: &random) } }
                #expect(try decode([Int64?].self, encode(integers), as: .int8Array) == integers)
            }
        }
    }
}
