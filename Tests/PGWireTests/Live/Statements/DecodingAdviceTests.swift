import Foundation
import PGWire
import Testing

extension Live {
    /// What a column cannot be decoded as, and what to take instead.
    @Suite struct DecodingAdvice {
        private enum Team: String, Decodable { case red, blue }

        private struct Property<Value: Decodable & Sendable>: Decodable, Sendable {
            var value: Value
        }

        private static func expect<Value: Decodable & Sendable>(
            _ description: String, _ expression: String, as type: Value.Type,
            sourceLocation: SourceLocation = #_sourceLocation
        ) async throws {
            try await LiveServer.postgres17.connected { db in
                // In text, and once its types are known, in binary.
                for _ in 1...2 {
                    try await expectFailure(
                        "column \"value\" of type \(description)", sourceLocation: sourceLocation
                    ) {
                        try await db.fetchOne("SELECT \(raw: expression) AS value", as: Property<Value>.self)
                    }
                }
            }
        }

        @Test func numbers() async throws {
            let advice = "take ExactNumeric or Decimal, or cast it in SQL"
            try await Self.expect("1700 (numeric) cannot be decoded as Int: \(advice)", "sum(1::int8)", as: Int.self)
            try await Self.expect("1700 (numeric) cannot be decoded as Double: \(advice)", "avg(1)", as: Double.self)
        }

        /// Types of Swift that have no counterpart are named as they are, and not by what decodes them.
        @Test func typesThatAreNone() async throws {
            try await Self.expect(
                "1186 (interval) cannot be decoded as Duration: take Interval, as months and days have no fixed length, or cast it in SQL",
                "'1 day'::interval", as: Duration.self)
            try await Self.expect(
                "3904 (int4range) cannot be decoded as Range<Int>: take PostgresRange, or cast it in SQL",
                "int4range(1, 2)", as: Range<Int>.self)
            try await Self.expect(
                "1186 (interval) is NULL: decode it as Duration?", "NULL::interval", as: Duration.self)
        }

        @Test func rawValues() async throws {
            let reason = "Cannot initialize Team from invalid String value green"
            try await Self.expect("25 (text) cannot be decoded as Team: \(reason)", "'green'::text", as: Team.self)
            try await Self.expect(
                "1009 (text[]) cannot be decoded as Team: \(reason)", "'{red,green}'::text[]", as: [Team].self)
        }
    }
}
