import PGWire
import Testing

extension Live {
    /// Random values of each family make the round trip; the server compares them with their texts.
    @Suite struct RandomContainers {
        private typealias Random = TypesTests.SeededGenerator

        private static let pieces = [
            "a", "b", "\"", "\\", ",", "{", "}", "(", ")", "[", "]", " ", "\t", "\n", "NULL", "null", "é", "日", "'",
            "=>", ";", "empty",
        ]

        private static func text(_ random: inout Random) -> String {
            (0..<Int.random(in: 0..<5, using: &random)).map { _ in pieces.randomElement(using: &random) ?? "" }.joined()
        }

        private static func optional<T>(_ random: inout Random, _ value: (inout Random) -> T) -> T? {
            Int.random(in: 0..<6, using: &random) == 0 ? nil : value(&random)
        }

        /// The number, or another one below the limit: among larger ones there are some for which server and Swift find digits that
        /// are as short, and mean the same, but are not the same.
        private static func number<F: BinaryFloatingPoint>(_ random: inout Random, _ number: F, below limit: F) -> F
        where F.RawSignificand: FixedWidthInteger {
            number.magnitude < limit || !number.isFinite ? number : .random(in: -limit..<limit, using: &random)
        }

        private static func range<T: Comparable>(_ random: inout Random, _ value: (inout Random) -> T) -> PostgresRange<
            T
        > {
            if Int.random(in: 0..<20, using: &random) == 0 { return .empty }
            let (one, other) = (value(&random), value(&random))
            func limit(_ value: T) -> PostgresRange<T>.Limit {
                [.unbounded, .inclusive(value), .exclusive(value), .inclusive(value)].randomElement(using: &random)
                    ?? .unbounded
            }
            return PostgresRange(from: limit(min(one, other)), to: limit(max(one, other)))
        }

        private static func array<T>(_ random: inout Random, _ value: (inout Random) -> T) -> PostgresArray<T> {
            let dimensions = (0..<Int.random(in: 0..<4, using: &random)).map { _ in
                ArrayDimension(
                    count: .random(in: 1..<4, using: &random),
                    lowerBound: Bool.random(using: &random) ? 1 : .random(in: -9..<9, using: &random))
            }
            let count = dimensions.isEmpty ? 0 : dimensions.reduce(1) { $0 * $1.count }
            let elements = (0..<count).map { _ in value(&random) }
            return PostgresArray(dimensions: dimensions, elements: elements) ?? PostgresArray([])
        }

        /// Sends the values and their texts, and has the server compare them.
        private static func check<T: PostgresCodable & CustomStringConvertible>(
            _ tx: borrowing Transaction, _ type: String, _ count: Int, oid: OID = TypesTests.userDefined,
            _ make: (inout Random) -> T
        ) async throws {
            var random = Random(type)
            for _ in 0..<max(count / 250, 1) {
                let values = (0..<250).map { _ in make(&random) }
                let rows: [SQL] = values.map { "(\($0)::\(raw: type), \("\($0)")::text)" }
                let back = try await tx.fetchAll(
                    """
                    SELECT v, v, v::text, v IS NOT DISTINCT FROM t::\(raw: type), v::text = (t::\(raw: type))::text
                    FROM (VALUES \(rows, separator: ", ")) x (v, t)
                    """, as: (T, InBinary<T>, String, Bool, Bool).self)
                #expect(back.count == values.count)
                for (value, binary, text, isSame, hasSameText) in back {
                    guard isSame, hasSameText, "\(value)" == text, "\(binary.value)" == text,
                        try "\(TypesTests.decode(T.self, text: text, as: oid))" == text
                    else {
                        Issue.record("\(type): \(text) is \(value), \(binary.value), \(isSame)")
                        return
                    }
                }
            }
        }

        @Test(arguments: [(LiveServer.postgres15, 2_500), (.postgres18, 10_000), (.pgBouncer, 500)])
        func makeTheRoundTrip(_ server: LiveServer, _ count: Int) async throws {
            try await Containers.withTypes(server) { tx in
                try await Self.check(tx, "int8[]", count, oid: .int8Array) { random in
                    Self.array(&random) { random in
                        Self.optional(&random) { Int64.random(in: .min ... .max, using: &$0) }
                    }
                }
                try await Self.check(tx, "float8[]", count, oid: .float8Array) { random in
                    Self.array(&random) {
                        Self.number(&$0, Double(bitPattern: .random(in: 0 ... .max, using: &$0)), below: 0x1p53)
                    }
                }
                try await Self.check(tx, "float4[]", count, oid: .float4Array) { random in
                    Self.array(&random) {
                        Self.number(&$0, Float(bitPattern: .random(in: 0 ... .max, using: &$0)), below: 0x1p24)
                    }
                }
                try await Self.check(tx, "text[]", count, oid: .textArray) { random in
                    Self.array(&random) { Self.optional(&$0, Self.text) }
                }
                try await Self.check(tx, "int8range", count, oid: OID(3926)) { random in
                    Self.range(&random) { Int64.random(in: -9..<9, using: &$0) }
                }
                try await Self.check(tx, "textrange", count) { Self.range(&$0) { BytewiseText(text: Self.text(&$0)) } }
                try await Self.check(tx, "floatrange", count) {
                    Self.range(&$0) { Double.random(in: -9..<9, using: &$0) }
                }
                try await Self.check(tx, "int4multirange", count, oid: OID(4451)) { random in
                    PostgresMultirange(
                        (0..<Int.random(in: 0..<4, using: &random)).map { _ in
                            Self.range(&random) { Int32.random(in: -99..<99, using: &$0) }
                        })
                }
                try await Self.check(tx, "item[]", count) { random in
                    PostgresArray(
                        (0..<Int.random(in: 0..<3, using: &random)).map { _ in
                            Self.optional(&random) { random in
                                PostgresRecord(
                                    Self.optional(&random, Self.text),
                                    Self.optional(&random) { Int64.random(in: -9..<9, using: &$0) },
                                    Double.random(in: -9..<9, using: &random),
                                    CalendarDate(days: .random(in: -9_999..<9_999, using: &random)),
                                    (0..<Int.random(in: 0..<3, using: &random)).map { _ in
                                        Self.optional(&random, Self.text)
                                    },
                                    Self.optional(&random) { random in
                                        PostgresRecord(
                                            Self.optional(&random, Self.text), Int32.random(in: -9..<9, using: &random))
                                    })
                            }
                        })
                }
                try await Self.check(tx, "hstore", count) { random in
                    Hstore(
                        pairs: (0..<Int.random(in: 0..<4, using: &random)).map { _ in
                            Hstore.Pair(key: Self.text(&random), value: Self.optional(&random, Self.text))
                        })
                }
            }
        }
    }
}

/// Text in the order of the collation "C".
private struct BytewiseText: RawRepresentable, Comparable, PostgresEncodable, PostgresDecodable {
    var rawValue: String
    init(rawValue: String) { self.rawValue = rawValue }
    init(text: String) { rawValue = text }
    /// In binary, too, it is known to be text.
    init(postgres bytes: RawSpan, type: OID, format: FormatCode) throws {
        rawValue = try String(postgres: bytes, type: .text, format: format)
    }
    static func < (left: Self, right: Self) -> Bool {
        left.rawValue.utf8.lexicographicallyPrecedes(right.rawValue.utf8)
    }
}
