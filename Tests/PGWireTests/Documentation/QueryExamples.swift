import Foundation
import PGWire

/// What Documentation/Queries.md shows.
enum QueryExamples {
    // shown: begin
    struct Player: Decodable {
        var id: Int64
        var name: String?
        var createdAt: Date  // the column created_at
    }
    // shown: end

    // shown: begin
    enum Mood: String, PostgresEnum { case sad, ok, happy }
    // shown: end

    // shown: begin
    struct Address: Codable { var street: String }
    // shown: end

    // shown: begin
    struct Score: PostgresRowDecodable {
        var player: Int64
        var points: Double?
        var settings: Address?  // JSON

        init(row: RowFields) throws {
            player = try row["player"]
            points = try row["points"]
            settings = try row.decode("settings")
        }
    }
    // shown: end

    // shown: begin
    struct Member: Decodable {
        struct Team: Decodable {
            var id: Int
            var name: String
        }
        var id: Int64
        var name: String?
        var team: Team?  // nil where all of its columns are NULL
    }
    // shown: end

    static func lists(_ db: Connection, ids: [Int64]) async throws -> ([String?], Int) {
        // shown: begin
        let some = try await db.fetchAll("SELECT name FROM player WHERE id = ANY(\(ids))", as: String?.self)
        let others = try await db.fetchOne("SELECT count(*) FROM player WHERE id <> ALL(\(ids))", as: Int.self)
        // shown: end
        return (some, others)
    }

    static func joined(_ db: Connection) async throws -> [Member] {
        // shown: begin
        let members = try await db.fetchAll(
            """
            SELECT p.id, p.name, t.id AS "team.id", t.name AS "team.name"
            FROM player AS p LEFT JOIN team AS t ON t.name = p.team ORDER BY p.id
            """, as: Member.self)
        // shown: end
        return members
    }

    static func fetching(_ db: Connection, team: String, name: String) async throws -> (Int, Int64) {
        // shown: begin
        let players = try await db.fetchAll(
            "SELECT * FROM player WHERE team = \(team)", as: Player.self, timeout: .seconds(2))
        let id = try await db.transaction(isolation: .serializable, retries: 3) { tx in
            try await tx.fetchOne("INSERT INTO player (name) VALUES (\(name)) RETURNING id", as: Int64.self)
        }
        try await db.execute(script: "CREATE TABLE a (id int); CREATE TABLE b (id int)")  // no parameters
        // shown: end
        return (players.count, id)
    }

    static func dynamic(_ db: Connection, table: String, onlyNamed: Bool) async throws -> Int {
        // shown: begin
        let condition: SQL = onlyNamed ? "WHERE name IS NOT NULL" : ""
        let count = try await db.fetchOne(
            "SELECT count(*) FROM \(identifier: table) \(condition)", as: Int.self)
        // shown: end
        return count
    }

    static func pipeline(_ db: Connection) async throws -> (Int, Int) {
        // shown: begin
        let (players, teams) = try await db.pipeline { p in
            (
                try p.fetchAll("SELECT id, name FROM player", as: (Int64, String?).self),
                try p.fetchOne("SELECT count(DISTINCT team) FROM player", as: Int.self)
            )
        }
        // shown: end
        return (players.count, teams)
    }

    static func many(_ db: Connection, players: [(id: Int64, name: String?)], names: [String]) async throws -> (
        Int, [Int64]
    ) {
        // shown: begin
        let count = try await db.executeMany(
            "INSERT INTO player (id, name) VALUES ($1, $2)", players.lazy.map { ($0.id, $0.name) })
        let ids = try await db.fetchMany(
            "INSERT INTO player (name) VALUES ($1) RETURNING id", names, as: Int64.self)
        // shown: end
        return (count, ids)
    }

    static func rowsOfElements(_ db: Connection, teams: [String]) async throws -> [Int] {
        // shown: begin
        var members = Array(repeating: 0, count: teams.count)
        try await db.fetchMany("SELECT id FROM player WHERE team = $1", teams, as: Int64.self) { index, _ in
            members[index] += 1
        }
        // shown: end
        return members
    }

    static func endless(_ db: Connection, visits: AsyncStream<(Int64, Double)>) async throws -> Int {
        // shown: begin
        let count = try await db.executeMany(
            "UPDATE player SET score = score + $2 WHERE id = $1", visits, committing: .every(1_000))
        // shown: end
        return count
    }

    static func unnest(_ db: Connection, players: [(id: Int64, name: String?)]) async throws -> Int? {
        // shown: begin
        let tag = try await db.execute(
            """
            INSERT INTO player (id, name)
            SELECT * FROM unnest(\(players.map(\.id)), \(players.map(\.name))::text[])
            ON CONFLICT (id) DO UPDATE SET name = excluded.name
            """)
        // shown: end
        return tag.rowCount
    }

    static func copyWithConflicts(_ db: Connection, players: [(id: Int64, name: String?)]) async throws {
        // shown: begin
        try await db.transaction { tx in
            try await tx.execute("CREATE TEMP TABLE arrived (LIKE player INCLUDING DEFAULTS) ON COMMIT DROP")
            try await tx.copyIn("COPY arrived (id, name) FROM STDIN (FORMAT binary)") { writer in
                for player in players { try await writer.write(row: player.id, player.name) }
            }
            try await tx.execute(
                """
                INSERT INTO player (id, name) SELECT id, name FROM arrived
                ON CONFLICT (id) DO UPDATE SET name = excluded.name
                """)
        }
        // shown: end
    }

    static func copy(_ db: Connection, players: [(Int64, String?)]) async throws -> Int? {
        // shown: begin
        let copied = try await db.copyIn("COPY player (id, name) FROM STDIN (FORMAT binary)") { writer in
            for player in players { try await writer.write(row: player.0, player.1) }
        }
        // shown: end
        return copied
    }

    static func copyWithProgress(_ db: Connection, _ data: [String]) async throws -> Int {
        var shown = 0
        // shown: begin
        let lines = try await db.copyIn(
            "COPY player (id, name) FROM STDIN (FORMAT csv)",
            progress: { progress in shown = progress.bytes }
        ) { writer in
            for piece in data { try await writer.write(piece) }
        }
        // shown: end
        return lines * 1_000 + shown
    }

    // shown: begin
    static let byTeam = PreparedStatement(
        "SELECT id, name FROM player WHERE team = $1 AND id > $2", takes: (String, Int64).self)
    // shown: end

    static func prepared(_ db: Connection, teams: [String]) async throws -> ([OID], Int) {
        var count = 0
        // shown: begin
        let description = try await db.prepare(byTeam)  // need not be called
        for team in teams {
            let players = try await db.fetchAll(byTeam(team, 0), as: (Int64, String?).self)
            count += players.count
        }
        // shown: end
        return (description.parameterTypes, count)
    }

    static func lentRows(_ db: Connection) async throws -> Double {
        // shown: begin
        var total = 0.0
        try await db.forEachRow("SELECT id, score FROM player", as: (Int64, Double).self) { _, score in
            total += score
        }
        // shown: end
        return total
    }

    static func leavingEarly(_ db: Connection) async throws -> Int64? {
        // shown: begin
        var found: Int64?
        for try await (id, score) in db.query("SELECT id, score FROM player", as: (Int64, Double).self)
        where score > 1 {
            found = id
            break
        }
        // shown: end
        return found
    }

    static func types(_ db: Connection, id: Int64, address: Address) async throws -> (Mood, String) {
        // shown: begin
        try await db.execute(
            "UPDATE player SET mood = \(Mood.happy), address = \(JSONEncoded(address)) WHERE id = \(id)")
        let (mood, stored) = try await db.fetchOne(
            "SELECT mood, address FROM player WHERE id = \(id)", as: (Mood, JSONEncoded<Address>).self)
        // shown: end
        return (mood, stored.value.street)
    }

    static func socketExecutor(_ configuration: Connection.Configuration, ids: [Int64]) async throws -> Int {
        // shown: begin
        let executor = try SocketExecutor()
        let names = try await withTaskExecutorPreference(executor) {
            let pool = ConnectionPool(configuration)
            return try await withThrowingTaskGroup(of: String?.self) { group in
                for id in ids {
                    group.addTask {
                        try await pool.withConnection { db in
                            try await db.fetchOne("SELECT name FROM player WHERE id = \(id)", as: String?.self)
                        }
                    }
                }
                return try await group.reduce(into: []) { names, name in names.append(name) }
            }
        }
        // shown: end
        return names.count
    }
}
