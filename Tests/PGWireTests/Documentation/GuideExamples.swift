// swift-format-ignore-file
// The lines are those of README.md and of the guides, which a test compares with these.
import Foundation
import LocalPostgres
import PGWire
import PGWireTesting

/// What README.md and Documentation/*.md show, compiled. `GuideTests` finds each block here.
enum GuideExamples {
    struct Player: Decodable { var id: Int64; var name: String?; var createdAt: Date }

    static func connecting(_ anyCharacters: String) throws {
let fromURI = try Connection.Configuration("postgres://scribe@db.example.com/scribe?sslmode=verify-full&sslrootcert=ca.pem")
let fromText = try Connection.Configuration("host=db.example.com user=scribe password='p@ss w''rd' sslmode=verify-full")
var separate = Connection.Configuration(host: "db.example.com", user: "scribe", password: anyCharacters, database: "scribe")
separate.tls = .init(mode: .verifyFull, trustRoots: .file("ca.pem"))
separate.connectTimeout = .seconds(10)      // name resolution, TCP, TLS and authentication together
separate.statementTimeout = .seconds(30)    // enforced by the server, at no extra round trip
        _ = (fromURI, fromText, separate)
    }

    static func pooling(_ configuration: Connection.Configuration) async throws {
let pool = ConnectionPool(configuration, .init(maximumConnections: 20))
let count = try await pool.withConnection { db in try await db.fetchOne("SELECT count(*) FROM player", as: Int.self) }
await pool.drain(within: .seconds(10))      // waits for those in use, then cuts them
        _ = count
    }

    static func pooledTransaction(_ configuration: Connection.Configuration, _ name: String) async throws {
let pool = ConnectionPool(configuration, .init(maximumConnections: 20))
let players = try await pool.withConnection { db in
    try await db.transaction { tx in
        try await tx.execute("INSERT INTO player (name) VALUES (\(name))")
        return try await tx.fetchAll("SELECT id, name FROM player", as: Player.self)
    }
}
await pool.drain(within: .seconds(10))
        _ = players
    }

    static func queries(_ db: Connection, _ team: String, _ name: String) async throws {
struct Player: Decodable { var id: Int64; var name: String?; var createdAt: Date }
let players = try await db.fetchAll("SELECT * FROM player WHERE team = \(team)", as: Player.self, timeout: .seconds(2))
let id = try await db.transaction(isolation: .serializable, retries: 3) { tx in
    try await tx.fetchOne("INSERT INTO player (name) VALUES (\(name)) RETURNING id", as: Int64.self)
}
try await db.execute(script: "CREATE TABLE a (id int); CREATE TABLE b (id int)")    // many statements, no parameters
        _ = (players, id)
    }

    static func manyAtOnce(_ db: Connection) async throws {
        var total = 0.0
let (players, teams) = try await db.pipeline { p in
    (try p.fetchAll("SELECT id, name FROM player", as: (Int64, String).self),
     try p.fetchOne("SELECT count(*) FROM team", as: Int.self))
}
let copied = try await db.copyIn("COPY player (id, name) FROM STDIN (FORMAT binary)") { writer in
    for player in players { try await writer.write(row: player.0, player.1) }
}
try await db.forEachRow("SELECT id, score FROM player", as: (Int64, Double).self) { id, score in total += score }
        _ = (teams, copied, total)
    }

    static func errors(_ db: Connection, _ id: Int64) async throws {
do {
    try await db.execute("INSERT INTO player (id) VALUES (\(id))")
} catch PostgresError.server(let error) where error.sqlState == .uniqueViolation {
    print("there already: \(error.constraintName ?? "")")
} catch let error as PostgresError where error.isSafeToRetry {
    print("certainly nothing was carried out: \(error)")
}
    }

    static func testing() async throws {
let server = try await LocalPostgres.start()
let configuration = try Connection.Configuration(server.connectionURI)
        _ = configuration
    }

    static func scripted(_ ask: (Connection.Configuration) async -> Void) async throws {
try await ScriptedServer.run([.trust, .receiveBatch, .send(.parseComplete), .close]) { server in
    let configuration = Connection.Configuration(host: "127.0.0.1", port: server.port, user: "anybody", tls: .disabled)
    await ask(configuration)    // what does my program do when the connection is cut here?
}
    }

    static func faulty(_ configuration: Connection.Configuration, _ ask: (ConnectionPool) async -> Void) async throws {
try await FaultyProxy.run(to: configuration.endpoints[0]) { proxy in
    let pool = ConnectionPool(proxy.redirect(configuration))
    proxy.faults.toClient.latency = .milliseconds(80)
    await ask(pool)    // and now over a slow line; proxy.cut(), proxy.refuse(), proxy.faults.toServer.stallsAfter = 100
}
    }
}
