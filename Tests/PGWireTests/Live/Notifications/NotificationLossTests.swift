import LocalPostgres
import PGWire
import PGWireTesting
import Testing

extension Live {
    /// What becomes of one who listens when the connection is lost.
    @Suite struct ListenLosses {
        private typealias Step = ScriptedServer.Step

        /// The server goes away and comes back: the sequence says so, and goes on.
        @Test func aServerThatRestarts() async throws {
            let directory = TemporaryDirectory()
            var options = LocalPostgres.Options()
            options.directory = directory.file("cluster")
            options.tls = .off
            var server = try await LocalPostgres.start(options)
            var configuration = try Connection.Configuration(server.connectionURI)
            configuration.applicationName = "listener"
            var quick = Notifications.Options()
            quick.pauses = .milliseconds(20)...(.milliseconds(200))
            try await Connection.listen(to: ["news"], configuration, quick) { notifications in
                for round in 0..<3 {
                    try await notify(configuration, 0..<100)
                    #expect(try await notifications.payloads(50) == (0..<50).map { "\($0)" })
                    // The rest has come, or is lost with the connection; it is told after what has come.
                    await server.stop()
                    let waiting = Task { try await Self.untilReconnected(notifications) }
                    server = try await LocalPostgres.start(options)
                    let (seen, loss) = try await waiting.value
                    #expect(seen == (50..<50 + seen.count).map { "\($0)" })
                    switch loss {
                    case .server(let error): #expect(error.isFatal, "\(error)")
                    case .connection(let error): #expect(error.reason == .lost, "\(error)")
                    default: throw loss
                    }
                    // From the moment on that it was told nothing is missed.
                    try await notify(configuration, round..<round + 1)
                    #expect(try await notifications.payloads(1) == ["\(round)"])
                }
                let count = try await Connection.withConnection(configuration) { db in
                    try await db.fetchOne(
                        "SELECT count(*) FROM pg_stat_activity WHERE query LIKE 'LISTEN%' OR wait_event = 'ClientRead' "
                            + "AND backend_type = 'client backend'", as: Int.self)
                }
                #expect(count == 1, "that which listens")
            }
            await server.stop()
            _ = try ChildProcess.output(of: ["/bin/rm", "-rf", "--", directory.path])
        }

        private func notify(_ configuration: Connection.Configuration, _ numbers: Range<Int>) async throws {
            try await Connection.withConnection(configuration) { db in
                for number in numbers { try await db.notify("news", "\(number)") }
            }
        }

        private static func untilReconnected(
            _ notifications: Notifications
        ) async throws -> (seen: [String], PostgresError) {
            var seen: [String] = []
            for try await event in notifications {
                if case .reconnected(let loss) = event { return (seen, loss) }
                if let payload = event.payload { seen.append(payload) }
            }
            throw CancellationError()
        }

        /// Whose connection was lent hears of its end, as does who wants to hear of each.
        @Test(arguments: [true, false]) func endedByAnAdministrator(isLent: Bool) async throws {
            let server = LiveServer.postgres17
            var configuration = try await server.configuration
            let name = "lost_\(UInt32.random(in: 0 ... .max))"
            configuration.applicationName = name
            func end(_ notifications: Notifications) async throws {
                try await server.terminate(name)
                for _ in 0..<2 {
                    let error = try await serverFailure { try await notifications.next() }
                    #expect(error.sqlState == .adminShutdown)
                }
            }
            if isLent {
                try await Connection.withConnection(configuration) { db in
                    try await db.listen(to: ["a"]) { try await end($0) }
                }
            } else {
                var options = Notifications.Options()
                options.giveUpAfter = .zero
                try await Connection.listen(to: ["a"], configuration, options) { try await end($0) }
            }
        }

        /// After some time, and at once where no attempt could help.
        @Test func givingUp() async throws {
            let refused: [Step] = [.startup, .send(.errorResponse("28P01", "no", severity: "FATAL")), .close]
            let full: [Step] = [.startup, .send(.errorResponse("53300", "full", severity: "FATAL")), .close]
            let lost: [Step] = [.trust, Listening.listened, .close]
            var options = Notifications.Options()
            options.pauses = .milliseconds(1)...(.milliseconds(20))
            options.giveUpAfter = .milliseconds(300)
            try await ScriptedServer.run(lost, full, full, full, refused) { server in
                try await Connection.listen(to: ["c"], Listening.configuration(server), options) { notifications in
                    for _ in 0..<2 {
                        let error = try await serverFailure { try await notifications.next() }
                        #expect(error.sqlState == .invalidPassword)
                    }
                }
                #expect(server.connectionCount == 5)
            }
            try await ScriptedServer.run(lost, full) { server in
                let start = ContinuousClock.now
                try await Connection.listen(to: ["c"], Listening.configuration(server), options) { notifications in
                    let error = try await serverFailure { try await notifications.next() }
                    #expect(error.sqlState == .tooManyConnections)
                }
                #expect((.milliseconds(300)...(.seconds(5))).contains(start.duration(to: .now)))
            }
        }

        /// One that is not yet promoted, that is silent when it is asked to listen, or that goes down while it is: all may
        /// pass.
        @Test func whatMayPass() async throws {
            let lost: [Step] = [.trust, Listening.listened, .close]
            let standby: [Step] = [
                .trust, .answer(.errorResponse("25006", "cannot execute LISTEN during recovery"), .readyForQuery()),
                .waitForEnd,
            ]
            // Without a key to cancel by.
            let silent: [Step] = [.startup, .send(.authenticationOk, .readyForQuery()), .receiveBatch, .staySilent]
            let dying: [Step] = [
                .trust, .receiveBatch, .send(.errorResponse("57P01", "no", severity: "FATAL")), .close,
            ]
            let good: [Step] = [.trust, Listening.listened, .send(Listening.message("x")), .waitForEnd]
            var options = Notifications.Options()
            options.pauses = .milliseconds(1)...(.milliseconds(20))
            try await ScriptedServer.run(lost, standby, silent, dying, good) { server in
                var configuration = Listening.configuration(server)
                configuration.connectTimeout = .milliseconds(200)
                try await Connection.listen(to: ["c"], configuration, options) { notifications in
                    guard case .reconnected = try await notifications.next() else { throw CancellationError() }
                    #expect(try await notifications.payloads(1) == ["x"])
                }
            }
        }

        /// A server that ends each connection at once is not asked again and again without a pause.
        @Test func connectionsThatDoNotLast() async throws {
            let short: [Step] = [.trust, Listening.listened, .close]
            var options = Notifications.Options()
            options.pauses = .milliseconds(20)...(.seconds(10))
            try await ScriptedServer.run(short) { server in
                let start = ContinuousClock.now
                try await Connection.listen(to: ["c"], Listening.configuration(server), options) { notifications in
                    for _ in 0..<5 {
                        guard case .reconnected = try await notifications.next() else {
                            Issue.record("something else")
                            return
                        }
                    }
                }
                // 0, 20, 40, 80 and 160 ms, or a half of each.
                #expect(start.duration(to: .now) >= .milliseconds(150))
                #expect(server.connectionCount == 6)
            }
        }

        /// In the pause, and while it connects: who waits is cancelled at once.
        @Test(arguments: [true, false]) func cancelledWhileReconnecting(isPaused: Bool) async throws {
            let isThere = Gate()
            let lost: [Step] = [.trust, Listening.listened, .close]
            let next: [Step] =
                isPaused
                ? lost : [.startup, Step("report") { _ in isThere.open() }, .staySilent]
            var options = Notifications.Options()
            options.pauses = .seconds(30)...(.seconds(30))
            try await ScriptedServer.run(lost, next) { server in
                let start = ContinuousClock.now
                try await Connection.listen(to: ["c"], Listening.configuration(server), options) { notifications in
                    let task = Task {
                        while true {
                            _ = try await notifications.next()
                            isThere.open()
                        }
                    }
                    await isThere.wait()
                    task.cancel()
                    await #expect(throws: CancellationError.self) { try await task.value }
                }
                #expect(start.duration(to: .now) < .seconds(5))
            }
        }
    }
}
