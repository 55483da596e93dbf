import PGWire
import Testing

extension TypesTests {
    /// Texts that no server writes: other forms that are read, and those that are refused.
    @Suite struct ScalarTexts {
        @Test func addresses() throws {
            let one = try #require(IPAddress("2001:DB8:0:0:0:0:0:1"))
            #expect("\(one)" == "2001:db8::1" && one.bitWidth == 128 && IPAddress(bytes: one.bytes) == one)
            for text in [
                "", "1.2.3", "1.2.3.256", "1.2.3.4.5", "1::2::3", ":1::", "1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8:9",
                "12345::", "::g",
                "1:2:3:4:5:6:7::8", "1.2.3.4::", "::1.2.3", ":",
            ] {
                #expect(IPAddress(text) == nil, "\(text)")
            }
            for text in ["1.2.3.4/33", "::/129", "1.2.3.4/", "1.2.3.4/-1", "1.2.3.4/8 "] {
                #expect(Inet(text) == nil, "\(text)")
            }
            #expect(CIDR("10.1.0.0/8") == nil && CIDR("10.0.0.1/31") == nil && CIDR("10.0.0.2/31") != nil)
            #expect(CIDR("::1/127") == nil && CIDR("::2/127") != nil)
        }

        @Test func hardwareAddresses() throws {
            let forms = [
                "08:00:2b:01:02:03", "08-00-2B-01-02-03", "08002b:010203", "08002b-010203", "0800.2b01.0203",
                "08002b010203",
            ]
            #expect(forms.allSatisfy { MACAddress($0)?.rawValue == 0x0800_2B01_0203 })
            #expect(MACAddress8("08002b:010203")?.rawValue == 0x0800_2BFF_FE01_0203)
            for text in [
                "", "08:00:2b:01:02", "08:00-2b:01:02:03", "8:0:2b:1:2:3", "08::00:2b:01:02:03", ":08002b010203",
            ] {
                #expect(MACAddress(text) == nil && MACAddress8(text) == nil, "\(text)")
            }
            #expect(MACAddress(rawValue: 1 << 48) == nil && MACAddress(bytes: [1]) == nil)
        }

        @Test func bitsKeepNoneBeyondTheirNumber() throws {
            let bits = try #require(BitString(bytes: [0xFF, 0xFF], count: 9))
            #expect(
                "\(bits)" == "111111111" && bits == BitString(Array(repeating: true, count: 9))
                    && bits.bytes == [0xFF, 0x80])
            #expect(bits[8] && BitString(bytes: [0xFF], count: 9) == nil && BitString("012") == nil)
            #expect(throws: ValueDecodingError.self) { try decode(BitString.self, hex("00000009ff"), as: .varbit) }
        }

        @Test func shapes() {
            #expect(Geometric.Point(" ( 1 , -2.5e0 ) ") == Geometric.Point(x: 1, y: -2.5))
            #expect(Geometric.Path("[ (0,0) , (1,1) ]")?.isClosed == false)
            for text in ["", "(1)", "(1,2", "(1,2,3)", "1,2)", "(a,1)", "(0x1,1)", "(1e999,1)", "(inf,1)"] {
                #expect(Geometric.Point(text) == nil, "\(text)")
            }
            #expect(Geometric.Polygon("()") == nil && Geometric.Box("(1,1)") == nil && Geometric.Line("{1,2}") == nil)
            #expect(Geometric.LineSegment("[(0,0)]") == nil && Geometric.Circle("<(0,0)>") == nil)
            #expect(throws: ValueEncodingError.self) { try encode(Geometric.Path([], isClosed: true)) }
            #expect(throws: ValueEncodingError.self) { try encode(Geometric.Polygon([])) }
        }

        @Test func lexemesAreSortedAndJoined() throws {
            let vector = TSVector([
                .init("b", at: [.init(3), .init(3, .a), .init(1)]), .init("a"),
                .init("b", at: [.init(99_999, .c), .init(0)]),
            ])
            #expect("\(vector)" == "'a' 'b':1,3A,16383C")
            #expect(TSVector(" b a:2 'it''s' ")?.description == "'a':2 'b' 'it''s'")
            for text in ["'a", "a:", "a:x", "''", "a'b'", "'a''", "'a\\"] { #expect(TSVector(text) == nil, "\(text)") }
            #expect(throws: ValueEncodingError.self) { try encode(TSVector([.init("a\0b")])) }
            #expect(throws: ValueEncodingError.self) { try encode(TSVector([.init("")])) }
            #expect(throws: ValueDecodingError.self) {
                try decode(TSVector.self, hex("00000001 ff00 0000"), as: .tsvector)
            }
        }

        @Test func numbersOfTheServer() {
            #expect(
                LogSequenceNumber("16/b374d848")?.description == "16/B374D848"
                    && LogSequenceNumber("1/123456789") == nil)
            #expect(LogSequenceNumber("/1") == nil && TransactionID("4294967296") == nil && TransactionID("-1") == nil)
            #expect(
                TupleID("(1,65536)") == nil && TransactionSnapshot("10:20:9") == nil
                    && TransactionSnapshot("20:10:") == nil)
            #expect(TransactionSnapshot("10:20:15,14") == nil && TransactionSnapshot("10:20:20") == nil)
            #expect(
                TimeOfDayTZ("12:00") == nil && TimeOfDayTZ("12:00+16") == nil
                    && TimeOfDayTZ("12:00Z")?.secondsFromUTC == 0)
            #expect(
                CharByte(#"\377"#)?.rawValue == 255 && CharByte(#"\400"#) == nil && CharByte("ab") == nil
                    && CharByte("日") == nil)
            #expect(CharByte("r")?.rawValue == UInt8(ascii: "r") && CharByte("")?.rawValue == 0)
            #expect("\(CharByte(rawValue: 200))" == #"\310"#)
        }

        @Test func vectors() throws {
            #expect(
                Vector("[1, 2.5]") == [1, 2.5] && Vector("[]") == nil && Vector("[1,]") == nil && Vector("[1") == nil)
            #expect(HalfVector([65_519, 65_520, 0x1p-25, 0x1.8p-24]).elements == [65_504, .infinity, 0, 0x1p-23])
            #expect(SparseVector("{ 3:2, 1:1.5 }/5")?.description == "{1:1.5,3:2}/5" && SparseVector("{6:1}/5") == nil)
            #expect(
                SparseVector("{0:1}/5") == nil && SparseVector("{1:1,1:2}/5") == nil
                    && SparseVector("{1:0}/5")?.values == [])
            #expect(SparseVector([0, 1.5, 0]) == SparseVector(count: 3, elements: [1: 1.5]))
            #expect(throws: ValueDecodingError.self) {
                try decode(Vector.self, hex("0002 0000 3f800000"), as: userDefined)
            }
        }

        /// Every text gives the nearest number: what Swift itself makes of it.
        @Test func textOfFloatingPointIsExact() throws {
            var random = SystemRandomNumberGenerator()
            func check(_ text: String) throws {
                let bytes = Array(text.utf8)
                let double = try Double(postgres: bytes.span.bytes, type: .float8, format: .text)
                #expect(double.bitPattern == Double(text)?.bitPattern, "\(text)")
                guard let expected = Float(text), expected.isFinite else { return }
                let float = try Float(postgres: bytes.span.bytes, type: .float4, format: .text)
                #expect(float.bitPattern == expected.bitPattern, "\(text)")
            }
            for text in [
                "0", "-0", "1", "-1", "9007199254740993", "9007199254740993.5", "0.1", "0.30000000000000004", "1e22",
                "1e23",
                "1.7976931348623157e+308", "5e-324", "2.2250738585072014e-308", "0.0000000000000000001", "16777217",
                "9999999999999999999", "18446744073709551615", "0.9999999999999999999", "1e-19", "4503599627370497.5",
                "4503599627370496.5", "16777217.0000000001", "33554435e-1", "123456789012345678901234567890",
            ] {
                try check(text)
            }
            for _ in 0..<20_000 {
                let double = Double(bitPattern: random.next())
                if double.isFinite { try check("\(double)") }
                try check("\(Double.random(in: -1e6...1e6))")
                try check("\(Float.random(in: -100...100))")
                let digits = random.next() >> UInt64.random(in: 0...63)
                try check("\(digits)e\(Int.random(in: -25...25))")
                try check("\(digits >> 32).\(UInt32.random(in: 0...999_999_999))")
            }
        }

        @Test func textOfFloatingPoint() {
            let doubles: [(Double, String)] = [
                (1e15, "1e+15"), (999_999_999_999_999, "999999999999999"), (0.0001, "0.0001"), (0.00001, "1e-05"),
                (-0.0, "-0"),
                (1e23, "9.999999999999999e+22"), (18_014_398_509_481_988, "1.8014398509481988e+16"), (1e100, "1e+100"),
                (-123.456, "-123.456"), (-.infinity, "-Infinity"), (-.nan, "NaN"), (100, "100"),
            ]
            for (value, text) in doubles { #expect(PostgresFloatText.text(value) == text) }
            let floats: [(Float, String)] = [
                (1e6, "1e+06"), (999_999, "999999"), (0.1, "0.1"), (33_554_436, "3.3554436e+07"),
                (.leastNonzeroMagnitude, "1e-45"),
            ]
            for (value, text) in floats { #expect(PostgresFloatText.text(value) == text) }
        }
    }
}
