import Foundation
import LocalPostgres
import PGWire
import PGWireTesting
import Synchronization
import Testing

extension Live {
    /// What TLS allows and servers seldom do.
    @Suite struct TLSEdges {
        private typealias Step = ScriptedServer.Step

        private static let certificate = Result {
            try CertificateAuthority(commonName: "CA").issue(commonName: "x", ipAddresses: ["127.0.0.1"])
        }

        private static func configuration(_ server: ScriptedServer) -> Connection.Configuration {
            var configuration = Connection.Configuration(
                host: "127.0.0.1", port: server.port, user: "scribe", password: "secret", tls: .init(mode: .require))
            configuration.poolerMode = .direct
            return configuration
        }

        private static func tls(_ behaviour: ScriptedServer.TLSBehaviour = .init()) throws -> [Step] {
            let certificate = try certificate.get()
            return [
                .acceptTLS(
                    certificatePEM: certificate.certificatePEM, privateKeyPEM: certificate.privateKeyPEM, behaviour)
            ]
        }

        private static let row: [WireMessage] = [
            .parseComplete, .bindComplete, .rowDescription([.init("n", type: 25)]), .dataRow(texts: ["n"]),
            .commandComplete("SELECT 1"), .readyForQuery(),
        ]

        private static let timeoutSet: [WireMessage] = [
            .parseComplete, .bindComplete, .dataRow(texts: ["5s"]), .commandComplete("SELECT 1"),
        ]

        /// Records without data, before, in and after answers.
        @Test func keysAreRenewed() async throws {
            let bytes = Self.row.bytes
            let round: [Step] = [
                .receiveBatch, .tlsControlRecord, .sendBytes(Array(bytes.prefix(20))), .tlsControlRecord,
                .tlsControlRecord, .sendBytes(Array(bytes.dropFirst(20))), .tlsControlRecord,
            ]
            let script = try Self.tls() + [.trust] + Array(repeatElement(round, count: 20).joined()) + [.waitForEnd]
            try await ScriptedServer.run(script) { server in
                var configuration = Self.configuration(server)
                // Nothing is prepared, so that one answer fits all.
                configuration.poolerMode = .transaction
                try await Connection.withConnection(configuration) { db in
                    for _ in 0..<20 {
                        let text = try await db.fetchOne("SELECT n", as: String.self)
                        #expect(text == "n")
                    }
                }
            }
        }

        /// In TLS 1.2 a server may ask for a handshake anew, which nobody grants any more; what it says besides is read.
        @Test func noHandshakeIsMadeAnew() async throws {
            let script =
                try Self.tls(.init(speaksTLS13: false)) + [
                    .trust, .receiveBatch, .tlsControlRecord, .send(Self.timeoutSet + Self.row), .waitForEnd,
                ]
            try await ScriptedServer.run(script) { server in
                let db = try await Connection.connect(Self.configuration(server))
                let start = ContinuousClock.now
                let text = try await db.fetchOne("SELECT n", as: String.self, timeout: .seconds(5))
                #expect(text == "n")
                #expect(.now - start < .seconds(4))
                await db.close()
            }
        }

        @Test(arguments: [Connection.Configuration.TLS.Negotiation.postgres, .direct])
        func anotherProtocolIsRefused(_ negotiation: Connection.Configuration.TLS.Negotiation) async throws {
            let certificate = try Self.certificate.get()
            let tls = Step.tls(certificate, .init(applicationProtocol: "http/1.1"))
            let script = negotiation == .direct ? [tls] : [.answerToSSLRequest(Array("S".utf8)), tls]
            try await ScriptedServer.run(script + [.waitForEnd]) { server in
                var configuration = Self.configuration(server)
                configuration.tls.negotiation = negotiation
                let error = try await connectionFailure { try await Connection.connect(configuration) }
                #expect(error.phase == .tls, "\(error)")
            }
        }

        /// What SCRAM binds to follows from how the certificate is signed (RFC 5929, 4.1).
        @Test(arguments: [
            "signed-by-md5", "signed-by-sha1", "signed-by-sha512", "signed-by-rsa-pss-sha384", "signed-by-ed25519",
        ]) func theCertificateIsBoundTo(_ name: String) async throws {
            let file = RecordedTranscript.repository.appending(path: "Fixtures/certificates/\(name).pem")
            let pem = try String(contentsOf: file, encoding: .utf8)
            let said = try #require(pem.split(separator: "\n").first).dropFirst("hash: ".count)
            let hash: [UInt8]? = said == "none" ? nil : Hexadecimal.decode(String(said))
            let scram = SCRAMServer(
                password: Array("secret".utf8), salt: Array("salt".utf8), iterations: 4096, nonce: "server",
                endpointHash: hash)
            let script: [Step] = [
                .acceptTLS(certificatePEM: pem, privateKeyPEM: pem), .scram(by: scram), .waitForEnd,
            ]
            try await ScriptedServer.run(script) { server in
                var configuration = Self.configuration(server)
                // Where nothing can be bound to, it is done without, unless that is asked for.
                configuration.authentication.channelBinding = hash == nil ? .prefer : .require
                try await Connection.withConnection(configuration) { db in #expect(db.tls != nil) }
            }
            guard hash == nil else { return }
            let asking: [Step] = [
                .acceptTLS(certificatePEM: pem, privateKeyPEM: pem), .startup,
                .send(.authenticationSASL(["SCRAM-SHA-256-PLUS", "SCRAM-SHA-256"])), .waitForEnd,
            ]
            try await ScriptedServer.run(asking) { server in
                var configuration = Self.configuration(server)
                configuration.authentication.channelBinding = .require
                let error = try await connectionFailure { try await Connection.connect(configuration) }
                #expect(error.phase == .authentication, "\(error)")
            }
        }
    }
}
