import Foundation
import LocalPostgres
import PGWire
import PGWireTesting
import Synchronization
import Testing

extension Live {
    /// What one server, or one attempt, has proved or agreed to counts for nothing with the next (CVE-2018-10915, CVE-2020-25694).
    @Suite struct ChangedServers {
        private typealias Step = ScriptedServer.Step

        private static func configuration(_ servers: ScriptedServer..., mode: SSLMode = .disable)
            -> Connection.Configuration
        {
            var configuration = Connection.Configuration(
                host: "127.0.0.1", port: servers[0].port, user: "scribe", password: "secret", tls: .init(mode: mode))
            configuration.endpoints = servers.map { Endpoint(host: "127.0.0.1", port: $0.port) }
            configuration.connectTimeout = .seconds(5)
            configuration.poolerMode = .direct
            return configuration
        }

        private static let certificate = Result {
            try CertificateAuthority(commonName: "CA").issue(commonName: "x", ipAddresses: ["127.0.0.1"])
        }

        private static func encrypted() throws -> [Step] {
            [.answerToSSLRequest(Array("S".utf8)), .tls(try certificate.get())]
        }

        /// A standby that has proved that it knows the password, and a server that asks for none.
        @Test func theNextServerProvesItselfAnew() async throws {
            let standby = try ScriptedServer([.scram(password: "secret"), .answer(Self.isStandby), .waitForEnd])
            let impostor = try ScriptedServer([.trust, .answer(.readyForQuery()), .waitForEnd])
            defer {
                standby.stop()
                impostor.stop()
            }
            var configuration = Self.configuration(standby, impostor)
            configuration.targetSession = .primary
            configuration.authentication.allowed = [.scramSHA256]
            let error = try await failure { try await Connection.connect(configuration) }
            #expect(standby.connectionCount == 1 && impostor.connectionCount == 1)
            #expect("\(error)".contains("\(impostor.port)"), "\(error)")
            guard case .connection(let own) = error else { throw error }
            #expect(own.phase == .authentication)
            // The same servers without that demand: it is the second that is taken.
            let others = try (
                ScriptedServer([.scram(password: "secret"), .answer(Self.isStandby), .waitForEnd]),
                ScriptedServer([.trust, .answer(Self.isPrimary), .waitForEnd])
            )
            defer {
                others.0.stop()
                others.1.stop()
            }
            var lenient = Self.configuration(others.0, others.1)
            lenient.targetSession = .primary
            try await Connection.withConnection(lenient) { db in #expect(db.endpoint.port == others.1.port) }
        }

        private static let isStandby = answer("t")
        private static let isPrimary = answer("f")

        private static func answer(_ isInRecovery: String) -> [WireMessage] {
            [
                .rowDescription([.init("pg_is_in_recovery", type: 16, format: 0)]), .dataRow(texts: [isInRecovery]),
                .commandComplete("SELECT 1"), .readyForQuery(),
            ]
        }

        /// `sslmode=prefer`: a server that refuses TLS is talked to in clear on the same connection, and what was demanded of the
        /// login still holds there.
        @Test func theSecondAttemptAsksForNoLess() async throws {
            try await ScriptedServer.run([.answerToSSLRequest(Array("N".utf8)), .trust, .waitForEnd]) { server in
                var configuration = Self.configuration(server, mode: .prefer)
                configuration.authentication.allowed = [.scramSHA256]
                let error = try await connectionFailure { try await Connection.connect(configuration) }
                #expect(error.phase == .authentication && server.connectionCount == 1)
            }
            try await ScriptedServer.run([
                .answerToSSLRequest(Array("N".utf8)), .scram(password: "secret"), .waitForEnd,
            ]) { server in
                try await Connection.withConnection(Self.configuration(server, mode: .prefer)) { db in
                    #expect(db.tls == nil)
                }
                // Nothing is tried twice.
                #expect(server.connectionCount == 1)
            }
            let refusing: [Step] = [.answerToSSLRequest(Array("N".utf8)), .trust, .waitForEnd]
            try await ScriptedServer.run(refusing) { server in
                var configuration = Self.configuration(server, mode: .prefer)
                configuration.authentication.channelBinding = .require
                let error = try await failure { try await Connection.connect(configuration) }
                #expect("\(error)".contains("channel_binding"), "\(error)")
            }
        }

        /// A connection that was encrypted is made again only encrypted: in the pool, for notifications, and to cancel.
        @Test func whoReconnectsAsksForNoLess() async throws {
            let heard = Mutex<[UInt8]>([])
            let later: [Step] = [
                .answerToSSLRequest(Array("N".utf8)),
                Step("hear what comes in clear") { connection in
                    while let bytes = try connection.receiveBytes() { heard.withLock { $0 += bytes } }
                },
            ]
            let server = try ScriptedServer(try Self.encrypted() + [.trust, .answer(.readyForQuery()), .close], later)
            defer { server.stop() }
            let pool = ConnectionPool(Self.configuration(server, mode: .require), .init(maximumConnections: 1))
            _ = try? await pool.withConnection { try await $0.execute("SELECT") }
            let error = try await connectionFailure {
                try await pool.withConnection { try await $0.execute("SELECT") }
            }
            #expect(error.phase == .tls, "\(error)")
            await pool.close()
            #expect(heard.withLock { $0 } == [])
        }

        @Test func whoListensAgainAsksForNoLess() async throws {
            let listening: [WireMessage] = [.commandComplete("LISTEN"), .readyForQuery()]
            let server = try ScriptedServer(
                try Self.encrypted() + [.trust, .answer(listening), .close],
                [.answerToSSLRequest(Array("N".utf8)), .waitForEnd])
            defer { server.stop() }
            var options = Notifications.Options()
            // It does come back, and is refused what it asks for.
            options.giveUpAfter = .seconds(20)
            let configuration = Self.configuration(server, mode: .require)
            let error = try await connectionFailure {
                try await Connection.listen(to: ["c"], configuration, options) { notifications in
                    for try await _ in notifications {}
                }
            }
            #expect(error.phase == .tls && server.connectionCount == 2, "\(error)")
        }

        enum Answer: CaseIterable { case refusal, otherCertificate }

        /// The key by which a statement is cancelled goes to the server that gave it, and not in clear.
        @Test(arguments: Answer.allCases) func theKeyToCancelByIsKept(_ answer: Answer) async throws {
            let authority = try CertificateAuthority(commonName: "CA")
            let own = try authority.issue(commonName: "x", ipAddresses: ["127.0.0.1"])
            let other = try CertificateAuthority(commonName: "other").issue(
                commonName: "x", ipAddresses: ["127.0.0.1"])
            let begun = Gate()
            let heard = Mutex<[FrontendRequest]>([])
            let hear = Step("hear what comes") { connection in
                while let request = try? connection.receive() { heard.withLock { $0.append(request) } }
            }
            let begin = Step("tell that it began") { _ in begun.open() }
            let agreed = Step.answerToSSLRequest(Array("S".utf8))
            let second: [Step] =
                answer == .refusal ? [.answerToSSLRequest(Array("N".utf8)), hear] : [agreed, .tls(other), hear]
            let server = try ScriptedServer(
                [agreed, .tls(own), .trust, .receiveBatch, begin, .staySilent], second)
            defer { server.stop() }
            var configuration = Self.configuration(server, mode: .verifyFull)
            let directory = TemporaryDirectory()
            try authority.certificate.certificatePEM.write(
                toFile: directory.file("ca.pem"), atomically: true, encoding: .utf8)
            configuration.tls.trustRoots = .file(directory.file("ca.pem"))
            let db = try await Connection.connect(configuration)
            let task = Task { try await db.execute("SELECT", timeout: .milliseconds(10)) }
            await begun.wait()
            let error = try await connectionFailure { try await task.value }
            #expect(error.reason == .timedOut)
            await db.close()
            #expect(server.connectionCount >= 2)
            #expect(heard.withLock { $0 }.isEmpty)
        }
    }
}
