import LocalPostgres
import PGWire
import Testing

/// A PostgreSQL 15 whose certificate and TLS settings the tests change; the tests that use it run one after another.
struct LiveTLSServer: Sendable {
    let postgres: LocalPostgres
    /// The authority whose certificates it starts with, and the file that has it.
    let authority: CertificateAuthority
    let authorityFile: String

    static let shared = Task {
        var options = LocalPostgres.Options()
        options.major = 15
        options.tls = .required
        let postgres = try await LocalPostgres.start(options)
        return LiveTLSServer(
            postgres: postgres, authority: try #require(postgres.certificateAuthority),
            authorityFile: try #require(postgres.caCertificateFile))
    }

    /// Lets the server show this certificate from now on.
    func present(_ certificate: Certificate) async throws {
        // In place, so that the files keep their owner, the user that the server runs as.
        try overwrite("\(postgres.directory)/server.crt", with: certificate.certificatePEM)
        try overwrite("\(postgres.directory)/server.key", with: certificate.privateKeyPEM)
        try await reload()
    }

    /// Changes a setting of the server; nil for its default.
    func set(_ setting: String, to value: String?) async throws {
        let change: SQL = value.map { "SET \(identifier: setting) = \(raw: $0)" } ?? "RESET \(identifier: setting)"
        try await Connection.withConnection(console) { try await $0.execute("ALTER SYSTEM \(change)") }
        try await reload()
    }

    /// Waits until new connections have the new settings: the postmaster, from which they are forked, reads certificates
    /// in the same step as the files whose time it notes.
    private func reload() async throws {
        try await Connection.withConnection(console) { db in
            let before = try await db.fetchOne("SELECT pg_conf_load_time()", as: TimestampTZ.self)
            try await db.execute("SELECT pg_reload_conf()")
            let deadline = ContinuousClock.now + .seconds(20)
            while try await Connection.withConnection(
                console, { try await $0.fetchOne("SELECT pg_conf_load_time() <= \(before)", as: Bool.self) })
            {
                try #require(.now < deadline, "the server does not reload its configuration")
            }
        }
    }

    /// By the Unix socket, where there is no TLS.
    private var console: Connection.Configuration {
        Connection.Configuration(
            host: postgres.socketDirectory, port: UInt16(postgres.port), user: postgres.user,
            password: postgres.password, database: postgres.database)
    }

    /// To the server under this name, which need not be resolvable.
    func configuration(
        _ mode: SSLMode, host: String = "localhost", trusting file: String? = nil
    ) -> Connection.Configuration {
        var configuration = Connection.Configuration(
            host: host, port: UInt16(postgres.port), user: postgres.user, password: postgres.password,
            database: postgres.database,
            tls: .init(mode: mode, trustRoots: file.map { .file($0) } ?? .system))
        configuration.endpoints[0].address = "127.0.0.1"
        return configuration
    }
}
