import PGWire
import PGWireTesting
import Testing

#if canImport(Darwin)
import Darwin
#else
import Glibc
#endif

extension Live {
    /// The server chooses how often a password is hashed: too seldom is told, and often holds up nobody else.
    @Suite struct SCRAMIterations {
        private func configuration(_ server: ScriptedServer) -> Connection.Configuration {
            Connection.Configuration(
                host: "127.0.0.1", port: server.port, user: "scribe", password: "secret", tls: .disabled)
        }

        @Test(arguments: [1, 4095, 4096, 10_000]) func fewerThanTheLeastAreTold(_ iterations: Int) async throws {
            try await ScriptedServer.run([.scram(password: "secret", iterations: iterations), .waitForEnd]) { server in
                var configuration = configuration(server)
                let told = Log<Int>()
                configuration.observer = EventObserver { event in
                    if case .connecting(.fewSCRAMIterations(_, let count)) = event { told.append(count) }
                }
                try await Connection.withConnection(configuration) { _ in }
                #expect(told.all == (iterations < 4096 ? [iterations] : []))
            }
        }

        /// The processor time that the calling thread has used.
        private static func threadTime() -> Duration {
            var time = timespec()
            clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
            return .seconds(time.tv_sec) + .nanoseconds(time.tv_nsec)
        }

        private static let manyIterations = 1_000_000

        /// An executor with one thread has it for others while keys are made that take a thousand milliseconds. What that
        /// thread works is counted, not how long it takes.
        @Test func manyHoldNoExecutor() async throws {
            let before = Self.threadTime()
            // The twentieth part, on this thread.
            _ = PBKDF2(password: [1], salt: [2], iterations: Self.manyIterations / 20).result
            let part = Self.threadTime() - before
            let login = Step("ask for many iterations") { connection in
                while try connection.receive().kind != .startup {}
                try connection.send(.authenticationSASL())
                guard case .password(let body) = try connection.expect(.password),
                    let comma = body.lastIndex(of: UInt8(ascii: ","))
                else { return }
                // The client's nonce stands last: n=,r=…
                let nonce = Array(body[(comma + 3)...])
                let first = Array("r=".utf8) + nonce + Array("Server,s=c2FsdA==,i=\(Self.manyIterations)".utf8)
                try connection.send(.authenticationSASLContinue(first))
                try connection.expect(.password)
            }
            try await ScriptedServer.run([login]) { server in
                var configuration = configuration(server)
                configuration.connectTimeout = .seconds(240)
                let executor = try SocketExecutor()
                // The keys are made once; the second login finds them.
                for round in 0..<2 {
                    let toConnect = configuration
                    let start = ContinuousClock.now
                    let used = try await withTaskExecutorPreference(executor) {
                        let before = Self.threadTime()
                        let error = try await failure { try await Connection.connect(toConnect) }
                        #expect("\(error)".contains("closed the connection during login"))
                        return Self.threadTime() - before
                    }
                    #expect(used < part, "the executor's thread has worked for \(used); a twentieth takes \(part)")
                    if round == 1 { #expect(ContinuousClock.now - start < part * 10, "known keys were made again") }
                }
            }
        }

        private typealias Step = ScriptedServer.Step
    }
}
