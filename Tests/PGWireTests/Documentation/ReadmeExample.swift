import PGWire

/// The README's example of PGWire.
enum ReadmeExample {
    static func run(_ uri: String, print: (Int64, String) -> Void) async throws {
        // shown: begin
        try await Connection.withConnection(Connection.Configuration(uri)) { db in
            try await db.execute("CREATE TEMPORARY TABLE player (id bigserial, name text, team text)")
            let team = "Robert'); DROP TABLE player; --"  // a value is always a parameter, never part of the SQL
            try await db.execute("INSERT INTO player (name, team) VALUES (\("Ada"), \(team)), (NULL, \(team))")
            let players = db.query("SELECT id, name FROM player WHERE team = \(team)", as: (Int64, String?).self)
            for try await (id, name) in players { print(id, name ?? "nobody") }
        }
        // shown: end
    }
}
