import LocalPostgres
import PGWire
import Testing

extension Live {
    /// `eagerStart`: the login does not wait where it need not, and is finished by the first call.
    @Suite struct EagerStart {
        private static let servers: [LiveServer] = [.postgres15, .postgres17]

        /// An eager configuration; direct TLS where the server knows it.
        private static func configuration(_ server: LiveServer) async throws -> Connection.Configuration {
            var configuration = try await server.configuration
            configuration.eagerStart = true
            if server == .postgres17 { configuration.tls.negotiation = .direct }
            return configuration
        }

        @Test(arguments: servers) func theFirstRowComesSooner(_ server: LiveServer) async throws {
            var configuration = try await Self.configuration(server)
            // It is SCRAM-SHA-256-PLUS that was begun.
            configuration.authentication.channelBinding = .require
            try await Connection.withConnection(configuration) { db in
                #expect(db.backendProcessID == nil)
                let answer = try await db.fetchOne("SELECT \(6) * 7", as: Int.self)
                #expect(answer == 42)
                // ClientHello; Finished with Startup and SASL initial; SASL response with the query. PostgreSQL 15 is
                // asked for TLS before.
                #expect(try await db.traffic().flights == (server == .postgres17 ? 3 : 4))
                #expect(try await db.fetchOne("SELECT 43", as: Int.self) == 43)
                #expect(try await db.parameter("server_version") != nil)
                #expect(try await db.traffic().flights == (server == .postgres17 ? 4 : 5))
            }
            configuration.authentication.channelBinding = .disable
            try await Connection.withConnection(configuration) { try await $0.execute("SELECT 1") }
        }

        @Test(arguments: servers) func anyCallMayBeTheFirst(_ server: LiveServer) async throws {
            let configuration = try await Self.configuration(server)
            for kind in 0..<6 {
                try await Connection.withConnection(configuration) { db in
                    switch kind {
                    case 0: #expect(try await db.parameter("client_encoding") == "UTF8")
                    case 1: #expect(try await db.execute(script: "SELECT 1; SELECT 2").count == 2)
                    case 2:
                        let sum = try await db.transaction { tx in
                            try await tx.query("SELECT i FROM generate_series(1, 1000) i", as: Int.self).reduce(0, +)
                        }
                        #expect(sum == 500_500)
                    case 3:
                        for try await row in db.query("SELECT i FROM generate_series(1, 1000000) i", as: Int.self) {
                            #expect(row == 1)
                            break
                        }
                    case 4: #expect(try await serverFailure { try await db.execute("SELEC") }.sqlState == .syntaxError)
                    // A value that cannot be sent: nothing is, and the connection goes on.
                    default:
                        let error = try await failure { try await db.execute("SELECT \("a\0b")") }
                        guard case .encoding = error else { throw error }
                    }
                    #expect(try await db.fetchOne("SELECT \(kind)", as: Int.self, timeout: .seconds(10)) == kind)
                }
            }
        }

        /// The same words as ever, from the first call; the statement sent with it was not carried out.
        @Test(arguments: servers) func aRefusedLoginIsTheFirstCallsError(_ server: LiveServer) async throws {
            let configuration = try await Self.configuration(server)
            let table = "eager_\(UInt32.random(in: 0 ... .max))"
            try await server.observed { observer in
                try await observer.execute("CREATE TABLE \(identifier: table) (id int)")
                for change in [
                    { (configuration: inout Connection.Configuration) in configuration.password = Secret("wrong") },
                    { $0.user = "nobody" }, { $0.database = "no such database" },
                ] {
                    var wrong = configuration
                    change(&wrong)
                    var patient = wrong
                    patient.eagerStart = false
                    let expected = try await failure { [patient] in try await Connection.connect(patient) }
                    let db = try await Connection.connect(wrong)
                    let error = try await failure {
                        try await db.execute("INSERT INTO \(identifier: table) VALUES (1)")
                    }
                    #expect("\(error)" == "\(expected)")
                    #expect(error.isSafeToRetry == expected.isSafeToRetry)
                    let later = try await failure { try await db.execute("SELECT 1") }
                    #expect("\(later)".contains("ended in an earlier call"), "\(later)")
                    await db.close()
                }
                #expect(try await observer.fetchOne("SELECT count(*) FROM \(identifier: table)", as: Int.self) == 0)
                try await observer.execute("DROP TABLE \(identifier: table)")
            }
        }

        @Test func whatAsksForAnotherLoginIsRefused() async throws {
            var configuration = try await Self.configuration(.postgres15)
            let endpoint = configuration.endpoints[0]
            configuration.password = Secret(LiveServers.rolePassword)
            for (user, request) in [
                ("trusted", "AuthenticationOk"), ("hashed", "AuthenticationMD5Password"),
                ("cleartext", "AuthenticationCleartextPassword"),
            ] {
                configuration.user = user
                try await expectFailure(
                    "login to \(endpoint) given up: the login was begun by SCRAM before the server asked for anything, and it "
                        + "answers by \(request): turn eagerStart off for it"
                ) { [configuration] in try await Connection.connect(configuration) }
            }
        }

        /// A login without a password has nothing to begin, and a Unix socket no certificate that could vouch for the server.
        @Test func whatTakesNoPartInIt() async throws {
            var withoutPassword = try await Self.configuration(.postgres15)
            withoutPassword.user = "trusted"
            withoutPassword.password = nil
            var local = try await Self.configuration(.postgres17)
            let cluster = try await LiveServer.postgres17.cluster
            local.endpoints = [Endpoint(host: cluster.socketDirectory, port: UInt16(cluster.port))]
            for configuration in [withoutPassword, local] {
                try await Connection.withConnection(configuration) { db in
                    #expect(db.backendProcessID != nil)
                    try await db.execute("SELECT 1")
                }
            }
        }

        @Test(arguments: servers) func aConnectionThatIsNotUsedIsClosed(_ server: LiveServer) async throws {
            var configuration = try await Self.configuration(server)
            configuration.applicationName = "unused_\(UInt32.random(in: 0 ... .max))"
            let name = configuration.applicationName
            try await server.observed { observer in
                try await Connection.withConnection(configuration) { _ in }
                do { _ = try await Connection.connect(configuration) }
                try await observer.wait(
                    for: "NOT EXISTS (SELECT FROM pg_stat_activity WHERE application_name = \(name))")
            }
        }

        @Test(arguments: servers) func cancellingTheFirstCallReachesTheServer(_ server: LiveServer) async throws {
            let mark = "eager_\(UInt32.random(in: 0 ... .max))"
            let running = SQL.isRunning(mark)
            try await server.observed { observer in
                try await Connection.withConnection(Self.configuration(server)) { db in
                    let task = Task { try await db.execute(SQL(raw: "SELECT pg_sleep(600) /* \(mark) */")) }
                    try await observer.wait(for: running)
                    task.cancel()
                    await #expect(throws: CancellationError.self) { try await task.value }
                    #expect(try await observer.fetchOne("SELECT NOT (\(running))", as: Bool.self))
                    #expect(try await db.fetchOne("SELECT 1", as: Int.self) == 1)
                }
                // Before the login's last answers are even read.
                try await Connection.withConnection(Self.configuration(server)) { db in
                    let task = Task {
                        withUnsafeCurrentTask { $0?.cancel() }
                        return try await db.execute("SELECT pg_sleep(600)")
                    }
                    await #expect(throws: CancellationError.self) { try await task.value }
                    try await db.execute("SELECT 1")
                }
            }
        }

        @Test func whatItDoesNotGoTogetherWith() async throws {
            for mode: SSLMode in [.disable, .allow, .prefer, .require] {
                var configuration = Connection.Configuration(host: "127.0.0.1", user: "x", tls: .init(mode: mode))
                configuration.eagerStart = true
                try await expectFailure(
                    "eagerStart needs sslmode=verify-ca or verify-full, as the first statement is sent before the server has "
                        + "proved that it knows the password"
                ) { [configuration] in try await Connection.connect(configuration) }
            }
            for (host, port, reason): (String, UInt16, String) in [
                ("db.example", 6543, "port 6543 is that of Supabase's transaction pooler"),
                ("db.example", 6432, "port 6432 is that of PgBouncer"),
                ("aws-0-eu.Pooler.example", 5432, "the host's name says pooler"),
            ] {
                var configuration = Connection.Configuration(
                    host: host, port: port, user: "x", tls: .init(mode: .verifyFull))
                configuration.eagerStart = true
                try await expectFailure(
                    "eagerStart is for PostgreSQL itself, but \(host):\(port) is taken for a pooler, as \(reason): turn it off, "
                        + "or set poolerMode to direct"
                ) { [configuration] in try await Connection.connect(configuration) }
            }
        }
    }
}
