import LocalPostgres
import PGWire
import Testing

extension Live {
    /// Which statements are prepared under a name, and what is found out before any is.
    @Suite struct PoolerModes {
        private typealias Sent = SentRequests

        /// Ways to run a statement of one `int4` parameter that returns it.
        enum Way: CaseIterable, Sendable {
            case fetch, stream, each, execute

            func run(_ db: borrowing some Queryable & ~Copyable, _ value: Int32) async throws {
                let sql: SQL = "SELECT \(value) AS value"
                switch self {
                case .fetch:
                    let seen = try await db.fetchAll(sql, as: Int32.self)
                    #expect(seen == [value])
                case .stream:
                    var seen: [Int32] = []
                    for try await row in db.query(sql) { seen.append(try row.decode("value")) }
                    #expect(seen == [value])
                case .each:
                    var seen: [Int32] = []
                    try await db.forEachRow(sql) { row in seen.append(try row.decode("value")) }
                    #expect(seen == [value])
                case .execute:
                    let tag = try await db.execute(sql)
                    #expect(tag.description == "SELECT 1")
                }
            }
        }

        @Test(arguments: LiveServer.direct, Way.allCases)
        func theThirdUseIsNamed(_ server: LiveServer, _ way: Way) async throws {
            let sent = SentRequests()
            try await server.connected {
                $0.trafficObserver = sent.observe
            } _: { db in
                #expect("\(db.poolerMode)" == "direct (neither the port nor the host's name says pooler)")
                _ = sent.take()
                let expected = [
                    Sent.unnamed, Sent.unnamedWithQuestion, Sent.preparing("pgwire_1"), Sent.prepared("pgwire_1"),
                    Sent.prepared("pgwire_1"),
                ]
                for (use, words) in expected.enumerated() {
                    try await way.run(db, Int32(use))
                    #expect(sent.takeWords() == words, "use \(use + 1)")
                }
                #expect(try await db.preparedStatements() == ["pgwire_1"])
                _ = sent.take()
                // The answer holds for the connection: another statement is named when it comes again.
                for words in [Sent.unnamed, Sent.preparing("pgwire_2"), Sent.prepared("pgwire_2")] {
                    #expect(try await db.fetchOne("SELECT \("text")", as: String.self) == "text")
                    #expect(sent.takeWords() == words)
                }
                #expect(db.poolerMode.kind == .direct)
            }
        }

        /// What sets the timeout is a statement of our own too, and its answer is not taken for that of the process.
        @Test(arguments: LiveServer.direct) func theThirdUseIsNamedWhereTimeoutsAreSet(
            _ server: LiveServer
        ) async throws {
            try await server.connected {
                $0.statementTimeout = .seconds(30)
            } _: { db in
                for use in 1...4 { try await Way.fetch.run(db, Int32(use)) }
                #expect(db.poolerMode.kind == .direct, "\(db.poolerMode)")
                #expect(try await db.preparedStatements() == ["pgwire_1"])
            }
        }

        /// The types of the parameters and the text together are the statement.
        @Test(arguments: LiveServer.direct) func anotherTypeIsAnotherStatement(_ server: LiveServer) async throws {
            try await server.connected {
                $0.poolerMode = .direct
            } _: { db in
                for _ in 1...3 {
                    #expect(try await db.fetchOne("SELECT \(Int32(1))", as: Int32.self) == 1)
                    #expect(try await db.fetchOne("SELECT \("one")", as: String.self) == "one")
                    let none: Int32? = try await db.fetchOne("SELECT \(Int32?.none)", as: Int32?.self)
                    #expect(none == nil)
                }
                #expect(try await db.preparedStatements() == ["pgwire_1", "pgwire_2"])
            }
        }

        @Test(arguments: LiveServer.direct, [PoolerMode.Kind.direct, .session])
        func whatIsSaidIsNotAsked(_ server: LiveServer, _ kind: PoolerMode.Kind) async throws {
            let sent = SentRequests()
            try await server.connected {
                $0.trafficObserver = sent.observe
                $0.poolerMode = kind
            } _: { db in
                #expect("\(db.poolerMode)" == "\(kind.rawValue) (the configuration says so)")
                _ = sent.take()
                for words in [Sent.unnamed, Sent.preparing("pgwire_1"), Sent.prepared("pgwire_1")] {
                    try await Way.fetch.run(db, 1)
                    #expect(sent.takeWords() == words)
                }
            }
        }

        @Test(arguments: LiveServer.allCases) func nothingIsNamedWhereThatIsSaid(_ server: LiveServer) async throws {
            for change: @Sendable (inout Connection.Configuration) -> Void in [
                { $0.poolerMode = .transaction }, { $0.statementCacheCapacity = 0 },
                {
                    // As Supabase's are called; the address is that of the test's server.
                    $0.endpoints[0].address = $0.endpoints[0].host
                    $0.endpoints[0].host = "aws-0-eu-central-1.pooler.supabase.com"
                    $0.tls = .init(mode: .disable)
                },
            ] {
                let sent = SentRequests()
                try await server.connected {
                    change(&$0)
                    $0.trafficObserver = sent.observe
                } _: { db in
                    _ = sent.take()
                    for _ in 1...4 {
                        try await Way.fetch.run(db, 1)
                        #expect(sent.takeWords() == Sent.unnamed)
                    }
                    #expect(try await db.preparedStatements() == [])
                }
            }
        }

        /// A pooler on an ordinary port is found out, at no round trip of its own, before anything is named.
        @Test(arguments: [Duration?.none, .seconds(30)]) func aPoolerIsFoundOut(_ timeout: Duration?) async throws {
            let sent = SentRequests()
            try await LiveServer.pgBouncer.connected {
                $0.trafficObserver = sent.observe
                $0.statementTimeout = timeout
            } _: { db in
                #expect(db.poolerMode.kind == .direct)
                try await Way.fetch.run(db, 1)
                #expect(db.poolerMode.kind == .direct)
                let before = try await db.traffic()
                try await Way.fetch.run(db, 2)
                #expect(try await db.traffic().flights == before.flights + 1)
                #expect(
                    "\(db.poolerMode)"
                        == "transaction pooler (the process that answers is not the one that was connected to, so a pooler "
                        + "is between)")
                _ = sent.take()
                for use in 3...6 { try await Way.fetch.run(db, Int32(use)) }
                #expect(!sent.takeWords().contains { $0.contains("pgwire_") || $0.contains("question") })
                #expect(try await db.preparedStatements() == [])
            }
        }

        /// Several clients share one server connection, and none meets what another has left there.
        @Test func clientsInterleavedOverOneServerConnection() async throws {
            var options = LocalPgBouncer.Options()
            options.poolSize = 1
            let pooler = try await LocalPgBouncer.start(inFrontOf: LiveServers.postgres15.value, options)
            let configuration = try Connection.Configuration(pooler.connectionURI)
            try await Connection.withConnection(configuration) { one in
                try await Connection.withConnection(configuration) { two in
                    var processes: Set<Int32> = []
                    for value in 0..<8 {
                        for db in [one, two, two, one] {
                            // The same name would be given to the first statement of each.
                            let first: SQL = db === one ? "SELECT \(Int32(value)) + 1" : "SELECT \(Int32(value)) * 2"
                            let result = try await db.fetchOne(first, as: Int32.self)
                            #expect(result == (db === one ? Int32(value) + 1 : Int32(value) * 2))
                            processes.insert(try await db.fetchOne("SELECT pg_backend_pid()", as: Int32.self))
                        }
                    }
                    #expect(processes.count == 1)
                    #expect(one.poolerMode.kind == .transaction && two.poolerMode.kind == .transaction)
                    #expect(try await one.preparedStatements() == [])
                    // In a transaction the server connection is held, but it goes on to others afterwards.
                    for _ in 1...4 { try await one.transaction { tx in try await Way.fetch.run(tx, 1) } }
                    #expect(try await two.preparedStatements() == [])
                }
            }
            await pooler.stop()
        }

        /// Whoever has the pool's only server connection keeps the others waiting no longer than their own deadline says.
        @Test func beginWaitsForAServerConnectionInVainNoLongerThanAllowed() async throws {
            var options = LocalPgBouncer.Options()
            options.poolSize = 1
            let pooler = try await LocalPgBouncer.start(inFrontOf: LiveServers.postgres15.value, options)
            var configuration = try Connection.Configuration(pooler.connectionURI)
            configuration.statementTimeout = .milliseconds(300)
            try await Connection.withConnection(configuration) { one in
                try await Connection.withConnection(configuration) { two in
                    try await one.transaction { tx in
                        try await tx.execute("SELECT 1")
                        let start = ContinuousClock.now
                        let error = try await failure { try await two.transaction { _ in } }
                        guard case .connection(let own) = error else { throw error }
                        #expect(own.reason == .timedOut)
                        #expect(start.duration(to: .now) < .seconds(10))
                    }
                }
            }
            await pooler.stop()
        }

        /// From then on text would mean something else: the connection says so, and is not used again.
        @Test(arguments: LiveServer.allCases) func anotherEncodingEndsTheConnection(_ server: LiveServer) async throws {
            try await server.connected { db in
                let error = try await failure { try await db.execute("SET client_encoding = 'LATIN1'") }
                #expect("\(error)".contains("client_encoding was changed to LATIN1"))
                // It is not used again.
                let second = try await failure { try await db.execute("SELECT 1") }
                guard case .connection = second else { throw second }
            }
            // What the pooler gives to the next client is as that one wants it.
            try await server.connected { db in
                let (text, encoding) = try await db.fetchOne(
                    "SELECT '\u{e9}'::text, current_setting('client_encoding')", as: (String, String).self)
                #expect(text == "\u{e9}" && encoding == "UTF8")
            }
        }

        /// A pooler that gives a connection a server process of its own: by itself it counts as any pooler, and when it is
        /// said, statements are named.
        @Test func aPoolerOfSessions() async throws {
            var options = LocalPgBouncer.Options()
            options.poolMode = .session
            let pooler = try await LocalPgBouncer.start(inFrontOf: LiveServers.postgres15.value, options)
            var configuration = try Connection.Configuration(pooler.connectionURI)
            for isSaid in [false, true] {
                if isSaid { configuration.poolerMode = .session }
                try await Connection.withConnection(configuration) { db in
                    for value in 1...4 { try await Way.fetch.run(db, Int32(value)) }
                    #expect(db.poolerMode.kind == (isSaid ? .session : .transaction))
                    #expect(try await db.preparedStatements() == (isSaid ? ["pgwire_1"] : []))
                }
            }
            await pooler.stop()
        }
    }
}
