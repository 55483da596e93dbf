import PGWire
import Testing

extension TypesTests {
    /// Arrays of several dimensions and with bounds.
    @Suite struct ArrayShapes {
        @Test func nestedArraysAreDimensions() throws {
            let numbers: [[Int32?]] = [[1, nil], [3, 4], [5, 6]]
            let bytes = try encode(numbers)
            #expect(
                bytes.prefix(28)
                    == hex("00000002 00000001 00000017 00000003 00000001 00000002 00000001")[...])
            #expect(try decode([[Int32?]].self, bytes, as: .int4Array) == numbers)
            #expect(try decode([[Int32?]].self, text: "{{1,NULL},{3,4},{5,6}}", as: .int4Array) == numbers)
            let texts: [[[String?]]] = [[["a b", nil], ["", "NULL"]]]
            #expect(try encode(texts) == Array(#"{{{"a b",NULL},{"","NULL"}}}"#.utf8))
            #expect(try decode([[[String?]]].self, encode(texts), as: .textArray, .text) == texts)
            let blobs: [[[UInt8]]] = [[[1], []], [[2, 3], [4]]]
            #expect(try decode([[[UInt8]]].self, encode(blobs), as: .byteaArray) == blobs)
            #expect(
                try decode([[[UInt8]]].self, text: #"{{"\\x01","\\x"},{"\\x0203","\\x04"}}"#, as: .byteaArray) == blobs)
        }

        @Test func emptyOnesHaveNoDimension() throws {
            let empty = hex("00000000 00000000 00000014")
            for value in [[], [[]], [[], []]] as [[[Int]]] {
                #expect(try encode(value) == empty)
            }
            #expect(try encode([[], []] as [[String]]) == Array("{}".utf8))
            #expect(try decode([[Int]].self, empty, as: .int8Array) == [])
            #expect(try decode([[Int]].self, text: "{}", as: .int8Array) == [])
        }

        @Test func raggedOnesAreRefused() {
            let cases: [(any PostgresEncodable, String)] = [
                ([[1, 2], [3]], "the array's part [1] has 1 element and its part [0] has 2"),
                ([["a"], []], "the array's part [1] has 0 elements and its part [0] has 1"),
                ([[], [1]] as [[Int]], "the array's part [1] has 1 element and its part [0] has 0"),
                ([[[1], [2]], [[3], [4, 5]]], "the array's part [1][1] has 2 elements and its part [1][0] has 1"),
                ([[1], nil] as [[Int]?], "the array's part [1] is NULL, which only an element can be"),
                ([nil, ["a"]] as [[String]?], "the array's part [0] is NULL, which only an element can be"),
                ([[[[[[[1]]]]]]], "an array of 7 dimensions; PostgreSQL has at most 6"),
                ([PostgresArray([1])], "an array of values of type PostgresArray<Int>, which are arrays themselves"),
            ]
            for (value, text) in cases {
                let problem = #expect(throws: ValueEncodingError.self, "\(value)") { try encode(value) }
                guard case .invalid(let reason) = problem else { continue }
                #expect(reason.hasPrefix(text), "\(reason)")
            }
        }

        @Test func otherNumbersOfDimensions() throws {
            let two = try encode([[1], [2]])
            let cases: [(any PostgresDecodable.Type, [UInt8], String)] = [
                ([Int].self, two, "array has 2 dimensions, Array<Int> has 1"),
                ([[[Int]]].self, two, "array has 2 dimensions, Array<Array<Array<Int>>> has 3"),
                ([[Int]].self, try encode([1]), "array has 1 dimension, Array<Array<Int>> has 2"),
            ]
            for (type, bytes, text) in cases {
                #expect(throws: ValueDecodingError.malformed(text)) { try decode(type, bytes, as: .int8Array) }
            }
            #expect(throws: ValueDecodingError.malformed("array has 2 dimensions, Array<Int> has 1")) {
                try decode([Int].self, text: "{{1},{2}}", as: .int8Array)
            }
            #expect(throws: ValueDecodingError.malformed("array has 1 dimension, Array<Array<String>> has 2")) {
                try decode([[String]].self, text: "{a}", as: .textArray)
            }
        }

        @Test(arguments: [
            "{{1},{2,3}}", "{{1},2}", "{{1}", "{{1}}}", "{{1},}", "{{},{1}}", "[1:2][1:1]={{1}}", "[1:1]={{1}}",
            "[2:1]={}", "{{{{{{{1}}}}}}}", "[1:1][1:2147483648]={{1}}", "{1,{2}}",
        ]) func malformed(_ text: String) {
            #expect(throws: ValueDecodingError.self) { try decode([[Int]].self, text: text, as: .int8Array) }
            #expect(throws: ValueDecodingError.self) { try decode(PostgresArray<Int>.self, text: text, as: .int8Array) }
        }

        /// A dimension without elements would let others be of any size for a few bytes.
        @Test func hugeShapesInFewBytes() {
            for shape in [
                "40000000 00000001 00000000 00000001", "00010000 00000001 00010000 00000001", "ffffffff 1 ffffffff 1",
            ] {
                let bytes = hex("00000002 00000000 00000014 " + shape)
                #expect(throws: ValueDecodingError.self) { try decode([[Int]].self, bytes, as: .int8Array) }
                #expect(throws: ValueDecodingError.self) { try decode(PostgresArray<Int>.self, bytes, as: .int8Array) }
            }
        }

        @Test func boundsAreKept() throws {
            let array = PostgresArray([1, 2], lowerBound: 2)
            #expect("\(array)" == "[2:3]={1,2}")
            #expect(try decode(PostgresArray<Int>.self, text: "[2:3]={1,2}", as: .int8Array) == array)
            #expect(try decode(PostgresArray<Int>.self, encode(array), as: .int8Array) == array)
            #expect(try decode([Int].self, text: "[2:3]={1,2}", as: .int8Array) == [1, 2])
            let square = try #require(
                PostgresArray(
                    dimensions: [.init(count: 2, lowerBound: -1), .init(count: 2)], elements: ["a b", nil, "NULL", "x"])
            )
            #expect("\(square)" == #"[-1:0][1:2]={{"a b",NULL},{"NULL",x}}"#)
            #expect(try decode(PostgresArray<String?>.self, encode(square), as: .textArray, .text) == square)
            #expect("\(PostgresArray([Int]()))" == "{}" && PostgresArray([Int](), lowerBound: 3).dimensions.isEmpty)
            #expect(PostgresArray(dimensions: [.init(count: 2)], elements: [1]) == nil)
            #expect(PostgresArray(dimensions: [.init(count: 0)], elements: [Int]()) == nil)
            #expect(PostgresArray(dimensions: [.init(count: .max), .init(count: .max)], elements: [1]) == nil)
            let tooFar = PostgresArray([1], lowerBound: .max)
            #expect(throws: ValueEncodingError.self) { try encode(tooFar) }
            _ = "\(tooFar)"
        }

        /// The text of what is sent in binary is the server's, too.
        @Test func texts() {
            #expect(
                "\(PostgresArray([1e-7, 1e15, 100_000, 123_456.78, Double.leastNonzeroMagnitude, -0.0001, 0.00001, .nan, -.infinity, -0.0]))"
                    == "{1e-07,1e+15,100000,123456.78,5e-324,-0.0001,1e-05,NaN,-Infinity,-0}")
            #expect("\(PostgresArray([Float(1e6), 999_999, 0.1]))" == "{1e+06,999999,0.1}")
            #expect("\(PostgresArray([true, false]))" == "{t,f}")
            #expect("\(PostgresArray([[UInt8]([1, 255]), []]))" == #"{"\\x01ff","\\x"}"#)
        }

        /// A box has commas in its text, so its arrays have semicolons (`pg_type.typdelim`).
        @Test func boxesHaveSemicolons() throws {
            let text = "{(3,4),(1,2);(7,8),(5,6)}"
            #expect(try decode([String].self, text: text, as: OID(1020)) == ["(3,4),(1,2)", "(7,8),(5,6)"])
        }
    }
}
