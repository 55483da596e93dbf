import FoundationEssentials
import LocalPostgres
import PGWire
import PGWireTesting
import ScribeApp
import Testing
import TestSupport

/// `db check` on everything that can be wrong: status 1, the stage that failed, what happened, cause and remedy, and no
/// secret.
@Suite(.timeLimit(.minutes(2))) struct DatabaseCheckTests {
    let cluster: LocalPostgres
    let settings: [String: String]

    init() async throws {
        cluster = try await TestServers.shared.cluster(major: 15)
        settings = cluster.configuration(database: cluster.database).settings()
    }

    /// What `db check` writes to standard error with some settings changed; both must say why and what to do.
    @discardableResult
    func problems(
        _ changes: [String: String], stage: String, cause: String, remedy: String,
        sourceLocation: SourceLocation = #_sourceLocation
    ) async throws -> String {
        var settings = settings.merging(changes) { $1 }
        // Only where nobody answers is it waited for: no slow machine is to reach it elsewhere.
        settings["DB_CONNECT_TIMEOUT"] = changes["DB_CONNECT_TIMEOUT"] ?? "60"
        let outcome = try await ScribeProcess.run(["db", "check"], settings)
        let text = outcome.output + outcome.problems
        #expect(outcome.status == 1, sourceLocation: sourceLocation)
        let failed = outcome.output.split(separator: "\n").last ?? ""
        #expect(failed.hasPrefix("failed   \(stage) "), "\(text)", sourceLocation: sourceLocation)
        #expect(failed.hasSuffix(" ms"), "\(text)", sourceLocation: sourceLocation)
        let lines = outcome.problems.split(separator: "\n")
        let said = { (mark: String) in lines.first { $0.hasPrefix(mark) } ?? "nothing" }
        #expect(said("  cause:  ").contains(cause), "\(text)", sourceLocation: sourceLocation)
        #expect(said("  remedy: ").contains(remedy), "\(text)", sourceLocation: sourceLocation)
        #expect(!text.contains(settings["DB_PASSWORD"] ?? "?"), sourceLocation: sourceLocation)
        return outcome.problems
    }

    @Test func allIsWell() async throws {
        let configuration = try await cluster.makeDatabase()
        let migrated = try await ScribeProcess.run(["migrate", "upgrade"], configuration.settings())
        #expect(migrated.status == 0, "\(migrated.problems)")
        let outcome = try await ScribeProcess.run(["db", "check"], configuration.settings())
        #expect(outcome.status == 0, "\(outcome.problems)")
        let stages = outcome.output.split(separator: "\n").map {
            $0.split(separator: " ").prefix(2).joined(separator: " ")
        }
        #expect(
            stages == [
                "ok settings", "ok name", "ok tcp", "ok tls", "ok authentication", "ok query", "ok mode", "ok revision",
            ], "\(outcome.output)")
        #expect(outcome.output.contains("TLSv1.3") && outcome.output.contains("PostgreSQL 15"))
    }

    @Test func wrongPassword() async throws {
        try await problems(
            ["DB_PASSWORD": "not-the-password"], stage: "authentication", cause: "DB_PASSWORD is wrong",
            remedy: "without percent-encoding")
    }

    @Test func wrongPasswordByThePooler() async throws {
        let pooler = try await TestServers.pooler(inFrontOf: cluster)
        try await problems(
            ["DB_PORT": "\(pooler.port)", "DB_PASSWORD": "not-the-password"], stage: "authentication",
            cause: "DB_PASSWORD is wrong", remedy: "a pooler blocks")
        await pooler.stop()
    }

    @Test func unknownRole() async throws {
        try await problems(
            ["DB_USER": "nobody-here"], stage: "authentication", cause: "no role \"nobody-here\"", remedy: "DB_PASSWORD"
        )
    }

    @Test func unknownDatabase() async throws {
        let text = try await problems(
            ["DB_NAME": "no-such-database"], stage: "authentication", cause: "no database \"no-such-database\"",
            remedy: "on Supabase it is postgres")
        #expect(text.contains("(SQLSTATE 3D000)"))
    }

    @Test func refusedPort() async throws {
        try await problems(
            ["DB_PORT": "1"], stage: "tcp", cause: "nothing listens on port 1", remedy: "5432 the server's")
    }

    @Test func aServersHostWithThePoolersPort() async throws {
        // Nobody listens there in a test, as on a server without a pooler.
        try await problems(
            ["DB_HOST": "127.0.0.77", "DB_PORT": "6543"], stage: "tcp", cause: "nothing listens on port 6543",
            remedy: "a server without one listens on 5432")
    }

    @Test func nameThatDoesNotResolve() async throws {
        try await problems(
            ["DB_HOST": "no-such-host.invalid"], stage: "name", cause: "misspelt", remedy: "getent hosts no-such-host")
    }

    @Test func noRoute() async throws {
        // Groups of hosts, to which there are no connections.
        try await problems(["DB_HOST": "224.0.0.1"], stage: "tcp", cause: "no way to that network", remedy: "VPN")
        try await problems(
            ["DB_HOST": "ff0e::1"], stage: "tcp", cause: "IPv6 address only", remedy: "DB_USER=postgres.PROJECTREF")
    }

    @Test func nobodyAnswers() async throws {
        let port = try SwallowingPort()
        let text = try await problems(
            ["DB_HOST": "127.0.0.1", "DB_PORT": "\(port.port)", "DB_CONNECT_TIMEOUT": "2"], stage: "tcp",
            cause: "or the project is paused",
            remedy: "that the project is active")
        #expect(text.contains("did not answer within"), "\(text)")
    }

    @Test func certificates() async throws {
        try #require(cluster.caCertificateFile != nil)
        try await problems(
            ["DB_SSLROOTCERT": ""], stage: "tls", cause: "is not among those", remedy: "prod-ca-2021.crt")
        // The same address in other words, which are not in the certificate.
        try await problems(
            ["DB_HOST": "127.1"], stage: "tls", cause: "for another name than DB_HOST", remedy: "verify-ca")
    }

    @Test func certificatesThatAreOutOfDate() async throws {
        var options = LocalPostgres.Options()
        options.major = 15
        options.tls = .required
        let server = try await LocalPostgres.start(options)
        let authority = try #require(server.certificateAuthority)
        let settings = server.configuration(database: server.database).settings()
        let console = Connection.Configuration(
            host: server.socketDirectory, port: UInt16(server.port), user: server.user, password: server.password,
            database: server.database)
        for (start, end, reason) in [(-3600, -60, "has expired"), (3600, 7200, "is not yet valid")] {
            let certificate = try authority.issue(
                commonName: "x", dnsNames: ["localhost"], notBefore: start, notAfter: end)
            // In place, so that the files keep their owner.
            try Data(certificate.certificatePEM.utf8).write(to: URL(filePath: "\(server.directory)/server.crt"))
            try Data(certificate.privateKeyPEM.utf8).write(to: URL(filePath: "\(server.directory)/server.key"))
            try await Connection.withConnection(console) { try await $0.execute("SELECT pg_reload_conf()") }
            try await eventually { try await ScribeProcess.run(["db", "check"], settings).problems.contains(reason) }
            try await problems(settings, stage: "tls", cause: "out of date", remedy: "renew the certificate")
        }
        await server.stop()
    }
}
