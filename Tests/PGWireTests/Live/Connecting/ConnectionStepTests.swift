import LocalPostgres
import PGWire
import Synchronization
import Testing

extension Live {
    /// An observer is told of each step that was done, and of none that was not.
    @Suite struct ConnectionSteps {
        private final class Seen: Sendable {
            let steps = Mutex<[ConnectionStep]>([])
        }

        private func steps(_ configuration: Connection.Configuration) async -> [ConnectionStep] {
            let seen = Seen()
            var configuration = configuration
            configuration.observer = EventObserver { event in
                if case .connecting(let step) = event { seen.steps.withLock { $0.append(step) } }
            }
            try? await Connection.withConnection(configuration) { _ in }
            return seen.steps.withLock { $0 }
        }

        @Test func eachStepIsTold() async throws {
            let server = try await LiveServers.postgres15.value
            var configuration = try Connection.Configuration(server.connectionURI)
            let endpoint = configuration.endpoints[0]
            let address = endpoint.description
            let beginning: [ConnectionStep] = [
                .resolved(endpoint, addresses: [address]), .reached(endpoint, address: address),
            ]
            let encrypted = ConnectionStep.encrypted(
                endpoint, protocolVersion: "TLSv1.3", cipher: "TLS_AES_256_GCM_SHA384")
            #expect(await steps(configuration) == beginning + [encrypted, .authenticated(endpoint)])
            configuration.password = Secret("wrong")
            #expect(await steps(configuration) == beginning + [encrypted])
            configuration.tls.trustRoots = .system
            #expect(await steps(configuration) == beginning)
            configuration.tls = .disabled
            #expect(await steps(configuration) == beginning)
            configuration.endpoints[0] = Endpoint(host: "no-such-host.invalid", port: 1)
            #expect(await steps(configuration) == [])
        }

        @Test func aSocketHasNoName() async throws {
            let server = try await LiveServers.postgres15.value
            let configuration = Connection.Configuration(
                host: server.socketDirectory, port: UInt16(server.port), user: server.user, password: server.password,
                database: server.database)
            let endpoint = configuration.endpoints[0]
            let path = try #require(endpoint.unixSocketPath)
            #expect(await steps(configuration) == [.reached(endpoint, address: path), .authenticated(endpoint)])
        }
    }
}
