import LocalPostgres
import PGWire
import PGWireTesting
import Testing

extension Live {
    /// Real servers behind a proxy that does what networks do on their worst days, and what the client says to it.
    @Suite struct Proxy {
        /// Runs `body` with a connection through a proxy.
        private static func connected(
            _ server: LiveServer = .postgres18, _ faults: FaultyProxy.Faults = .init(),
            _ body: (Connection, FaultyProxy) async throws -> Void
        ) async throws {
            let configuration = try await server.configuration
            try await FaultyProxy.run(to: configuration.endpoints[0], faults: faults) { proxy in
                try await Connection.withConnection(proxy.redirect(configuration)) { db in try await body(db, proxy) }
            }
        }

        /// Expects that `body` ends by an error of the connection, with this reason and, if given, in this phase.
        @discardableResult
        private static func expectEnd<R>(
            _ reason: ConnectionError.Reason, _ phase: ConnectionError.Phase? = nil,
            sourceLocation: SourceLocation = #_sourceLocation, _ body: () async throws -> R
        ) async throws -> ConnectionError {
            let error = try await failure(sourceLocation: sourceLocation, of: body)
            guard case .connection(let connection) = error else { throw error }
            #expect(connection.reason == reason && phase ?? connection.phase == connection.phase, "\(error)")
            return connection
        }

        /// Runs a statement that takes its time, and returns when the server is at it: a cancel request that comes before
        /// the statement would be lost.
        private static func sleep(_ db: Connection, _ server: LiveServer) async throws -> Task<CommandTag, any Error> {
            let mark = "proxy_\(UInt32.random(in: 0 ... .max))"
            let task = Task { try await db.execute(SQL(raw: "SELECT pg_sleep(600) /* \(mark) */")) }
            try await server.observed { observer in
                try await observer.wait(
                    for: """
                        SELECT count(*) = 1 FROM pg_stat_activity
                        WHERE wait_event = 'PgSleep' AND query LIKE \("%\(mark)%") AND pid <> pg_backend_pid()
                        """)
            }
            return task
        }

        /// A text of so many bytes, there and back.
        private static func expectEcho(_ db: Connection, bytes: Int) async throws {
            let text = String(repeating: "x", count: bytes)
            let answer = try await db.fetchOne("SELECT \(text)::text", as: String.self)
            #expect(answer == text)
        }

        /// The answer to the second of two statements is lost, and that of the third comes in its place.
        @Test func messagesAreChanged() async throws {
            var configuration = try await LiveServer.postgres18.configuration
            configuration.tls = .disabled
            let proxy = try FaultyProxy(to: configuration.endpoints[0]) {
                var count = 0
                return { message in
                    guard message.type == UInt8(ascii: "C") else { return [message] }
                    count += 1
                    return count == 2 ? [] : [message]
                }
            }
            defer { proxy.stop() }
            try await Connection.withConnection(proxy.redirect(configuration)) { db in
                let one = try await db.fetchOne("SELECT 1", as: Int.self)
                #expect(one == 1)
                let error = try await failure { try await db.fetchOne("SELECT 2", as: Int.self) }
                guard case .protocolViolation = error else { throw error }
                try await Self.expectEnd(.closed) { try await db.execute("SELECT 3") }
            }
        }

        @Test(arguments: LiveServer.allCases) func withoutFaultsNothingHappens(_ server: LiveServer) async throws {
            try await Self.connected(server) { db, proxy in
                try await Self.expectEcho(db, bytes: 1_000_000)
                // A cancel request comes by a connection of its own.
                let task = try await Self.sleep(db, server)
                task.cancel()
                await #expect(throws: CancellationError.self) { try await task.value }
                try await db.expectEcho(of: 1)
                #expect(proxy.connectionCount == 2)
                try await eventually("the cancel request is gone") { proxy.openConnectionCount == 1 }
            }
            let cluster = try await server.cluster
            var local = try Connection.Configuration(cluster.connectionURI)
            local.tls = .disabled
            let socket = Endpoint(host: cluster.socketDirectory, port: UInt16(cluster.port))
            try await FaultyProxy.run(to: socket) { proxy in
                try await Connection.withConnection(proxy.redirect(local)) { try await $0.expectEcho(of: 2) }
            }
        }

        /// Each way by itself; and a delay only, however much is sent.
        @Test func latency() async throws {
            for (toServer, toClient) in [(40, 0), (0, 40), (40, 40)] {
                try await Self.connected { db, proxy in
                    var faults = FaultyProxy.Faults()
                    faults.toServer.latency = .milliseconds(toServer)
                    faults.toClient.latency = .milliseconds(toClient)
                    proxy.faults = faults
                    let start = ContinuousClock.now
                    try await db.expectEcho(of: 1)
                    #expect(.now - start >= .milliseconds(toServer + toClient))
                    // 20 MB are more than 300 reads: one after the other they would take 12 seconds.
                    try await Self.expectEcho(db, bytes: 10_000_000)
                    #expect(.now - start < .seconds(11))
                }
            }
        }

        @Test(arguments: [LiveServer.postgres15, .postgres18]) func cuts(_ server: LiveServer) async throws {
            // In the middle of the answer, and of the question.
            for cut in [FaultyProxy.Cut.close, .reset] {
                for isAnswer in [true, false] {
                    try await Self.connected(server) { db, proxy in
                        var faults = FaultyProxy.Faults()
                        faults.cut = cut
                        if isAnswer { faults.toClient.cutsAfter = 9 } else { faults.toServer.cutsAfter = 9 }
                        proxy.faults = faults
                        try await Self.expectEnd(.lost, .query) { try await db.execute("SELECT 1") }
                        try await eventually("it is gone") { proxy.openConnectionCount == 0 }
                    }
                }
                // On command, while nothing is under way.
                try await Self.connected(server) { db, proxy in
                    try await db.expectEcho(of: 1)
                    proxy.cut(cut)
                    #expect(proxy.openConnectionCount == 0)
                    try await Self.expectEnd(.lost) { try await db.execute("SELECT 2") }
                }
                // While a statement is under way.
                try await Self.connected(server) { db, proxy in
                    let task = try await Self.sleep(db, server)
                    proxy.cut(cut)
                    let error = try await Self.expectEnd(.lost, .query) { try await task.value }
                    #expect(error.description.contains("reset by peer") == (cut == .reset), "\(error)")
                }
            }
            // During login, after each of its first bytes.
            let configuration = try await server.configuration
            for count in [0, 1, 9, 100] {
                var faults = FaultyProxy.Faults()
                faults.toClient.cutsAfter = count
                try await FaultyProxy.run(to: configuration.endpoints[0], faults: faults) { proxy in
                    let error = try await failure { try await Connection.connect(proxy.redirect(configuration)) }
                    #expect(error.isSafeToRetry || "\(error)".contains("TLS"), "\(count): \(error)")
                }
            }
        }

        @Test(arguments: [LiveServer.postgres15, .postgres18]) func stalls(_ server: LiveServer) async throws {
            var configuration = try await server.configuration
            configuration.connectTimeout = .milliseconds(300)
            for count in [0, 20] {
                var faults = FaultyProxy.Faults()
                faults.toClient.stallsAfter = count
                try await FaultyProxy.run(to: configuration.endpoints[0], faults: faults) { proxy in
                    try await Self.expectEnd(.timedOut) { try await Connection.connect(proxy.redirect(configuration)) }
                }
            }
            // Going on again loses nothing.
            try await Self.connected(server) { db, proxy in
                proxy.faults = .stalled
                let task = Task { try await Self.expectEcho(db, bytes: 1_000_000) }
                proxy.faults = .init()
                try await task.value
                proxy.faults.toClient.stallsAfter = 7
                let before = proxy.bytesToClient
                let served = Log<Int>()
                let other = Task {
                    try await db.expectEcho(of: 8)
                    served.append(8)
                }
                try await eventually("the beginning came") { proxy.bytesToClient >= before + 7 }
                #expect(served.all == [])
                proxy.faults.toClient.stallsAfter = nil
                try await other.value
            }
        }

        @Test func aStatementWhoseAnswerNeverComes() async throws {
            try await Self.connected { db, proxy in
                try await db.expectEcho(of: 1)
                proxy.faults = .stalled
                let start = ContinuousClock.now
                let task = Task { try await db.execute("SELECT pg_sleep(0.01)", timeout: .milliseconds(200)) }
                // Neither the server's answer nor a cancel request gets through.
                try await Self.expectEnd(.timedOut, .query) { try await task.value }
                #expect(.now - start > .seconds(2) && .now - start < .seconds(12))
            }
        }

        @Test(arguments: [LiveServer.postgres15, .postgres18]) func splitting(_ server: LiveServer) async throws {
            for size in [1, 3] {
                var faults = FaultyProxy.Faults()
                faults.toServer.pieceSize = size
                faults.toClient.pieceSize = size
                try await Self.connected(server, faults) { db, _ in
                    try await Self.expectEcho(db, bytes: 3000)
                    let error = try await serverFailure { try await db.execute("SELECT 1/0") }
                    #expect(error.sqlState == .divisionByZero)
                }
            }
        }

        @Test func corruption() async throws {
            // In clear: the type of a message, and a length.
            for (offset, server) in [(0, LiveServer.postgres18), (1, .postgres18), (3, .postgres18)] {
                try await Self.connected(server) { db, proxy in
                    proxy.faults.toClient.corruptsByteAt = offset
                    let error = try await failure { try await db.execute("SELECT 1") }
                    guard case .protocolViolation = error else { throw error }
                    // No other connection was made, to cancel anything; the one may be closed already.
                    #expect(proxy.openConnectionCount <= 1)
                }
            }
            // What the server gets.
            try await Self.connected { db, proxy in
                proxy.faults.toServer.corruptsByteAt = 0
                let error = try await serverFailure { try await db.execute("SELECT 1") }
                #expect(error.sqlState == .protocolViolation && error.isFatal)
            }
            // TLS notices any of them.
            for offset in [0, 8, 40] {
                try await Self.connected(.postgres15) { db, proxy in
                    proxy.faults.toClient.corruptsByteAt = offset
                    try await Self.expectEnd(.lost, .query) { try await db.execute("SELECT 1") }
                }
            }
        }

        @Test func refusing() async throws {
            let configuration = try await LiveServer.postgres18.configuration
            try await FaultyProxy.run(to: configuration.endpoints[0]) { proxy in
                let redirected = proxy.redirect(configuration)
                try await Connection.withConnection(redirected) { db in
                    for _ in 0..<3 {
                        proxy.refuse()
                        proxy.refuse()
                        try await Self.expectEnd(.unreachable, .connecting) { try await Connection.connect(redirected) }
                        // Who is there stays.
                        try await db.expectEcho(of: 1)
                        try proxy.admit()
                        try proxy.admit()
                        try await Connection.withConnection(redirected) { try await $0.expectEcho(of: 2) }
                    }
                }
            }
            // Nobody behind it: the client is not let wait.
            let closed = try ClosedPort()
            try await FaultyProxy.run(to: Endpoint(host: "127.0.0.1", port: closed.port)) { proxy in
                let error = try await failure { try await Connection.connect(proxy.redirect(configuration)) }
                #expect(error.isSafeToRetry, "\(error)")
            }
        }

        @Test func nothingIsLeft() async throws {
            let configuration = try await LiveServer.postgres18.configuration
            let proxy = try FaultyProxy(to: configuration.endpoints[0], faults: .stalled)
            let redirected = proxy.redirect(configuration)
            let task = Task { try await Connection.connect(redirected) }
            try await eventually("it connects") { proxy.connectionCount == 1 }
            proxy.stop()
            #expect(proxy.openConnectionCount == 0)
            try await Self.expectEnd(.lost) { try await task.value }
            try await Self.expectEnd(.unreachable) { try await Connection.connect(redirected) }
            proxy.stop()
        }
    }
}
