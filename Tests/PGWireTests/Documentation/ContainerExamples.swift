import Foundation
import PGWire

/// What Documentation/Queries.md shows of arrays, ranges, composites and statements from parts.
enum ContainerExamples {
    // shown: begin
    enum Level: Int16, PostgresEncodable, PostgresDecodable { case low = 1, high }

    struct PlayerID: RawRepresentable, Hashable, PostgresEncodable, PostgresDecodable { var rawValue: Int64 }
    // shown: end

    // shown: begin
    struct Address: PostgresComposite {  // CREATE TYPE address AS (street text, number int)
        var street: String
        var number: Int?

        var fields: PostgresRecord<String, Int?> { PostgresRecord(street, number) }
        init(fields record: PostgresRecord<String, Int?>) { (street, number) = record.fields }
    }
    // shown: end

    static func arrays(_ db: Connection, names: [String], scores: [Double]) async throws -> ([[Int]], String, Int) {
        // shown: begin
        try await db.execute("DELETE FROM player WHERE name = ANY(\(["Eve", "Mallory"]))")
        try await db.execute(
            "INSERT INTO player (name, score) SELECT * FROM unnest(\(names)::text[], \(scores))")
        let (matrix, slice) = try await db.fetchOne(
            "SELECT ARRAY[[1, 2], [3, 4]], '[2:3]={5,6}'::int[]", as: ([[Int]], PostgresArray<Int>).self)
        // shown: end
        let count = try await db.fetchOne("SELECT count(*) FROM player", as: Int.self)
        return (matrix, "\(slice)", count)
    }

    static func ranges(_ db: Connection, from: Date, to: Date) async throws -> (Bool, String, Range<Int>?) {
        // shown: begin
        let isBusy = try await db.fetchOne(
            "SELECT \(PostgresRange(from..<to)) && tstzrange(now(), NULL)", as: Bool.self)
        let (seats, rows) = try await db.fetchOne(
            "SELECT '[1,3]'::int8range, '{[1,3),[7,)}'::int8multirange",
            as: (PostgresRange<Int>, PostgresMultirange<Int>).self)
        let swiftRange = Range(seats)  // 1..<4
        // shown: end
        return (isBusy, "\(rows)", swiftRange)
    }

    static func composites(_ db: Connection, address: Address) async throws -> (String, Int, String) {
        // shown: begin
        let back = try await db.fetchOne("SELECT \(address)::address", as: Address.self)
        let (id, name) = try await db.fetchOne(
            "SELECT ROW(1, 'Ada')", as: PostgresRecord<Int, String>.self
        ).fields
        // shown: end
        return (back.street, id, name)
    }

    static func hstore(_ db: Connection) async throws -> String {
        // shown: begin
        let attributes: Hstore = ["colour": "red", "size": nil]
        let keys = try await db.fetchOne("SELECT array_agg(k) FROM skeys(\(attributes)::hstore) k", as: [String].self)
        // shown: end
        return keys.sorted().joined(separator: " ")
    }

    static func parts(_ db: Connection, team: String, name: String?) async throws -> (Int, Int) {
        // shown: begin
        var conditions: [SQL] = ["team = \(team)"]
        if let name { conditions.append("name = \(name)") }
        let count = try await db.fetchOne(
            "SELECT count(*) FROM player WHERE \(conditions, separator: " AND ")", as: Int.self)
        let same = try await db.fetchOne(
            SQL(raw: "SELECT count(*) FROM player WHERE team = $1 OR name = $1", team), as: Int.self)
        // shown: end
        return (count, same)
    }
}
