import LocalPostgres

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

    func connect() throws -> Link {
        let link = try Link(port: port)
        if hasTLS { try link.startTLS() }
        return link
    }
}
