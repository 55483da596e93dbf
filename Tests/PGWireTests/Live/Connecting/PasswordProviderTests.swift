import LocalPostgres
import PGWire
import PGWireTesting
import Testing

extension Live {
    /// `passwordProvider`: it is asked for each connection, and nothing that it does holds up the caller.
    @Suite struct PasswordProviders {
        private typealias Request = Connection.Configuration.PasswordRequest

        private struct NoToken: Error, CustomStringConvertible { let description = "no token today" }

        /// Runs `body` with how to connect as a role of its own, and a way to change the role's password.
        private func withRole(
            _ server: LiveServer = .postgres15,
            _ body: (Connection.Configuration, _ change: (String) async throws -> Void) async throws -> Void
        ) async throws {
            var configuration = try await server.configuration
            configuration.user = "rotating_\(UInt32.random(in: 0 ... .max))"
            configuration.password = nil
            try await server.observed { db in
                try await db.execute("CREATE ROLE \(identifier: configuration.user) LOGIN")
                do {
                    try await body(configuration) { password in
                        let role = configuration.user
                        try await db.execute(script: "ALTER ROLE \(role) PASSWORD \(LiveServers.quoted(password))")
                    }
                } catch {
                    try await db.execute("DROP ROLE \(identifier: configuration.user)")
                    throw error
                }
                try await db.execute("DROP ROLE \(identifier: configuration.user)")
            }
        }

        @Test(arguments: LiveServer.direct) func eachConnectionAsksAnew(_ server: LiveServer) async throws {
            try await withRole(server) { configuration, change in
                let asked = Log<Request>()
                var configuration = configuration
                configuration.passwordProvider = { request in Secret("token \(asked.append(request))") }
                for number in 1...3 {
                    try await change("token \(number)")
                    try await Connection.withConnection(configuration) { db async throws in
                        #expect(try await db.fetchOne("SELECT user::text", as: String.self) == configuration.user)
                    }
                }
                let request = Request(
                    endpoint: configuration.endpoints[0], user: configuration.user,
                    database: configuration.database ?? "")
                #expect(asked.all == [request, request, request])
                // The fourth is none that the server knows, and there is no second try.
                let error = try await serverFailure { try await Connection.connect(configuration) }
                #expect(error.sqlState == .invalidPassword && asked.all.count == 4)
            }
        }

        @Test func nilIsForTheConfiguredPassword() async throws {
            try await withRole { configuration, change in
                try await change("lasting")
                var configuration = configuration
                configuration.passwordProvider = { _ in nil }
                try await expectFailure(
                    "\(configuration.endpoints[0]) demands a password for role \"\(configuration.user)\", and none is "
                        + "configured"
                ) { try await Connection.connect(configuration) }
                configuration.password = Secret("lasting")
                try await Connection.withConnection(configuration) { try await $0.execute("SELECT 1") }
            }
        }

        /// By every method that takes a password; where none is wanted nobody is asked.
        @Test func everyMethodAsks() async throws {
            for (role, count) in [("cleartext", 1), ("hashed", 1), ("tlsonly", 1), ("trusted", 0)] {
                var configuration = try await LiveServer.postgres15.configuration
                configuration.user = role
                configuration.password = nil
                let asked = Log<String>()
                configuration.passwordProvider = { request in
                    asked.append(request.user)
                    return Secret(LiveServers.rolePassword)
                }
                try await Connection.withConnection(configuration) { try await $0.execute("SELECT 1") }
                #expect(asked.all.count == count, "\(role)")
            }
        }

        /// A server that may be an impostor is refused before the password is asked for; one that demands none, too.
        @Test func whatThePolicyForbidsIsNotAskedFor() async throws {
            for script: ScriptedServer.Script in [
                [.startup, .send(.authenticationCleartextPassword), .waitForEnd],
                [.startup, .send(.authenticationMD5Password(salt: [1, 2, 3, 4])), .waitForEnd],
                [.startup, .send(.authenticationOk), .waitForEnd],
            ] {
                try await ScriptedServer.run(script) { server in
                    var configuration = Connection.Configuration(
                        host: "127.0.0.1", port: server.port, user: "u", tls: .disabled)
                    configuration.authentication.allowed = [.scramSHA256]
                    configuration.passwordProvider = { _ in
                        Issue.record("asked")
                        return nil
                    }
                    let error = try await connectionFailure { try await Connection.connect(configuration) }
                    #expect(error.reason == .authenticationRefused)
                }
            }
        }

        /// Its error comes out in one sentence, and no other host is tried.
        @Test func itsErrorEndsTheLogin() async throws {
            var configuration = try await LiveServer.postgres15.configuration
            configuration.endpoints.append(configuration.endpoints[0])
            configuration.password = Secret("not this one")
            let asked = Log<Int>()
            configuration.passwordProvider = { _ in
                asked.append(1)
                throw NoToken()
            }
            let error = try await failure { try await Connection.connect(configuration) }
            guard case .connection(let reported) = error else { throw error }
            #expect(
                "\(error)"
                    == "there is no password for \(configuration.endpoints[0]), as the configuration's passwordProvider "
                    + "failed: no token today")
            #expect(reported.reason == .credentialUnavailable && reported.phase == .authentication)
            #expect(asked.all.count == 1)
        }

        /// One that never answers, and does not even heed that its task is cancelled.
        @Test func oneThatHangsIsLeftBehind() async throws {
            let (gate, begun) = (Gate(), Gate())
            defer { gate.open() }
            var configuration = try await LiveServer.postgres17.configuration
            configuration.passwordProvider = { _ in
                begun.open()
                await gate.wait()
                return nil
            }
            configuration.connectTimeout = .milliseconds(500)
            let start = ContinuousClock.now
            try await expectFailure(
                "there is no password for \(configuration.endpoints[0]), as the configuration's passwordProvider did not "
                    + "answer within 0.5 s: see what it waits for, or raise connect_timeout"
            ) { try await Connection.connect(configuration) }
            #expect(.now - start < .seconds(5))
            configuration.connectTimeout = .seconds(60)
            let task = Task { [configuration] in try await Connection.connect(configuration) }
            await begun.wait()
            task.cancel()
            await #expect(throws: CancellationError.self) { _ = try await task.value }
            #expect(.now - start < .seconds(10))
        }

        @Test func itsTaskIsCancelledWithTheCall() async throws {
            let (begun, ended) = (Gate(), Gate())
            var configuration = try await LiveServer.postgres17.configuration
            configuration.passwordProvider = { _ in
                defer { ended.open() }
                begun.open()
                try await Task.sleep(for: .seconds(3600))
                return nil
            }
            let task = Task { [configuration] in try await Connection.connect(configuration) }
            await begun.wait()
            task.cancel()
            await #expect(throws: CancellationError.self) { _ = try await task.value }
            await ended.wait()
        }

        @Test func poolsAskForEachConnection() async throws {
            try await withRole { configuration, change in
                try await change("token")
                let asked = Log<Int>()
                var configuration = configuration
                configuration.passwordProvider = { _ in
                    asked.append(1)
                    return Secret("token")
                }
                let pool = ConnectionPool(configuration, .init(maximumConnections: 3))
                try await pool.fill(3)
                #expect(asked.all.count == 3)
                try await pool.expectEcho(of: 7)
                #expect(asked.all.count == 3)
                await pool.close()
                let none = NullPool(configuration, maximumConnections: 2)
                for number in 0..<3 { try await none.withConnection { try await $0.expectEcho(of: number) } }
                #expect(asked.all.count == 6)
            }
        }

        @Test func anEagerStartAsksBefore() async throws {
            var configuration = try await LiveServer.postgres17.configuration
            let password = configuration.password
            configuration.password = nil
            configuration.eagerStart = true
            configuration.tls.negotiation = .direct
            configuration.passwordProvider = { _ in password }
            try await Connection.withConnection(configuration) { db async throws in
                #expect(db.backendProcessID == nil)
                #expect(try await db.fetchOne("SELECT 1", as: Int.self) == 1)
                #expect(try await db.traffic().flights == 3)
            }
            configuration.passwordProvider = { _ in nil }
            let error = try await connectionFailure { try await Connection.connect(configuration) }
            #expect(error.description.contains("demands a password"))
        }
    }
}
