import LocalPostgres
import PGWire
import Testing

extension Live {
    /// Logging in by SCRAM's keys, without the password.
    @Suite struct SCRAMKeyLogins {
        /// The keys of the cluster's role: the server stores one of them, the other follows from the password.
        private static func keys(_ server: LiveServer) async throws -> (client: [UInt8], server: [UInt8]) {
            let cluster = try await server.cluster
            let verifier = try await server.observed { db in
                try await db.fetchOne(
                    "SELECT rolpassword FROM pg_authid WHERE rolname = \(cluster.user)", as: String.self)
            }
            // SCRAM-SHA-256$4096:salt$StoredKey:ServerKey
            let parts = verifier.split { $0 == "$" || $0 == ":" }.map(String.init)
            let iterations = try #require(Int(parts[1]))
            let salt = try #require(Base64.decode(parts[2].utf8))
            let salted = PBKDF2(password: Array(cluster.password.utf8), salt: salt, iterations: iterations).result
            let client = HMACSHA256.authenticate(Array("Client Key".utf8), key: salted)
            #expect(Base64.decode(parts[3].utf8) == SHA256.hash(client))
            return (client, try #require(Base64.decode(parts[4].utf8)))
        }

        @Test(arguments: LiveServer.direct) func theyAreEnough(_ server: LiveServer) async throws {
            let keys = try await Self.keys(server)
            var configuration = try await server.configuration
            configuration.password = nil
            configuration.authentication.allowed = [.scramSHA256]
            configuration.scramKeys = SCRAMKeys(clientKey: keys.client, serverKey: keys.server)
            for binding in [AuthenticationPolicy.ChannelBinding.prefer, .disable] {
                configuration.authentication.channelBinding = binding
                try await Connection.withConnection(configuration) { try await $0.expectEcho(of: 1) }
            }
            // As libpq's parameters, and in place of a password that is wrong.
            let encoded = [keys.client, keys.server].map { key in
                String(decoding: Base64.encode(key), as: UTF8.self).utf8.map { byte in
                    "+/=".utf8.contains(byte) ? "%\(String(byte, radix: 16))" : String(UnicodeScalar(byte))
                }.joined()
            }
            let uri = try await server.cluster.connectionURI
            var fromText = try Connection.Configuration(
                "\(uri)\(uri.contains("?") ? "&" : "?")scram_client_key=\(encoded[0])&scram_server_key=\(encoded[1])")
            #expect(fromText.scramKeys == configuration.scramKeys)
            fromText.password = Secret("wrong")
            try await Connection.withConnection(fromText) { try await $0.expectEcho(of: 2) }
        }

        @Test func wrongOnesAreRefused() async throws {
            let keys = try await Self.keys(.postgres15)
            let wrong = [UInt8](repeating: 7, count: 32)
            var configuration = try await LiveServer.postgres15.configuration
            configuration.password = nil
            configuration.scramKeys = SCRAMKeys(clientKey: wrong, serverKey: keys.server)
            let error = try await serverFailure { try await Connection.connect(configuration) }
            #expect(error.sqlState == .invalidPassword)
            // The server shows that it knows the keys, and these are not they.
            configuration.scramKeys = SCRAMKeys(clientKey: keys.client, serverKey: wrong)
            try await expectFailure(
                "login to \(configuration.endpoints[0]) given up: the server could not prove that it knows the password's "
                    + "keys: its SCRAM signature is wrong, so it may be an impostor"
            ) { try await Connection.connect(configuration) }
        }

        @Test func anEagerStartTakesThemToo() async throws {
            let keys = try await Self.keys(.postgres17)
            var configuration = try await LiveServer.postgres17.configuration
            configuration.password = nil
            configuration.scramKeys = SCRAMKeys(clientKey: keys.client, serverKey: keys.server)
            configuration.eagerStart = true
            configuration.tls.negotiation = .direct
            try await Connection.withConnection(configuration) { db in
                try await db.expectEcho(of: 3)
                #expect(try await db.traffic().flights == 3)
            }
        }

        /// They prove the server, so one that asks for nothing is not believed where it could be another.
        @Test func theyHaveTheRightLength() {
            let key = [UInt8](repeating: 1, count: 32)
            for (client, server) in [(31, 32), (32, 31), (0, 32), (32, 33)] {
                let (first, second) = ([UInt8](repeating: 1, count: client), [UInt8](repeating: 1, count: server))
                #expect(SCRAMKeys(clientKey: first, serverKey: second) == nil)
            }
            var shown = ""
            dump(SCRAMKeys(clientKey: key, serverKey: key), to: &shown)
            #expect(!shown.contains("16843009") && shown.contains("redacted"))
        }
    }
}
