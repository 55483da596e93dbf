import LocalPostgres
import PGWire
import PGWireTesting
import Testing

extension Live {
    /// Which of several servers is chosen.
    @Suite struct ServerKinds {
        @Test(arguments: [15, 17]) func theRightOneIsChosen(_ major: Int) async throws {
            let pair = try await ServerPair.start(major)
            let (primary, standby) = (pair.primary, pair.standby)
            for (target, last) in [
                ("any", standby), ("read-write", primary), ("primary", primary), ("read-only", standby),
                ("standby", standby), ("prefer-standby", standby),
            ] {
                let parameters = "target_session_attrs=\(target)"
                for servers in [[primary, standby], [standby, primary]] {
                    let expected = target == "any" ? servers[0] : last
                    let sent = SentRequests()
                    var configuration = try pair.configuration(servers, parameters)
                    configuration.trafficObserver = sent.observe
                    #expect(
                        try await pair.port(configuration) == expected.port, "\(target) among \(servers.map(\.port))")
                    // They have said at the login what they are.
                    #expect(!sent.take().contains { $0.kind == .query })
                    // With a pooler between, they are asked.
                    configuration.poolerMode = .transaction
                    #expect(try await pair.port(configuration) == expected.port, "\(target), asked")
                }
            }
            #expect(
                try await pair.port(pair.configuration([primary], "target_session_attrs=prefer-standby"))
                    == primary.port)
            let closed = try ClosedPort()
            let preferred = ServerPair.uri(
                [Int(closed.port), primary.port], of: primary, "target_session_attrs=prefer-standby")
            #expect(try await pair.port(Connection.Configuration(preferred)) == primary.port)
            try await refusals(pair)
            try await random(pair)
            try await behindAPooler(pair)
            await pair.stop()
        }

        private func refusals(_ pair: ServerPair) async throws {
            let (primary, standby) = (pair.primary, pair.standby)
            for (target, server, why) in [
                ("standby", primary, "it is not in hot standby mode"),
                ("primary", standby, "it is in hot standby mode"),
                ("read-write", standby, "its session is read-only"),
                ("read-only", primary, "its session is not read-only"),
            ] {
                var configuration = try pair.configuration([server], "target_session_attrs=\(target)")
                for mode in [nil, PoolerMode.Kind.session] {
                    configuration.poolerMode = mode
                    let error = try await connectionFailure { try await Connection.connect(configuration) }
                    #expect(error.reason == .wrongServer && PostgresError.connection(error).isSafeToRetry)
                    #expect(
                        error.description.utf8.starts(
                            with: "127.0.0.1:\(server.port) is not the server that is asked for".utf8))
                    #expect(error.description.contains("target_session_attrs=\(target): \(why);"), "\(error)")
                }
            }
            // A primary whose sessions only read.
            let reading = "options=-c%20default_transaction_read_only%3Don"
            let expected: [(TargetSession, Bool)] = [
                (.readWrite, false), (.readOnly, true), (.primary, true), (.standby, false),
            ]
            for (target, isWanted) in expected {
                for mode in [nil, PoolerMode.Kind.session] {
                    var configuration = try pair.configuration(
                        [primary], "\(reading)&target_session_attrs=\(target.rawValue)")
                    configuration.poolerMode = mode
                    let port = try? await pair.port(configuration)
                    #expect(port == (isWanted ? primary.port : nil), "\(target)")
                }
            }
        }

        private func random(_ pair: ServerPair) async throws {
            let servers = [pair.primary, pair.standby]
            var counts: [Int: Int] = [:]
            for _ in 0..<60 {
                counts[try await pair.port(pair.configuration(servers, "load_balance_hosts=random")), default: 0] += 1
            }
            #expect(counts.count == 2 && counts.values.allSatisfy { $0 > 10 }, "\(counts)")
            for _ in 0..<10 {
                let parameters = "load_balance_hosts=random&target_session_attrs=read-write"
                #expect(try await pair.port(pair.configuration(servers, parameters)) == pair.primary.port)
                #expect(
                    try await pair.port(pair.configuration(servers, "load_balance_hosts=disable")) == pair.primary.port)
            }
        }

        private func behindAPooler(_ pair: ServerPair) async throws {
            let pooler = try await LocalPgBouncer.start(inFrontOf: pair.standby)
            for (target, port) in [
                ("read-write", pair.primary.port), ("standby", pooler.port), ("primary", pair.primary.port),
            ] {
                let uri = ServerPair.uri(
                    [pooler.port, pair.primary.port], of: pair.primary, "target_session_attrs=\(target)")
                var configuration = try Connection.Configuration(uri)
                #expect(try await pair.port(configuration) == port, "\(target)")
                configuration.poolerMode = .transaction
                #expect(try await pair.port(configuration) == port, "\(target), asked")
            }
            await pooler.stop()
        }

        /// A pool closes what only reads where it is to write.
        @Test(arguments: LiveServer.direct) func aPoolDropsWhatOnlyReads(_ server: LiveServer) async throws {
            var configuration = try await server.configuration
            configuration.targetSession = .readWrite
            let pool = ConnectionPool(configuration, .init(maximumConnections: 1))
            try await pool.withConnection { db in
                try await db.execute("BEGIN READ ONLY")
                let error = try await serverFailure { try await db.execute("CREATE TABLE never (number int)") }
                #expect(error.sqlState == .readOnlySqlTransaction)
            }
            #expect(pool.statistics.closed == [.wrongServer: 1])
            try await pool.withConnection { try await $0.execute("SET default_transaction_read_only = on") }
            #expect(pool.statistics.closed == [.wrongServer: 2])
            try await pool.expectEcho(of: 7)
            await pool.close()
        }
    }
}
