import LocalPostgres
import PGWire
import PGWireTesting
import Testing

#if canImport(Darwin)
import Darwin
#else
import Glibc
#endif

extension Live {
    /// A connection over a socket that the user has connected.
    @Suite struct OwnSockets {
        private static func pairConfiguration() -> Connection.Configuration {
            var configuration = Connection.Configuration(host: "localhost", port: 1, user: "u", tls: .disabled)
            // The double answers one statement at a time.
            configuration.poolerMode = .transaction
            return configuration
        }

        @Test func anInMemoryPair() async throws {
            let (ours, theirs) = try socketPair()
            async let server: Void = PairedServer.serve(theirs)
            let db = try await Connection.connect(over: ours, Self.pairConfiguration())
            for _ in 0..<3 { #expect(try await db.fetchOne("SELECT 42", as: Int.self) == 42) }
            await db.close()
            // It ends by itself when our end is closed.
            try await server
        }

        @Test(arguments: LiveServer.allCases) func aRealServer(_ server: LiveServer) async throws {
            let configuration = try await server.configuration
            let port = configuration.endpoints[0].port
            let db = try await Connection.connect(over: connectedSocket(port: port), configuration)
            try await db.expectEcho(of: 1)
            #expect((db.tls != nil) == (configuration.tls.mode == .verifyFull))
            let text = String(repeating: "0123456789abcdef", count: 100_000)
            #expect(try await db.fetchOne("SELECT length(\(text)::text)", as: Int32.self) == 1_600_000)
            await db.close()
        }

        /// For a Unix socket TLS is left out, whatever `sslmode` says. A socket of another kind would have the password in clear.
        @Test(arguments: LiveServer.withTLS) func noUnixSocket(_ server: LiveServer) async throws {
            var configuration = try await server.configuration
            let port = configuration.endpoints[0].port
            configuration.endpoints = [Endpoint(host: "/run/x", port: 1)]
            try await expectFailure(
                "the socket that was given is no Unix socket, as which the configuration has /run/x/.s.PGSQL.1: give the server's "
                    + "name as host, by which its certificate is checked"
            ) { try await Connection.connect(over: connectedSocket(port: port), configuration) }
        }

        /// TLS as configured goes over it: the name that is checked is the endpoint's, wherever the socket leads to.
        @Test(arguments: LiveServer.withTLS) func tlsOverIt(_ server: LiveServer) async throws {
            var configuration = try await server.configuration
            let port = configuration.endpoints[0].port
            configuration.socketProvider = { _ in try connectedSocket(port: port) }
            configuration.endpoints = [Endpoint(host: "no-such-host.invalid", port: 1)]
            let error = try await connectionFailure { try await Connection.connect(configuration) }
            #expect(error.reason == .certificateRejected)
            configuration.tls.mode = .verifyCA
            try await Connection.withConnection(configuration) { db in
                #expect(db.tls != nil && db.endpoint.host == "no-such-host.invalid")
                try await db.expectEcho(of: 2)
            }
            // Without a check of the name, a server that asks for the password in clear could be anybody.
            configuration.tls = .disabled
            if server != .pgBouncer {
                try await Connection.withConnection(configuration) { try await $0.expectEcho(of: 3) }
            }
        }

        @Test(arguments: LiveServer.direct) func aProviderIsAskedToCancel(_ server: LiveServer) async throws {
            var configuration = try await server.configuration
            let port = configuration.endpoints[0].port
            let asked = Log<Endpoint>()
            configuration.socketProvider = { endpoint in
                asked.append(endpoint)
                return try connectedSocket(port: port)
            }
            let toConnect = configuration
            try await Connection.withConnection(toConnect) { db in
                let task = Task { try await db.execute("SELECT pg_sleep(600)") }
                let pid = try #require(db.backendProcessID)
                try await server.observed { observer in
                    try await observer.wait(
                        for: "SELECT wait_event = 'PgSleep' FROM pg_stat_activity WHERE pid = \(pid)")
                }
                task.cancel()
                await #expect(throws: CancellationError.self) { try await task.value }
                try await db.expectEcho(of: 4)
            }
            #expect(asked.all.count >= 2 && Set(asked.all) == [configuration.endpoints[0]])
        }

        /// With one socket nobody can be asked to cancel: the connection is closed, and soon.
        @Test func oneSocketCannotCancel() async throws {
            let configuration = try await LiveServer.postgres17.configuration
            let db = try await Connection.connect(
                over: connectedSocket(port: configuration.endpoints[0].port), configuration)
            let pid = try #require(db.backendProcessID)
            let task = Task { try await db.execute("SELECT pg_sleep(600)") }
            try await LiveServer.postgres17.observed { observer in
                try await observer.wait(for: "SELECT wait_event = 'PgSleep' FROM pg_stat_activity WHERE pid = \(pid)")
                let start = ContinuousClock.now
                task.cancel()
                await #expect(throws: CancellationError.self) { try await task.value }
                #expect(.now - start < .seconds(3))
                let error = try await connectionFailure { try await db.execute("SELECT 1") }
                #expect(error.reason == .closed)
                try await observer.wait(for: "SELECT NOT EXISTS (SELECT FROM pg_stat_activity WHERE pid = \(pid))")
            }
        }

        private struct NoTunnel: Error, CustomStringConvertible { let description = "the tunnel is down" }

        @Test func aProviderThatFails() async throws {
            var configuration = Self.pairConfiguration()
            configuration.endpoints.append(Endpoint(host: "second", port: 2))
            let asked = Log<String>()
            configuration.socketProvider = { endpoint in
                asked.append(endpoint.host)
                throw NoTunnel()
            }
            try await expectFailure(
                "there is no socket to localhost:1: the configuration's socketProvider failed: the tunnel is down; then "
                    + "there is no socket to second:2: the configuration's socketProvider failed: the tunnel is down"
            ) { try await Connection.connect(configuration) }
            #expect(asked.all == ["localhost", "second"])
            configuration.endpoints = [configuration.endpoints[0]]
            configuration.socketProvider = { _ in open("/dev/null", O_RDWR) }
            try await expectFailure(
                "there is no socket to localhost:1: the descriptor is none of a connected stream socket (Socket operation on "
                    + "non-socket)"
            ) { try await Connection.connect(configuration) }
        }

        /// One that answers too late, or after the caller has gone: its socket is closed.
        @Test func aProviderThatIsLate() async throws {
            let (gate, begun) = (Gate(), Gate())
            let (ours, theirs) = try socketPair()
            defer { close(theirs) }
            let late = try NumberedDescriptor(ours)
            var configuration = Self.pairConfiguration()
            configuration.connectTimeout = .milliseconds(300)
            configuration.socketProvider = { _ in
                begun.open()
                await gate.wait()
                return late.number
            }
            let error = try await connectionFailure { try await Connection.connect(configuration) }
            #expect(error.reason == .timedOut && error.phase == .connecting && late.isOpen)
            gate.open()
            try await eventually("it is closed") { !late.isOpen }
        }

        /// However it ends, the socket is closed, and its number is left alone from then on.
        @Test(arguments: 0..<7) func itIsClosedOnce(_ way: Int) async throws {
            let live = try await LiveServer.postgres17.configuration
            var configuration = live
            var descriptor = try connectedSocket(port: live.endpoints[0].port)
            switch way {
            case 1: configuration.password = Secret("wrong")
            case 2: configuration.tls.trustRoots = .system
            // It cannot even be begun.
            case 3: configuration.tls = .init(mode: .disable)
            case 4:
                close(descriptor)
                descriptor = open("/dev/null", O_RDWR)
            // Not connected.
            case 5:
                close(descriptor)
                descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
            case 6: configuration.connectTimeout = .zero
            default: break
            }
            if way == 3 { configuration.tls.negotiation = .direct }
            let numbered = try NumberedDescriptor(descriptor)
            var db: Connection?
            do {
                db = try await Connection.connect(over: numbered.number, configuration)
                #expect(way == 0)
                try await db?.expectEcho(of: 1)
                await db?.close()
            } catch {
                #expect(way != 0)
            }
            let isOpen = numbered.isOpen
            if way == 0 {
                // Its number is kept until nobody can use the connection, so that nobody else's is used by mistake.
                #expect(isOpen)
                db = nil
                try await eventually("it is closed") { !numbered.isOpen }
            } else {
                try await eventually("it is closed") { !numbered.isOpen }
            }
            let staysOpen = try await numbered.staysOpen {
                try await Connection.withConnection(live) { try await $0.expectEcho(of: 1) }
            }
            #expect(staysOpen)
        }
    }
}
