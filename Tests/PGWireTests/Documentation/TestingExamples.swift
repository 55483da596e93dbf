import LocalPostgres
import PGWire
import PGWireTesting

/// What Documentation/Testing.md shows.
enum TestingExamples {
    static func server() async throws -> Int {
        // shown: begin
        let server = try await LocalPostgres.start()
        let configuration = try Connection.Configuration(server.connectionURI)
        // shown: end
        let one = try await Connection.withConnection(configuration) { try await $0.fetchOne("SELECT 1", as: Int.self) }
        await server.stop()
        return one
    }

    static func pooler(_ server: LocalPostgres) async throws -> Int {
        // shown: begin
        let pooler = try await LocalPgBouncer.start(inFrontOf: server)
        let pool = NullPool(try Connection.Configuration(pooler.connectionURI))
        // shown: end
        let one = try await pool.withConnection { try await $0.fetchOne("SELECT 1", as: Int.self) }
        await pooler.stop()
        return one
    }

    static func scriptedServer(_ myProgram: (Connection.Configuration) async throws -> Void) async throws {
        // shown: begin
        try await ScriptedServer.run([.trust, .receiveBatch, .send(.parseComplete), .close]) { server in
            let configuration = Connection.Configuration(
                host: "127.0.0.1", port: server.port, user: "anybody", tls: .disabled)
            try await myProgram(configuration)  // what does it do when the connection is cut here?
        }
        // shown: end
    }

    static func encryptedScript(_ myProgram: (Connection.Configuration) async throws -> Void) async throws {
        // shown: begin
        let certificate = try CertificateAuthority(commonName: "CA").issue(commonName: "x", ipAddresses: ["127.0.0.1"])
        let tls = ScriptedServer.Step.acceptTLS(
            certificatePEM: certificate.certificatePEM, privateKeyPEM: certificate.privateKeyPEM)
        try await ScriptedServer.run([tls, .trust, .reset]) { server in
            var configuration = Connection.Configuration(
                host: "127.0.0.1", user: "anybody", tls: .init(mode: .require))
            configuration.socketProvider = server.socketProvider  // by a pair of sockets: no port, no network
            try await myProgram(configuration)
        }
        // shown: end
    }

    static func proxy(
        _ configuration: Connection.Configuration, _ myProgram: (ConnectionPool) async throws -> Void
    ) async throws {
        // shown: begin
        try await FaultyProxy.run(to: configuration.endpoints[0]) { proxy in
            let pool = ConnectionPool(proxy.redirect(configuration))
            proxy.faults.toClient.latency = .milliseconds(80)
            try await myProgram(pool)  // and now over a slow line
        }
        // shown: end
    }

    static func changedMessages(
        _ configuration: Connection.Configuration, _ myProgram: (Connection.Configuration) async throws -> Void
    ) async throws {
        // shown: begin
        let proxy = try FaultyProxy(to: configuration.endpoints[0]) {
            var count = 0
            return { message in
                guard message.type == UInt8(ascii: "C") else { return [message] }
                count += 1
                return count == 3 ? [] : [message]  // the third CommandComplete gets lost
            }
        }
        try await myProgram(proxy.redirect(configuration))
        // shown: end
        proxy.stop()
    }

    static func mutations(_ text: String) throws -> Int {
        // shown: begin
        let run = try MutationRun([try Transcript(text)], seed: 7)  // what your pooler said once
        for number in 0..<1_000 {
            try MutationRun.play(run.session(number))  // throws when PGWire breaks a promise; a trap ends the process
        }
        // shown: end
        return run.session(0).count
    }
}
