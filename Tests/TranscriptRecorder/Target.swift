import LocalPostgres
import PGWire

/// A server that is recorded.
struct Target {
    static let user = "scribe"
    static let password = "throwaway"

    /// As it is written in the transcripts.
    var name: String
    /// As it is written in the names of their files.
    var label: String
    var port: Int
    var hasTLS: Bool

    init(_ postgres: LocalPostgres) {
        let version = postgres.version.split(separator: " ").first ?? ""
        name = "PostgreSQL \(version)"
        label = "postgresql-\(postgres.installation.major)"
        port = postgres.port
        hasTLS = postgres.caCertificateFile != nil
    }

    init(_ pooler: LocalPgBouncer) {
        let version = pooler.cluster.version.split(separator: " ").first ?? ""
        name = "PgBouncer in front of PostgreSQL \(version)"
        label = "pgbouncer"
        port = pooler.port
        hasTLS = pooler.caCertificateFile != nil
    }

    /// Makes roles that log in in every way.
    static func admit(_ postgres: LocalPostgres) async throws {
        try await Connection.withConnection(Connection.Configuration(postgres.connectionURI)) { db in
            try await db.execute(
                script: """
                    SET password_encryption = 'md5';
                    CREATE ROLE hashed LOGIN PASSWORD '\(password)';
                    CREATE ROLE clear LOGIN PASSWORD '\(password)';
                    CREATE ROLE trusting LOGIN;
                    RESET password_encryption;
                    CREATE ROLE full LOGIN PASSWORD '\(password)' CONNECTION LIMIT 0;
                    """)
            let file = try await db.fetchOne("SHOW hba_file", as: String.self)
            try await db.execute(
                SQL(
                    raw: """
                        COPY (VALUES ('host all hashed 127.0.0.1/32 md5'), ('host all clear 127.0.0.1/32 password'),
                        ('host all trusting 127.0.0.1/32 trust'), ('host all all 127.0.0.1/32 scram-sha-256')) TO '\(file)'
                        """))
            try await db.execute("SELECT pg_reload_conf()")
            // The postmaster tells what it has read to the processes that it starts from then on.
            try await db.execute("SELECT count(*) FROM pg_hba_file_rules")
        }
    }

    func connect() throws -> Link {
        let link = try Link(port: port)
        if hasTLS { try link.startTLS() }
        return link
    }
}
