import Foundation
import PGWire
import Testing

extension TypesTests {
    /// Whatever bytes a server sends, a decoder gives a value or throws; what it throws is a `ValueDecodingError`.
    @Suite struct Garbage {
        @Test(arguments: decoders) fileprivate func randomBytes(_ decoder: GarbageDecoder) {
            var random = SeededGenerator("garbage for \(decoder.testDescription)")
            for _ in 0..<10_000 {
                decoder.feed(random.bytes(.random(in: 0..<40, using: &random)))
            }
        }

        /// Text made of what the formats are made of gets further than random bytes do.
        @Test(arguments: decoders) fileprivate func randomText(_ decoder: GarbageDecoder) {
            var random = SeededGenerator("text for \(decoder.testDescription)")
            let pieces = [
                "0", "1", "9", "99999999", "18446744073709551616", "-", "+", ".", ":", " ", "e", "E", "T", "Z", "{",
                "}", ",",
                "\"", "\\", "\\x", "[", "]", "=", "NULL", "NaN", "Infinity", "infinity", " BC", " years", " mons",
                " day",
                "2026-11-22", "09:30:00", "null", "true", "\u{0}", "é",
            ]
            for _ in 0..<2_000 {
                let count = Int.random(in: 0..<8, using: &random)
                let text = (0..<count).map { _ in pieces.randomElement(using: &random) ?? "" }.joined()
                decoder.feed(Array(text.utf8))
            }
        }

        @Test(arguments: decoders) fileprivate func truncatedAndChanged(_ decoder: GarbageDecoder) throws {
            var random = SeededGenerator("changes for \(decoder.testDescription)")
            for sample in try decoder.samples() {
                for end in 0...sample.count { decoder.feed(Array(sample[..<end])) }
                for _ in 0..<300 where !sample.isEmpty {
                    var changed = sample
                    changed[.random(in: changed.indices, using: &random)] = .random(in: 0 ... .max, using: &random)
                    decoder.feed(changed)
                }
                decoder.feed(sample + [0])
            }
        }

        @Test func hugeNumbersInFewBytes() throws {
            // 131,072 digits from ten bytes are allowed, more are not possible.
            let numeric = try decode(ExactNumeric.self, hex("0001 7fff 0000 3fff 270f"), as: .numeric)
            #expect(numeric.description.utf8.count == 131_072 + 1 + 16_383)
            #expect(throws: ValueDecodingError.self) {
                try decode(Decimal.self, hex("0001 7fff 0000 3fff 270f"), as: .numeric)
            }
            #expect(Int(exactly: numeric) == nil && Double(numeric) == .infinity)
        }
    }
}

private struct GarbageDecoder: Sendable, CustomTestStringConvertible {
    var testDescription: String
    var samples: @Sendable () throws -> [[UInt8]]
    var feed: @Sendable ([UInt8]) -> Void

    init<T: PostgresCodable>(_ type: OID, _ values: T...) {
        testDescription = "\(T.self) from \(type)"
        samples = { try values.map { try TypesTests.encode($0) } }
        feed = { bytes in
            for format in [FormatCode.binary, .text] {
                do {
                    let value = try TypesTests.decode(T.self, bytes, as: type, format)
                    // What was accepted can be printed and sent, or is refused in order.
                    _ = "\(value)"
                    do { _ = try TypesTests.encode(value) } catch is ValueEncodingError {}
                } catch is ValueDecodingError {
                } catch {
                    Issue.record("\(T.self) threw \(error) for \(bytes)")
                }
            }
        }
    }
}

private let decoders: [GarbageDecoder] = [
    GarbageDecoder(.bool, true), GarbageDecoder(.int2, Int16(7)), GarbageDecoder(.int4, Int32(7)),
    GarbageDecoder(.int8, 7), GarbageDecoder(.int4, UInt8(7)),
    GarbageDecoder(.oid, OID.text), GarbageDecoder(.float4, Float(1.5)), GarbageDecoder(.float8, 1.5),
    GarbageDecoder(.text, "text"),
    GarbageDecoder(.jsonb, JSONText("[1]")), GarbageDecoder(.char, "c"),
    GarbageDecoder(TypesTests.userDefined, TypesTests.Mood.ok), GarbageDecoder(.bytea, [1, 2] as [UInt8]),
    GarbageDecoder(.bytea, Data([1, 2])), GarbageDecoder(.uuid, UUID()), GarbageDecoder(.date, CalendarDate(days: 7)),
    GarbageDecoder(.time, TimeOfDay(hour: 7, minute: 7)), GarbageDecoder(.timestamp, Timestamp(microseconds: 7)),
    GarbageDecoder(.timestamptz, TimestampTZ(microseconds: 7)),
    GarbageDecoder(.timestamp, Date(timeIntervalSince1970: 7)),
    GarbageDecoder(.timestamptz, Date(timeIntervalSince1970: 7)),
    GarbageDecoder(.interval, Interval(months: 1, days: 2, microseconds: 3)),
    GarbageDecoder(.numeric, ExactNumeric("-12345.6789")), GarbageDecoder(.numeric, Decimal(12.5)),
    GarbageDecoder(.int8, ExactNumeric(7)),
    GarbageDecoder(.json, JSONEncoded(["a": [1]])), GarbageDecoder(.jsonb, JSONEncoded(["a": [1]])),
    GarbageDecoder(.int4Array, [1, nil] as [Int32?]),
    GarbageDecoder(.textArray, ["a", "b,c"]), GarbageDecoder(TypesTests.userDefined, [TypesTests.Mood.ok, .happy]),
    GarbageDecoder(TypesTests.userDefined, [1, 2] as [Int32]),
    GarbageDecoder(.byteaArray, [[1], [2, 3]] as [[UInt8]]), GarbageDecoder(.numericArray, [ExactNumeric(7)]),
    GarbageDecoder(.timestamptzArray, [Date(timeIntervalSince1970: 7)]),
    GarbageDecoder(.jsonbArray, [JSONEncoded(["a": [1]])]),
    GarbageDecoder(.int4Array, [[1, nil], [2, 3]] as [[Int32?]]), GarbageDecoder(.textArray, [[["a", "NULL"]]]),
    GarbageDecoder(.int8Array, PostgresArray([1, 2], lowerBound: -2)),
    GarbageDecoder(.textArray, PostgresArray(["a", nil])),
    GarbageDecoder(OID(3926), PostgresRange(1..<5)),
    GarbageDecoder(OID(3910), PostgresRange(TimestampTZ(microseconds: 7)...)),
    GarbageDecoder(TypesTests.userDefined, PostgresRange("a, \"b"..."c")),
    GarbageDecoder(TypesTests.userDefined, PostgresRange(1.5..<2)),
    GarbageDecoder(OID(4536), PostgresMultirange([PostgresRange(1..<5), PostgresRange(7...)])),
    GarbageDecoder(TypesTests.userDefined, PostgresMultirange([PostgresRange("a"..."c")])),
    GarbageDecoder(OID(2249), PostgresRecord(1, "a, \"b", Bool?.none, [1.5], Date(timeIntervalSince1970: 7))),
    GarbageDecoder(TypesTests.userDefined, [TypesTests.Address(street: "a b", number: nil)]),
    GarbageDecoder(TypesTests.userDefined, Hstore(["a": "1", "b\"": nil])),
    GarbageDecoder(.int2, TypesTests.Level.low), GarbageDecoder(.int8Array, [TypesTests.PlayerID(rawValue: 7)]),
]
