import PGWire
import Testing

extension TypesTests {
    @Suite struct Hstores {
        @Test func texts() throws {
            let pairs: Hstore = ["bb": nil, "a": "\"x\\", "": "NULL", "a": "second"]
            #expect("\(pairs)" == #"""=>"NULL", "a"=>"\"x\\", "bb"=>NULL"#)
            #expect(try decode(Hstore.self, encode(pairs), as: userDefined, .text) == pairs)
            #expect(pairs["a"] == "\"x\\" && pairs["bb"] == .some(nil) && pairs["c"] == nil)
            #expect("\(Hstore([:]))" == "" && pairs.dictionary.count == 3)
            #expect(throws: ValueEncodingError.self) { try encode(Hstore(["a\0": nil])) }
        }

        /// The server's keys are bytes: these two are one to Swift.
        @Test func keysAreBytes() {
            let pairs = Hstore(pairs: [.init(key: "e\u{301}", value: "1"), .init(key: "\u{e9}", value: "2")])
            #expect(pairs.pairs.count == 2 && pairs["\u{e9}"] == "2" && pairs.dictionary.count == 1)
        }

        @Test func binary() throws {
            let bytes = hex("00000002 00000001 61 00000001 31 00000001 62 ffffffff")
            #expect(try decode(Hstore.self, bytes, as: userDefined) == ["a": "1", "b": nil])
            for end in bytes.indices {
                #expect(throws: ValueDecodingError.self) {
                    try decode(Hstore.self, Array(bytes[..<end]), as: userDefined)
                }
            }
            for bytes in [
                "7fffffff", "ffffffff", "00000001 ffffffff 00000000", "00000001 00000001 ff 00000000", "00000000 00",
            ] {
                #expect(throws: ValueDecodingError.self) { try decode(Hstore.self, hex(bytes), as: userDefined) }
            }
            #expect(throws: ValueDecodingError.typeMismatch) { try decode(Hstore.self, bytes, as: .text) }
        }

        @Test(arguments: [
            "\"a\"", "\"a\"=>", "\"a\"=>x", "a=>1", "\"a\"=>\"1\",", "\"a\"=>\"1\" ", "\"a\"=>\"1", "\"a\\", ",",
        ]) func malformed(_ text: String) {
            #expect(throws: ValueDecodingError.self) { try decode(Hstore.self, text: text, as: userDefined) }
        }
    }
}
