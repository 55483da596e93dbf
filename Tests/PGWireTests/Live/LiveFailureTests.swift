import LocalPostgres
import PGWire
import Testing

extension Live {
    /// What goes wrong with real servers is told in one clear sentence, here word for word.
    @Suite struct Failures {
        /// The login that is tried, and the sentence without its beginning, `login to <server> as role "<user>" refused: `.
        private struct Login: Sendable {
            var what: String
            var user: String?
            var password: String?
            var database: String?
            var isTLS = true
            var direct: String
            var pooled: String?
        }

        private static let advice =
            "check that role \"%\" exists and that the server's pg_hba.conf lets it in from here"
        private static let poolerAdvice =
            "a pooler says so when the password is wrong or it does not know role \"%\"; check both"

        private static let logins = [
            Login(
                what: "wrong password", password: "wrong secret",
                direct:
                    "password authentication failed for user \"%\" (SQLSTATE 28P01); check the password, and that role "
                    + "\"%\" exists",
                pooled: "SASL authentication failed (SQLSTATE 08P01); \(poolerAdvice)"),
            Login(
                what: "unknown role", user: "nobody_here",
                direct:
                    "password authentication failed for user \"%\" (SQLSTATE 28P01); check the password, and that role "
                    + "\"%\" exists",
                pooled: "SASL authentication failed (SQLSTATE 08P01); \(poolerAdvice)"),
            Login(
                what: "unknown database", database: "nothing_here",
                direct: "database \"nothing_here\" does not exist (SQLSTATE 3D000); check the name of database "
                    + "\"nothing_here\", or create it",
                pooled: "database \"nothing_here\" does not exist (SQLSTATE 08P01); check the name of database "
                    + "\"nothing_here\", and the pooler's list of databases"),
        ]

        @Test(arguments: LiveServer.allCases) func refusedLogins(_ server: LiveServer) async throws {
            let good = try await server.configuration
            for login in Self.logins {
                var configuration = good
                if let user = login.user { configuration.user = user }
                if let password = login.password { configuration.password = Secret(password) }
                if let database = login.database { configuration.database = database }
                let start = ContinuousClock.now
                let error = try await failure { try await Connection.connect(configuration) }
                let reason = (server == .pgBouncer ? login.pooled : nil) ?? login.direct
                let expected =
                    "login to \(configuration.endpoints[0]) as role \"\(configuration.user)\" refused: "
                    + reason.split(separator: "%", omittingEmptySubsequences: false).joined(
                        separator: configuration.user)
                #expect("\(error)" == expected, "\(login.what)")
                #expect(.now - start < .seconds(5))
                #expect(!error.isSafeToRetry)
                #expect(!"\(error)".contains("wrong secret"))
                #expect(!"\(error)".contains(good.password?.value ?? "?"))
                #expect(!String(reflecting: error).contains(good.password?.value ?? "?"))
            }
        }

        @Test func policiesHold() async throws {
            let server = LiveServer.postgres15
            let good = try await server.configuration
            let endpoint = "\(good.endpoints[0])"
            func text(_ user: String, _ change: (inout Connection.Configuration) -> Void = { _ in }) async throws
                -> String
            {
                var configuration = good
                configuration.user = user
                configuration.password = Secret(LiveServers.rolePassword)
                change(&configuration)
                do {
                    return try await Connection.withConnection(configuration) {
                        try await $0.fetchOne("SELECT current_user", as: String.self)
                    }
                } catch {
                    #expect(!"\(error)".contains(LiveServers.rolePassword))
                    return "\(error)"
                }
            }
            for user in ["cleartext", "hashed", "trusted"] { #expect(try await text(user) == user) }
            #expect(
                try await text("rejected").hasPrefix(
                    "login to \(endpoint) as role \"rejected\" refused: pg_hba.conf rejects connection for host"))
            #expect(
                try await text("cleartext") { $0.password = nil }
                    == "\(endpoint) demands a password for role \"cleartext\", and none is configured")
            #expect(
                try await text("tlsonly") { $0.password = nil }
                    == "\(endpoint) demands a password for role \"tlsonly\", and none is configured")
            for (user, method) in [("cleartext", "password"), ("hashed", "md5")] {
                #expect(
                    try await text(user) { $0.authentication.allowed = [.scramSHA256] }
                        == "login to \(endpoint) given up: the server asks for \(method) authentication, but require_auth "
                        + "allows only scram-sha-256")
                #expect(
                    try await text(user) { $0.authentication.channelBinding = .require }
                        == "login to \(endpoint) given up: channel_binding=require needs SCRAM authentication, but the server "
                        + "chose \(method)")
            }
            #expect(
                try await text("trusted") { $0.authentication.allowed = [.scramSHA256] }
                    == "login to \(endpoint) given up: the server let us in without authentication, but require_auth allows "
                    + "only scram-sha-256")
        }

        @Test func channelBindingIsUsedWhereItIsOffered() async throws {
            for server in LiveServer.allCases {
                let sent = Log<String>()
                try await server.connected {
                    $0.trafficObserver = { direction, bytes in
                        guard direction == .sent else { return }
                        sent.append(bytes.withUnsafeBytes { String(decoding: $0, as: UTF8.self) })
                    }
                } _: {
                    try await $0.execute("SELECT 1")
                }
                let all = sent.all.joined()
                switch server {
                case .postgres15, .postgres17:
                    #expect(all.contains("SCRAM-SHA-256-PLUS\0") && all.contains("p=tls-server-end-point,,"))
                // With TLS, but no PLUS on offer: `y`, by which the server would notice that somebody removed it.
                case .pgBouncer: #expect(all.contains("SCRAM-SHA-256\0") && all.contains("y,,n="))
                case .postgres18: #expect(all.contains("SCRAM-SHA-256\0") && all.contains("n,,n="))
                }
            }
            let refusals = [
                (
                    LiveServer.pgBouncer,
                    "channel_binding=require, but the server does not offer SCRAM-SHA-256-PLUS, as poolers do not: "
                        + "use channel_binding=prefer there"
                ),
                (
                    .postgres18,
                    "channel_binding=require needs TLS, and this connection has none: "
                        + "use sslmode=require or stronger"
                ),
            ]
            for (server, reason) in refusals {
                var configuration = try await server.configuration
                configuration.authentication.channelBinding = .require
                try await expectFailure("login to \(configuration.endpoints[0]) given up: \(reason)") {
                    try await Connection.connect(configuration)
                }
            }
            for server in [LiveServer.postgres15, .postgres17] {
                try await server.connected {
                    $0.authentication.channelBinding = .require
                } _: {
                    try await $0.execute("SELECT 1")
                }
                try await server.connected {
                    $0.authentication.channelBinding = .disable
                } _: {
                    try await $0.execute("SELECT 1")
                }
            }
        }

        @Test func serversThatAreNotThere() async throws {
            // A port that was just free, and is again.
            let refused = try ClosedPort()
            let directory = TemporaryDirectory()
            let cases: [(Endpoint, String)] = [
                (
                    Endpoint(host: "127.0.0.1", port: refused.port),
                    "could not connect to 127.0.0.1:\(refused.port): Connection refused; check that a server runs there and "
                        + "listens on this address and port"
                ),
                (
                    Endpoint(host: "no-such-host.invalid", port: 5432),
                    "the host name \"no-such-host.invalid\" cannot be resolved (%): check its spelling and this machine's DNS"
                ),
                (
                    Endpoint(host: directory.path, port: 5432),
                    "could not connect to \(directory.path)/.s.PGSQL.5432: No such file or directory; check that the server "
                        + "runs on this machine and that the directory and the port are right"
                ),
            ]
            for (endpoint, expected) in cases {
                var configuration = Connection.Configuration(host: "x", user: "scribe", password: "top secret")
                configuration.endpoints = [endpoint]
                configuration.connectTimeout = .seconds(5)
                let start = ContinuousClock.now
                let error = try await failure { try await Connection.connect(configuration) }
                // What the resolver says depends on the machine's network.
                let parts = expected.split(separator: "%").map(String.init)
                #expect(parts.allSatisfy("\(error)".contains), "\(error)")
                if parts.count == 1 { #expect("\(error)" == expected) }
                #expect(.now - start < .seconds(6))
                #expect(!"\(error)".contains("top secret"))
            }
        }

        /// Numeric addresses are read without the resolver, but for forms that only it knows.
        @Test(arguments: ["127.0.0.1", "::ffff:127.0.0.1", "::FFFF:7f00:1", "127.1"])
        func addressesOfBothFamilies(host: String) async throws {
            let port = try await LiveServer.postgres15.configuration.endpoints[0].port
            let peer = try await LiveServer.postgres15.connected {
                $0.endpoints = [Endpoint(host: host, port: port)]
                $0.tls.mode = .require
                $0.tls.trustRoots = .system
            } _: { db in
                try await db.fetchOne("SELECT host(inet_client_addr())", as: String.self)
            }
            #expect(peer == "127.0.0.1")
            let closed = try ClosedPort().port
            let error = try await failure {
                try await Connection.connect(Connection.Configuration(host: host, port: closed, user: "x"))
            }
            let place = host.contains(":") ? "[\(host)]:\(closed)" : "\(host):\(closed)"
            #expect("\(error)".hasPrefix("could not connect to \(place)"), "\(error)")
        }

        @Test(arguments: LiveServer.direct) func hostsAreTriedInOrder(_ server: LiveServer) async throws {
            let closed = try ClosedPort()
            var configuration = try await server.configuration
            let good = configuration.endpoints[0]
            let dead = Endpoint(host: "127.0.0.1", port: closed.port)
            let nameless = Endpoint(host: "no-such-host.invalid", port: 5432)
            configuration.endpoints = [dead, nameless, good]
            try await Connection.withConnection(configuration) { #expect($0.endpoint == good) }
            configuration.endpoints = [good, dead]
            try await Connection.withConnection(configuration) { #expect($0.endpoint == good) }
            // A name with several addresses: this server does not listen on ::1, where there is one.
            configuration.endpoints = [Endpoint(host: "localhost", port: good.port)]
            try await Connection.withConnection(configuration) { #expect($0.endpoint.host == "localhost") }
            configuration.endpoints = [dead, Endpoint(host: "localhost", port: closed.port)]
            let error = try await failure { try await Connection.connect(configuration) }
            let text = "\(error)"
            #expect(text.contains("127.0.0.1:\(closed.port): Connection refused"), "\(text)")
            #expect(text.contains("; then could not connect to localhost:\(closed.port)"), "\(text)")
            #expect(error.isSafeToRetry)
            // A wrong password is wrong everywhere: no further host is asked.
            configuration.endpoints = [good, dead]
            configuration.password = Secret("wrong")
            #expect(
                try await serverFailure { try await Connection.connect(configuration) }.sqlState == .invalidPassword)
        }
    }
}
