import Foundation
import PGWire
import PGWireTesting
import Testing

extension TypesTests {
    /// Whatever bytes a server sends, a decoder gives a value or throws; what it throws is a `ValueDecodingError`, and what it gives
    /// can be printed, written and read again.
    @Suite struct Garbage {
        @Test(arguments: FuzzDecoder.all) func randomBytes(_ decoder: FuzzDecoder) throws {
            var random = SeededGenerator("garbage for \(decoder.name)")
            for _ in 0..<5_000 {
                try feed(random.bytes(.random(in: 0..<40, using: &random)), to: decoder)
            }
        }

        /// Text made of what the formats are made of gets further than random bytes do.
        @Test(arguments: FuzzDecoder.all) func randomText(_ decoder: FuzzDecoder) throws {
            var random = SeededGenerator("text for \(decoder.name)")
            let pieces = [
                "0", "1", "9", "99999999", "18446744073709551616", "-", "+", ".", ":", " ", "e", "E", "T", "Z", "{",
                "}", ",",
                "\"", "\\", "\\x", "[", "]", "=", "NULL", "NaN", "Infinity", "infinity", " BC", " years", " mons",
                " day",
                "(", ")", "<", ">", "/", "::", "'", "P", "@ ",
                "2026-11-22", "09:30:00", "null", "true", "\u{0}", "é",
            ]
            for _ in 0..<1_000 {
                let count = Int.random(in: 0..<8, using: &random)
                let text = (0..<count).map { _ in pieces.randomElement(using: &random) ?? "" }.joined()
                try feed(Array(text.utf8), to: decoder)
            }
        }

        @Test(arguments: FuzzDecoder.all) func truncatedAndChanged(_ decoder: FuzzDecoder) throws {
            var random = SeededGenerator("changes for \(decoder.name)")
            let samples = decoder.samples()
            #expect(!samples.isEmpty && samples.allSatisfy { !$0.bytes.isEmpty || $0.format == .text })
            for sample in samples.map(\.bytes) {
                for end in 0...sample.count { try feed(Array(sample[..<end]), to: decoder) }
                for _ in 0..<200 where !sample.isEmpty {
                    var changed = sample
                    changed[.random(in: changed.indices, using: &random)] = .random(in: 0 ... .max, using: &random)
                    try feed(changed, to: decoder)
                }
                try feed(sample + [0], to: decoder)
            }
        }

        private func feed(_ bytes: [UInt8], to decoder: FuzzDecoder) throws {
            for format in [FormatCode.binary, .text] { try decoder.feed(bytes.rawSpan, format) }
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

extension FuzzDecoder: CustomTestStringConvertible {
    package var testDescription: String { name }
}
