import LocalPostgres
import Testing

extension Live {
    @Suite struct Signals {
        /// EINTR wherever a call can be interrupted.
        @Test(arguments: [LiveServer.postgres17, .postgres18, .pgBouncer])
        func callsAreTakenUpAgain(_ server: LiveServer) async throws {
            let (status, text) = try await Self.run(server, "alarms")
            // 20 rounds of 0 + … + 19 and of the text's length.
            #expect(status == 0 && text == "\(20 * (190 + 4_000_000))\n", "\(text)")
        }

        @Test(arguments: [LiveServer.postgres17, .postgres18])
        func whoHasGoneDoesNotEndTheProcess(_ server: LiveServer) async throws {
            let (status, text) = try await Self.run(server, "gone")
            #expect(status == 0 && text == "alive\n", "\(text)")
        }

        private static func run(_ server: LiveServer, _ way: String) async throws -> (Int32, String) {
            let uri: String
            if server == .pgBouncer {
                uri = try await LiveServers.pgBouncer.value.connectionURI
            } else {
                uri = try await server.cluster.connectionURI
            }
            let result = try ChildProcess.output(of: [Probe.program("PGWireProbe"), "signals", uri, way])
            return (Int32(result.0), result.1)
        }
    }
}
