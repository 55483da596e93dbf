import LocalPostgres
import PGWire

/// The servers that all live tests share, each started when the first test asks for it. LocalPostgres sees to it that
/// none outlives the process.
enum LiveServers {
    static let postgres15 = Task { try await cluster(15, hba: roleLines) }
    static let postgres17 = Task { try await cluster(17) }
    static let postgres18 = Task { try await cluster(18) }
    static let pgBouncer = Task { try await pooler() }

    /// The password of the roles that ``roleLines`` are about.
    static let rolePassword = "correct 'horse' \\ bättery:@/"

    /// Roles of PostgreSQL 15 that log in by other ways than SCRAM, or not from everywhere.
    private static let roleLines = [
        "hostssl all tlsonly 127.0.0.1/32 scram-sha-256", "hostnossl all tlsonly 127.0.0.1/32 reject",
        "hostnossl all clearonly 127.0.0.1/32 scram-sha-256", "hostssl all clearonly 127.0.0.1/32 reject",
        "host all cleartext 127.0.0.1/32 password", "host all hashed 127.0.0.1/32 md5",
        "host all trusted 127.0.0.1/32 trust", "host all rejected 127.0.0.1/32 reject",
        "hostssl all certified 127.0.0.1/32 cert",
    ]

    private static let roles = [
        "tlsonly", "clearonly", "cleartext", "hashed", "trusted", "rejected", "certified", "unknown_to_pooler",
    ]

    private static func cluster(_ major: Int, hba: [String] = []) async throws -> LocalPostgres {
        var options = LocalPostgres.Options()
        options.major = major
        options.hbaLines = hba
        // Two-phase commit is left turned off on one of them, as it is by default.
        if major < 18 { options.settings["max_prepared_transactions"] = "20" }
        // A statement whose connection a test has cut goes on otherwise, for as long as it takes, and keeps others waiting
        // (CREATE INDEX CONCURRENTLY waits for every open snapshot).
        options.settings["client_connection_check_interval"] = "100ms"
        let postgres = try await LocalPostgres.start(options)
        try await Connection.withConnection(Connection.Configuration(postgres.connectionURI)) { db in
            for role in roles {
                // An MD5 hash is stored for the one that is to log in by MD5.
                let encryption = role == "hashed" ? "md5" : "scram-sha-256"
                let password = quoted(rolePassword)
                try await db.execute(
                    script: "SET standard_conforming_strings = on; SET password_encryption = '\(encryption)'; "
                        + "CREATE ROLE \(role) LOGIN PASSWORD \(password)")
            }
            try await db.execute(script: "CREATE TYPE mood AS ENUM ('sad', 'ok', 'happy')")
            let version = try await db.parameter("server_version") ?? ""
            try report("PostgreSQL \(version.prefix { $0 != " " })")
        }
        return postgres
    }

    private static func pooler() async throws -> LocalPgBouncer {
        let pooler = try await LocalPgBouncer.start(inFrontOf: postgres15.value)
        var console = try Connection.Configuration(pooler.connectionURI)
        console.database = "pgbouncer"
        try await Connection.withConnection(console) { db in
            let version = try await db.execute(script: "SHOW VERSION").first?.rows.first?.decode(0, as: String.self)
            try report(version ?? "?")
        }
        return pooler
    }

    /// `text` as a literal of SQL.
    static func quoted(_ text: String) -> String {
        "'\(text.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "''"))'"
    }

    /// Tells `.ci/test` which servers were met: a run that met none must not pass.
    private static func report(_ line: String) throws {
        guard let path = environment("PGWIRE_TEST_REPORT") else { return }
        try append("\(line)\n", to: path)
    }
}
