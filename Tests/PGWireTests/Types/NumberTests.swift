import Foundation
import PGWire
import Testing

private func n(_ text: String) -> ExactNumeric {
    guard let value = ExactNumeric(text) else { preconditionFailure("\(text) is no numeric") }
    return value
}

extension TypesTests {
    @Suite struct Numbers {
        @Test func declaredTypes() {
            #expect(Bool.postgresType == .bool && Int16.postgresType == .int2 && Int32.postgresType == .int4)
            #expect(Int64.postgresType == .int8 && Int.postgresType == .int8 && UInt32.postgresType == .int8)
            #expect(OID.postgresType == .oid && Float.postgresType == .float4 && Double.postgresType == .float8)
            #expect(Int?.postgresType == .int8 && Int?.postgresArrayType == .int8Array)
        }

        @Test func integersWidenAndNarrow() throws {
            #expect(try decode(Int64.self, hex("fffe"), as: .int2) == -2)
            #expect(try decode(Int16.self, hex("000000000000 7fff"), as: .int8) == 32767)
            #expect(try decode(Int.self, hex("ffffffff"), as: .oid) == 4_294_967_295)
            #expect(try decode(UInt8.self, hex("00ff"), as: .int2) == 255)
            #expect(try decode(UInt32.self, text: "7", as: .int4) == 7)
        }

        @Test func integersOutOfRange() {
            let problem = #expect(throws: ValueDecodingError.self) {
                try decode(Int16.self, hex("00008000"), as: .int4)
            }
            #expect(problem == .outOfRange("32768 is outside the range of Int16"))
            #expect(throws: ValueDecodingError.outOfRange("-1 is outside the range of UInt32")) {
                try decode(UInt32.self, hex("ffffffff"), as: .int4)
            }
            #expect(throws: ValueDecodingError.outOfRange("256 is outside the range of UInt8")) {
                try decode(UInt8.self, text: "256", as: .int2)
            }
            #expect(throws: ValueDecodingError.outOfRange("\"9223372036854775808\" is outside the range of int8")) {
                try decode(Int.self, text: "9223372036854775808", as: .int8)
            }
            #expect(throws: ValueDecodingError.outOfRange("\"32768\" is outside the range of int2")) {
                try decode(Int.self, text: "32768", as: .int2)
            }
        }

        @Test func malformed() {
            #expect(throws: ValueDecodingError.malformed("int4 needs 4 bytes, 3 came")) {
                try decode(Int32.self, [1, 2, 3], as: .int4)
            }
            #expect(throws: ValueDecodingError.malformed("bool needs 1 byte, 0 came")) {
                try decode(Bool.self, [], as: .bool)
            }
            #expect(throws: ValueDecodingError.malformed("bool is 0 or 1, 2 came")) {
                try decode(Bool.self, [2], as: .bool)
            }
            for text in ["", "-", "1x", " 1", "1 ", "+1", "0x1", "1.0"] {
                #expect(throws: ValueDecodingError.malformed("\"\(text)\" is not a valid int8")) {
                    try decode(Int.self, text: text, as: .int8)
                }
            }
            for text in ["", "inf", "nan", "0x1p3", "1,5", " 1", "nan(0x1)"] {
                #expect(throws: ValueDecodingError.malformed("\"\(text)\" is not a valid float8")) {
                    try decode(Double.self, text: text, as: .float8)
                }
            }
            #expect(throws: ValueDecodingError.outOfRange("\"1e400\" is outside the range of float8")) {
                try decode(Double.self, text: "1e400", as: .float8)
            }
        }

        @Test func otherTypesDoNotFit() {
            #expect(throws: ValueDecodingError.typeMismatch) { try decode(Int.self, hex("3f800000"), as: .float4) }
            #expect(throws: ValueDecodingError.typeMismatch) { try decode(Int.self, text: "1", as: .numeric) }
            #expect(throws: ValueDecodingError.typeMismatch) { try decode(Double.self, text: "1", as: .numeric) }
            #expect(throws: ValueDecodingError.typeMismatch) { try decode(Double.self, hex("00000001"), as: .int4) }
            #expect(throws: ValueDecodingError.typeMismatch) { try decode(Float.self, text: "1", as: .float8) }
            #expect(throws: ValueDecodingError.typeMismatch) { try decode(Bool.self, hex("0001"), as: .int2) }
            #expect(throws: ValueDecodingError.typeMismatch) { try decode(Int.self, hex("31"), as: .text) }
        }

        @Test func realIsTheSameDoubleInBothFormats() throws {
            #expect(try decode(Double.self, text: "0.1", as: .float4) == Double(Float(0.1)))
            #expect(try decode(Double.self, hex("3dcccccd"), as: .float4) == Double(Float(0.1)))
        }

        @Test func nullNeedsAnOptional() throws {
            #expect(throws: ValueDecodingError.unexpectedNull) { try Int.decodeNull() }
            #expect(try Int?.decodeNull() == nil)
            #expect(Int?.none.isPostgresNull && !Int?.some(1).isPostgresNull)
        }

        @Test func roundTrips() throws {
            var random = SeededGenerator("numbers")
            for _ in 0..<2000 {
                let bits = random.next() >> Int.random(in: 0..<64, using: &random)
                let integer = Int64(bitPattern: bits) &* (Bool.random(using: &random) ? -1 : 1)
                #expect(try decode(Int64.self, encode(integer), as: .int8) == integer)
                #expect(try decode(Int64.self, text: "\(integer)", as: .int8) == integer)
                let double = Double(bitPattern: random.next())
                #expect(try decode(Double.self, encode(double), as: .float8).bitPattern == double.bitPattern)
                if double.isFinite { #expect(try decode(Double.self, text: "\(double)", as: .float8) == double) }
            }
        }
    }

    @Suite struct ExactNumerics {
        @Test func textIsAsTheServerWritesIt() {
            let cases = [
                ("1", "1"), ("+1.50", "1.50"), ("-0", "0"), ("-0.00", "0.00"), ("00012", "12"), (".5", "0.5"),
                ("5.", "5"),
                ("1e3", "1000"), ("1E-3", "0.001"), ("12.34e1", "123.4"), ("12.34e5", "1234000"), ("0e5", "0"),
                ("0e-3", "0.000"), ("123456789.000100", "123456789.000100"), ("NaN", "NaN"), ("-Infinity", "-Infinity"),
                ("0.00000000000000000000012", "0.00000000000000000000012"), ("1e20", "100000000000000000000"),
            ]
            for (input, output) in cases { #expect(ExactNumeric(input)?.description == output, "\(input)") }
            for input in [
                "", "-", ".", "e5", "1e", "1.2.3", "1 ", " 1", "-NaN", "nan", "0x1", "1e-16384", "1e131072", "--1",
            ] {
                #expect(ExactNumeric(input) == nil, "\(input)")
            }
            #expect(ExactNumeric("1e131071")?.description.utf8.count == 131_072)
            #expect(ExactNumeric("1e-16383")?.scale == 16_383)
        }

        @Test func order() {
            let ordered: [ExactNumeric] = [
                .negativeInfinity, n("-1e20"), -10000, n("-9999.5"), n("-9999"), n("-1"), n("-0.0001"), 0, n("1e-10"),
                n("0.5"), 1, n("1.00001"),
                9999, 10000, n("10000.5"), n("1e20"), .infinity, .nan,
            ]
            for (index, left) in ordered.enumerated() {
                for (other, right) in ordered.enumerated() {
                    #expect((left < right) == (index < other), "\(left) < \(right)")
                    #expect((left == right) == (index == other), "\(left) == \(right)")
                }
            }
            #expect(ExactNumeric("1.5") == ExactNumeric("1.5000000") && ExactNumeric("-0") == 0)
            #expect(Set(["1.5", "1.50", "1.500"].map(n)).count == 1)
        }

        @Test func conversions() throws {
            #expect(ExactNumeric(Int64.min).description == "-9223372036854775808")
            #expect(ExactNumeric(UInt8.max).description == "255" && ExactNumeric(Int8.min).description == "-128")
            #expect(Int64(exactly: ExactNumeric(Int64.min)) == .min && Int64(exactly: ExactNumeric(Int64.max)) == .max)
            #expect(Int(exactly: n("10000")) == 10000 && Int(exactly: n("1.00")) == 1 && Int(exactly: n("0")) == 0)
            #expect(
                Int(exactly: n("1.5")) == nil && Int(exactly: ExactNumeric.nan) == nil
                    && Int64(exactly: n("9223372036854775808")) == nil)
            #expect(
                UInt8(exactly: n("-1")) == nil && Int(exactly: n("0.0001")) == nil && Int(exactly: n("1e131000")) == nil
            )
            #expect(Double(n("0.1")) == 0.1 && Double(n("-1e400")) == -.infinity)
            #expect(Double(ExactNumeric.nan).isNaN && ExactNumeric(0.1).description == "0.1")
            #expect(
                ExactNumeric(-1e-7) == n("-0.0000001") && ExactNumeric(1e300) == n("1e300")
                    && ExactNumeric(Double.nan).isNaN)
            #expect(
                ExactNumeric(Double.leastNonzeroMagnitude) == n("5e-324")
                    && ExactNumeric(-Double.infinity) == .negativeInfinity)
            #expect(Decimal(exactly: n("-19.90"))?.description == "-19.9")
            let largest = "340282366920938463463374607431768211455"
            #expect(Decimal(exactly: n(largest))?.description == largest)
            #expect(Decimal(exactly: n("340282366920938463463374607431768211457")) == nil)
            #expect(Decimal(exactly: ExactNumeric.infinity) == nil && Decimal(exactly: ExactNumeric.nan)?.isNaN == true)
            #expect(Decimal(exactly: n("1e200")) == nil && Decimal(exactly: n("1e-200")) == nil)
        }

        @Test func decimalIsNeverRounded() throws {
            let long = "1234567890.12345678901234567890123456789012345"
            let problem = #expect(throws: ValueDecodingError.self) {
                try decode(Decimal.self, text: long, as: .numeric)
            }
            #expect(problem == .outOfRange("\(long) does not fit in Decimal"))
            #expect(try decode(Decimal.self, text: "0.1", as: .numeric).description == "0.1")
            #expect(try decode(Decimal.self, hex("00000007"), as: .int4) == 7)
        }

        @Test func malformedBinary() {
            let cases = [
                ("00", "numeric needs 8 bytes or more, 1 came"),
                ("0002 0000 0000 0000 0001", "numeric has 2 bytes for 2 digits"),
                ("0000 0000 1234 0000", "numeric has the sign 4660"),
                ("0001 0000 0000 0000 2710", "numeric has the digit 10000"),
                ("0001 0000 0000 0000 ffff", "numeric has the digit -1"),
                ("0000 0000 0000 4000", "numeric has the scale 16384"),
            ]
            for (bytes, text) in cases {
                #expect(throws: ValueDecodingError.malformed(text)) {
                    try decode(ExactNumeric.self, hex(bytes), as: .numeric)
                }
            }
        }

        @Test func digitsPastTheScaleAreCutOff() throws {
            // 1.2345 with scale 2, and 0.0001 with scale 0.
            #expect(try decode(ExactNumeric.self, hex("0002 0000 0000 0002 0001 0929"), as: .numeric) == n("1.23"))
            #expect(try decode(ExactNumeric.self, hex("0001 ffff 0000 0000 0001"), as: .numeric) == 0)
        }

        @Test func roundTrips() throws {
            var random = SeededGenerator("numeric")
            for _ in 0..<2000 {
                let whole = (0..<Int.random(in: 0..<30, using: &random)).map { _ in
                    Int.random(in: 0..<10, using: &random)
                }
                let fraction = (0..<Int.random(in: 0..<30, using: &random)).map { _ in
                    Int.random(in: 0..<10, using: &random)
                }
                var text = String(whole.map(String.init).joined().drop(while: { $0 == Character("0") }))
                if text.isEmpty { text = "0" }
                if !fraction.isEmpty { text += "." + fraction.map(String.init).joined() }
                if Bool.random(using: &random), text.contains(where: { ("1"..."9").contains($0) }) { text = "-" + text }
                let value = try #require(ExactNumeric(text))
                #expect(value.description == text)
                let back = try decode(ExactNumeric.self, encode(value), as: .numeric)
                #expect(back == value && back.description == text)
            }
        }
    }
}
