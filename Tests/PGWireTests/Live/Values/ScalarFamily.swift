import PGWire
import Testing

/// Compares many values of one type with what a server makes of them.
struct ScalarFamily: Sendable {
    typealias Value = PostgresCodable & LosslessStringConvertible & Hashable

    /// The name of PostgreSQL's type.
    let name: String
    let run: @Sendable (Connection, Int) async throws -> Void

    /// Values of `type`, those of the fixtures among them.
    ///
    /// - Parameters:
    ///   - equal: SQL that compares `a` and `b`, where the type's `=` is missing or does not compare all.
    init<T: Value>(
        _ name: String, _ type: T.Type, equal: SQL = "a = b",
        _ make: @escaping @Sendable (inout TypesTests.SeededGenerator) -> T?
    ) {
        self.name = name
        run = { db, count in
            var random = TypesTests.SeededGenerator(name)
            var values = TypesTests.ScalarFixtures.rows.filter { $0.type == name.filter { $0 != "\"" } }.compactMap {
                T($0.text)
            }
            while values.count < count { make(&random).map { values.append($0) } }
            try await Self.compare(db, name, values, equal: equal)
        }
    }

    private static func compare<T: Value>(_ db: Connection, _ name: String, _ values: [T], equal: SQL) async throws {
        let texts = values.map(\.description)
        // Sent as they are; their text (not by a cast, which differs for `inet`) is ours, and the server finds them equal to what it makes of our text.
        let (written, different, none) = try await db.fetchOne(
            """
            SELECT array_agg(format('%s', a) ORDER BY n), count(*) FILTER (WHERE (\(equal)) IS NOT TRUE), \(T?.none)::\(raw: name)
            FROM unnest(\(values)::\(raw: name)[], \(texts)::text[]::\(raw: name)[]) WITH ORDINALITY u (a, b, n)
            """, as: ([String], Int, T?).self)
        #expect(different == 0, "\(name)")
        #expect(none == nil)
        try expectSame(written, texts, name)
        // Received as the type asks for it, and in text format.
        let received: [String?] = written + [nil]
        let read = try await db.fetchOne("SELECT \(received)::text[]::\(raw: name)[]", as: [T?].self)
        try expectSame(read.map { $0?.description ?? "NULL" }, texts + ["NULL"], name)
        let literal = LiveServers.quoted("{\(received.map(quoted).joined(separator: ","))}")
        let results = try await db.execute(script: "SELECT unnest(\(literal)::text[])::\(name)")
        let rows = try #require(results.first?.rows).map { try $0.decode(0, as: T?.self)?.description ?? "NULL" }
        try expectSame(rows, texts + ["NULL"], name)
    }

    /// As an element of an array's text.
    private static func quoted(_ text: String?) -> String {
        guard let text else { return "NULL" }
        var quoted = "\""
        for scalar in text.unicodeScalars {
            if scalar == "\"" || scalar == "\\" { quoted += "\\" }
            quoted.unicodeScalars.append(scalar)
        }
        return quoted + "\""
    }

    /// The first difference only, of ten thousand.
    static func expectSame(_ left: [String], _ right: [String], _ name: String) throws {
        #expect(left.count == right.count, "\(name)")
        let different = zip(left, right).first { $0 != $1 }
        #expect(different == nil, "\(name): \(different.map { "\($0.0) is not \($0.1)" } ?? "")")
    }
}
