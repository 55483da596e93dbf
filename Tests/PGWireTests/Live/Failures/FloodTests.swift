import PGWire
import PGWireTesting
import Testing

extension Live {
    /// Servers that never stop talking: every call ends by its deadline, in bounded memory. How exactly is measured in an optimised
    /// build, by the FloodTests of Benchmarks.
    @Suite struct Floods {
        private typealias Step = ScriptedServer.Step

        /// Sends a message again and again until the client has gone.
        private static func flood(_ message: WireMessage) -> Step { flood(message.bytes) }

        private static func flood(_ bytes: [UInt8], begun: Gate? = nil) -> Step {
            let bytes = Array(repeatElement(bytes, count: 500).joined())
            return Step("flood") { connection in
                begun?.open()
                // The client's going is what ends it.
                do { while true { try connection.send(bytes) } } catch is ScriptFailure { return }
            }
        }

        private static func configuration(_ server: ScriptedServer) -> Connection.Configuration {
            var configuration = Connection.Configuration(
                host: "127.0.0.1", port: server.port, user: "scribe", password: "x", tls: .disabled)
            configuration.connectTimeout = .milliseconds(300)
            return configuration
        }

        private static func timedOut(
            within limit: Duration, sourceLocation: SourceLocation = #_sourceLocation, _ body: () async throws -> Void
        ) async throws {
            let start = ContinuousClock.now
            let error = try await failure(sourceLocation: sourceLocation, of: body)
            #expect(start.duration(to: .now) < limit, sourceLocation: sourceLocation)
            guard case .connection(let own) = error else { throw error }
            #expect(own.reason == .timedOut, sourceLocation: sourceLocation)
        }

        /// HelloRequest, which a client that is in a handshake passes over (RFC 5246, 7.4.1.1).
        private static let helloRequest: [UInt8] = [22, 3, 3, 0, 4, 0, 0, 0, 0]

        @Test func theHandshakeCanBeCancelled() async throws {
            let begun = Gate()
            let steps: [Step] = [
                .answerToSSLRequest(Array("S".utf8)), .receiveSome, Self.flood(Self.helloRequest, begun: begun),
            ]
            try await ScriptedServer.run(steps) { server in
                var configuration = Self.configuration(server)
                configuration.tls.mode = .require
                configuration.connectTimeout = .seconds(100)
                let task = Task { [configuration] in _ = try await Connection.connect(configuration) }
                await begun.wait()
                task.cancel()
                let start = ContinuousClock.now
                await #expect(throws: CancellationError.self) { try await task.value }
                #expect(start.duration(to: .now) < .seconds(5))
            }
        }

        /// The next call has to read off what the one before left, and has its own deadline for it.
        @Test func whatIsReadOffEndsInTime() async throws {
            let columns: [WireMessage] = [.parseComplete, .bindComplete, .rowDescription([.init("n", type: 23)])]
            let row = WireMessage.dataRow([[0, 0, 0, 1]])
            try await ScriptedServer.run(
                [.trust, .receiveBatch, .send(columns + [row]), Self.flood(row)], [.close]
            ) { server in
                let db = try await Connection.connect(Self.configuration(server))
                for try await _ in db.query("SELECT n", as: Int32.self) { break }
                try await Self.timedOut(within: .seconds(20)) {
                    try await db.execute("SELECT", timeout: .milliseconds(200))
                }
                await db.close()
            }
        }

        /// What comes over the connection of a cancel request is not kept.
        @Test func theAnswerToACancelIsNotKept() async throws {
            let before = PeakMemory.ofProcess
            let server = try ScriptedServer(
                [.trust, .receiveBatch, .staySilent], [.receiveSome, Self.flood(.noticeResponse("so it goes on"))])
            defer { server.stop() }
            let db = try await Connection.connect(Self.configuration(server))
            try await Self.timedOut(within: .seconds(20)) {
                try await db.execute("SELECT", timeout: .milliseconds(100))
            }
            #expect(server.connectionCount > 1)
            #expect(PeakMemory.ofProcess - before < 100 << 20)
            await db.close()
        }

        /// A pooler that has no server to give answers to BEGIN when it has one.
        @Test func beginHasADeadline() async throws {
            try await ScriptedServer.run([.trust, .receiveBatch, .staySilent], [.close]) { server in
                var configuration = Self.configuration(server)
                configuration.statementTimeout = .milliseconds(100)
                let db = try await Connection.connect(configuration)
                try await Self.timedOut(within: .seconds(10)) { try await db.transaction { _ in } }
                await db.close()
            }
        }

        @Test func commitHasADeadline() async throws {
            let begun: [WireMessage] = [
                .parseComplete, .bindComplete, .noData, .commandComplete("BEGIN"), .readyForQuery(.inTransaction),
            ]
            try await ScriptedServer.run([.trust, .answer(begun), .receiveBatch, .staySilent], [.close]) { server in
                var configuration = Self.configuration(server)
                configuration.statementTimeout = .milliseconds(100)
                let db = try await Connection.connect(configuration)
                let start = ContinuousClock.now
                let error = try await failure { try await db.transaction { _ in } }
                guard case .commitOutcomeUnknown = error else { throw error }
                #expect(start.duration(to: .now) < .seconds(5))
                await db.close()
            }
        }
    }
}
