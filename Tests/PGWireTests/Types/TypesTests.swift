import Foundation
import PGWire
import Testing

/// All tests of `Sources/PGWire/Types`, one nested suite per file: `swift test --filter TypesTests`.
@Suite struct TypesTests {}

// In the suite's own name space, so that they meet no helper of another part's tests.
extension TypesTests {
    enum Mood: String, PostgresEnum, CaseIterable {
        case sad, ok, four
        case happy = "very \"happy\", \\really"
    }

    /// Any type that a database defines.
    static let userDefined = OID(16390)

    static func decode<T: PostgresDecodable>(
        _ type: T.Type = T.self, _ bytes: [UInt8], as oid: OID, _ format: FormatCode = .binary
    ) throws -> T {
        try T(postgres: bytes.span.bytes, type: oid, format: format)
    }

    static func decode<T: PostgresDecodable>(_ type: T.Type = T.self, text: String, as oid: OID) throws -> T {
        try decode(type, Array(text.utf8), as: oid, .text)
    }

    static func encode(_ value: some PostgresEncodable) throws -> [UInt8] {
        var writer = ByteWriter()
        try value.encode(to: &writer)
        return writer.bytes
    }

    /// Bytes from hexadecimal digits, with blanks as one likes.
    static func hex(_ text: String) -> [UInt8] {
        let digits = text.filter { $0 != " " }.compactMap(\.hexDigitValue)
        return stride(from: 0, to: digits.count - 1, by: 2).map { UInt8(digits[$0] << 4 | digits[$0 + 1]) }
    }

    /// Random numbers that can be repeated: the seed is printed, and `PGWIRE_SEED` sets it.
    struct SeededGenerator: RandomNumberGenerator {
        private var state: UInt64

        init(_ purpose: String) {
            let seed =
                ProcessInfo.processInfo.environment["PGWIRE_SEED"].flatMap { UInt64($0) } ?? .random(in: 0 ... .max)
            print("\(purpose): PGWIRE_SEED=\(seed)")
            state = seed
        }

        mutating func next() -> UInt64 {
            state &+= 0x9E37_79B9_7F4A_7C15
            var mixed = state
            mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
            mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
            return mixed ^ (mixed >> 31)
        }

        mutating func bytes(_ count: Int) -> [UInt8] {
            var bytes: [UInt8] = []
            while bytes.count < count {
                withUnsafeBytes(of: next()) { bytes.append(contentsOf: $0.prefix(count - bytes.count)) }
            }
            return bytes
        }
    }
}
