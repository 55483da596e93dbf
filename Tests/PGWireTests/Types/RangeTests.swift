import PGWire
import Testing

extension TypesTests {
    /// Ranges and multiranges; what servers send for them is in `Live.Containers`.
    @Suite struct Ranges {
        static let int8range = OID(3926)

        @Test func declaredTypes() {
            #expect(PostgresRange<Int32>.postgresType == OID(3904) && PostgresRange<Int>.postgresType == OID(3926))
            #expect(PostgresRange<ExactNumeric>.postgresType == OID(3906))
            #expect(PostgresRange<CalendarDate>.postgresArrayType == OID(3913))
            #expect(PostgresMultirange<TimestampTZ>.postgresType == OID(4534))
            #expect(
                PostgresRange<PlayerID>.postgresType == OID(3926) && [PostgresRange<PlayerID>].postgresType == OID(3927)
            )
            #expect(PostgresRange<Double>.postgresType == .unspecified && PostgresRange<Double>.postgresFormat == .text)
            #expect(PostgresRange<String>.postgresFormat == .text && PostgresRange<Int>.postgresFormat == .binary)
        }

        @Test func texts() throws {
            let cases: [(PostgresRange<Int>, String)] = [
                (PostgresRange(1..<5), "[1,5)"), (PostgresRange(1...5), "[1,5]"), (PostgresRange(1...), "[1,)"),
                (PostgresRange(..<5), "(,5)"), (PostgresRange(...5), "(,5]"), (.all, "(,)"), (.empty, "empty"),
                (PostgresRange(1..<1), "empty"), (PostgresRange(from: .exclusive(-1), to: .inclusive(2)), "(-1,2]"),
            ]
            for (range, text) in cases {
                #expect("\(range)" == text)
                #expect(try decode(PostgresRange<Int>.self, text: text, as: Self.int8range) == range)
                #expect(try decode(PostgresRange<Int>.self, encode(range), as: Self.int8range) == range)
            }
            let quoted = PostgresRange<String>(from: .exclusive(""), to: .inclusive("a\"\\,([ "))
            #expect("\(quoted)" == #"("","a""\\,([ "]"#)
            #expect("\(PostgresRange(from: .inclusive("NULL"), to: .unbounded))" == "[NULL,)")
        }

        @Test func canonicalForms() {
            #expect(PostgresRange(1...5).canonical == PostgresRange(1..<6))
            #expect(PostgresRange(from: .exclusive(1), to: .exclusive(2)).canonical == .empty)
            #expect(PostgresRange(Int16.max...).canonical == PostgresRange(Int16.max...))
            #expect(PostgresRange(...Int.max).canonical == PostgresRange(...Int.max))
            let day = CalendarDate(days: 7)
            #expect(PostgresRange(day...day).canonical == PostgresRange(day..<CalendarDate(days: 8)))
            #expect(PostgresRange(day...CalendarDate.infinity).canonical == PostgresRange(day...CalendarDate.infinity))
        }

        @Test func swiftsRanges() {
            #expect(Range(PostgresRange(1..<5)) == 1..<5 && ClosedRange(PostgresRange(1...5)) == 1...5)
            #expect(Range(PostgresRange(1...5)) == nil && ClosedRange(PostgresRange(1..<5)) == nil)
            #expect(Range(PostgresRange<Int>.empty) == nil && Range(PostgresRange<Int>.all) == nil)
            // What a peer sends need not be in order.
            #expect(Range(PostgresRange(from: .inclusive(5), to: .exclusive(1))) == nil)
            #expect(PostgresRange(1..<5).contains(1) && !PostgresRange(1..<5).contains(5))
            #expect(PostgresRange(...5).contains(5) && !PostgresRange<Int>.empty.contains(0))
            #expect(!PostgresRange(from: .exclusive(1), to: .unbounded).contains(1))
        }

        @Test func ofOnesOwn() throws {
            let range = PostgresRange("a b"..<"c")
            #expect(try decode(PostgresRange<String>.self, encode(range), as: userDefined, .text) == range)
            // What the bounds are is not known in binary, and bytes that are no text never become one.
            #expect(throws: ValueDecodingError.typeMismatch) {
                try decode(PostgresRange<String>.self, hex("02 00000003 612062 00000001 63"), as: userDefined)
            }
            #expect(
                try decode(PostgresRange<Double>.self, hex("12 00000008 3ff8000000000000"), as: userDefined)
                    == PostgresRange(1.5...))
            // Bounds of the size that came, whatever the Swift type's own.
            #expect(
                try decode(PostgresRange<Int>.self, hex("12 00000004 00000007"), as: userDefined) == PostgresRange(7...)
            )
            #expect(
                try decode(PostgresRange<Mood>.self, text: #"[ok,"very ""happy"", \\really"]"#, as: userDefined)
                    == PostgresRange(from: .inclusive(.ok), to: .inclusive(.happy)))
        }

        @Test func multiranges() throws {
            let ranges: PostgresMultirange = [PostgresRange(1..<3), PostgresRange(5...)]
            #expect("\(ranges)" == "{[1,3),[5,)}" && "\(PostgresMultirange<Int>([]))" == "{}")
            for bytes in [try encode(ranges), try encode(PostgresMultirange<Int>([]))] {
                let value = try decode(PostgresMultirange<Int>.self, bytes, as: OID(4536))
                #expect(try decode(PostgresMultirange<Int>.self, text: "\(value)", as: OID(4536)) == value)
                #expect(try encode(value) == bytes)
            }
            let texts = PostgresMultirange([PostgresRange("a,b"..."}")])
            #expect("\(texts)" == #"{["a,b",}]}"#)
            #expect(try decode(PostgresMultirange<String>.self, text: "\(texts)", as: userDefined) == texts)
        }

        @Test(arguments: [
            "", "[", "[1", "[1,", "[1,2", "1,2)", "[1,2)x", "[1)", "[1,2,3)", "[a,2)", "empty)", "Empty", "(\"1,2)",
            "[1\\",
        ]) func malformed(_ text: String) {
            #expect(throws: ValueDecodingError.self) {
                try decode(PostgresRange<Int>.self, text: text, as: Self.int8range)
            }
            #expect(throws: ValueDecodingError.self) {
                try decode(PostgresMultirange<Int>.self, text: "{\(text)", as: OID(4536))
            }
        }

        @Test func malformedBinary() {
            for bytes in ["", "02", "80", "01 00", "12 00000008", "12 ffffffff", "12 00000004 00000001", "18 00", "20"]
            {
                #expect(throws: ValueDecodingError.self, "\(bytes)") {
                    try decode(PostgresRange<Int>.self, hex(bytes), as: Self.int8range)
                }
            }
            for bytes in ["", "00000001", "7fffffff 00000001 01", "ffffffff", "00000001 00000002 01", "00000000 00"] {
                #expect(throws: ValueDecodingError.self, "\(bytes)") {
                    try decode(PostgresMultirange<Int>.self, hex(bytes), as: OID(4536))
                }
            }
            #expect(throws: ValueDecodingError.typeMismatch) {
                try decode(PostgresRange<Int>.self, text: "[1,2)", as: .int8)
            }
        }

        @Test func nullBoundsAreRefused() {
            let range = PostgresRange<Int?>(from: .inclusive(nil), to: .unbounded)
            #expect(throws: ValueEncodingError.self) { try encode(range) }
        }
    }
}
