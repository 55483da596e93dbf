import Foundation
import PGWire

/// What Documentation/Types.md shows of structs.
enum TypeExamples {
    // shown: begin
    struct Stay: Codable {
        var room: Int
        var days: PostgresRange<CalendarDate>
        var price: ExactNumeric
        var address: Inet?
    }
    // shown: end

    // shown: begin
    struct Home: Decodable {
        struct Address: Decodable {  // CREATE TYPE address AS (street text, number int)
            var street: String
            var number: Int?
        }
        var name: String
        var address: Address?
        var previous: [Address]
    }
    // shown: end

    static func json(_ db: Connection, room: Int) async throws -> (String, Stay) {
        // shown: begin
        let stay = try await db.fetchOne(
            "SELECT room, days, price, address FROM stay WHERE room = \(room)", as: Stay.self)
        let json = try JSONEncoder().encode(stay)
        // {"address":"10.0.0.7","days":"[2026-01-30,2026-02-02)","price":"120.50","room":7}
        let document = try await db.fetchOne("SELECT to_jsonb(stay) AS stay FROM stay", as: JSONEncoded<Stay>.self)
        // shown: end
        return (String(decoding: json, as: UTF8.self), document.value)
    }

    static func composites(_ db: Connection) async throws -> [Home] {
        // shown: begin
        let homes = try await db.fetchAll("SELECT name, address, previous FROM home", as: Home.self)
        // shown: end
        return homes
    }
}
