import Dispatch
import PGWire
import PGWireTesting
import Testing

extension Live {
    /// What ends connections, and pools: time, drains, and users who keep what they were only lent.
    @Suite struct PoolLife {
        typealias Step = ScriptedServer.Step
        private static func answer(_ number: UInt8) -> Step { PoolScripts.answer(number) }

        /// Nobody calls, and the connections end all the same; then nothing runs any more.
        @Test func whatIsIdleIsClosedWithoutTraffic() async throws {
            let left = Log<Int>()
            let script = [Step.trust, Self.answer(1), .expect(.terminate), Step("note") { left.append($0.number) }]
            try await ScriptedServer.run(script) { server in
                let pool = PoolScripts.pool(server, maximum: 3) { $0.idleTimeout = .milliseconds(30) }
                try await Self.useAtOnce(3, pool)
                try await eventually("all have said goodbye") { left.all.count == 3 }
                #expect(pool.statistics.idle == 0 && pool.statistics.closed == [.idle: 3])
                try await eventually("no timer is left") { !pool.hasTimer }
            }
        }

        @Test func whatIsTooOldIsClosed() async throws {
            try await ScriptedServer.run([.trust, .waitForEnd]) { server in
                let pool = PoolScripts.pool(server) {
                    $0.minimumConnections = 1
                    $0.maximumLifetime = .milliseconds(30)
                }
                try await pool.withConnection { _ in }
                try await eventually("it is closed") { pool.statistics.idle == 0 }
                #expect(pool.statistics.closed == [.lifetime: 1])
                // On its return too.
                try await pool.withConnection { _ in try await Task.sleep(for: .milliseconds(31)) }
                #expect(pool.statistics.idle == 0 && pool.statistics.closed == [.lifetime: 2])
            }
        }

        /// Uses so many connections at the same time.
        private static func useAtOnce(_ count: Int, _ pool: ConnectionPool) async throws {
            let gate = Gate()
            try await withThrowingTaskGroup(of: Void.self) { group in
                defer { gate.open() }
                for _ in 0..<count {
                    group.addTask {
                        try await pool.withConnection { db in
                            try await db.execute("SELECT")
                            await gate.wait()
                        }
                    }
                }
                try await eventually("all are in use") {
                    pool.statistics.inUse == count && pool.statistics.opening == 0
                }
                gate.open()
                try await group.waitForAll()
            }
        }

        @Test func theTimerDoesNotKeepThePoolAlive() async throws {
            let left = Log<Int>()
            let script = [Step.trust, Self.answer(1), .expect(.terminate), Step("note") { left.append($0.number) }]
            try await ScriptedServer.run(script) { server in
                weak var gone: ConnectionPool?
                do {
                    let pool = PoolScripts.pool(server)
                    try await PoolScripts.expect(1, from: pool)
                    #expect(pool.hasTimer)
                    gone = pool
                }
                #expect(gone == nil)
                try await eventually("the connection was closed") { left.all.count == 1 }
            }
        }

        @Test func whoKeepsAConnectionCannotUseIt() async throws {
            try await ScriptedServer.run([.trust, Self.answer(1), Self.answer(2), Self.answer(3), .waitForEnd]) {
                server in
                let pool = PoolScripts.pool(server)
                var kept: Connection?
                try await pool.withConnection { db in
                    kept = db
                    try await db.execute("SELECT")
                }
                let late = try #require(kept)
                try await pool.withConnection { db in
                    #expect(try await db.fetchOne("SELECT", as: Int32.self) == 2)
                    let expected =
                        "the connection was given back to its pool: use it only inside the closure that it was given to"
                    try await expectFailure(expected) { try await late.execute("SELECT") }
                    // It is somebody else's now.
                    await late.close()
                    #expect(try await db.fetchOne("SELECT", as: Int32.self) == 3)
                }
                #expect(server.connectionCount == 1 && pool.statistics.closed == [:])
            }
        }

        /// A call that somebody left running is cut off, and the next user does not meet its answer.
        @Test func aCallThatGoesOnIsCutOff() async throws {
            let isAsked = Gate()
            let silent: [Step] = [.receiveBatch, Step("report") { _ in isAsked.open() }, .staySilent]
            try await ScriptedServer.run([.trust] + silent, [.trust, Self.answer(2), .waitForEnd]) { server in
                let pool = PoolScripts.pool(server)
                let task = try await pool.withConnection { db in
                    let task = Task { try await db.execute("SELECT") }
                    await isAsked.wait()
                    return task
                }
                let error = try await failure { try await task.value }
                guard case .connection(let connection) = error else { throw error }
                #expect(connection.reason == .closed)
                #expect(pool.statistics.closed == [.broken: 1])
                try await PoolScripts.expect(2, from: pool)
            }
        }

        @Test func whoClosesTheConnectionHarmsNobody() async throws {
            try await ScriptedServer.run([.trust, .waitForEnd], [.trust, Self.answer(2), .waitForEnd]) { server in
                let pool = PoolScripts.pool(server)
                try await pool.withConnection { await $0.close() }
                #expect(pool.statistics.closed == [.broken: 1])
                try await PoolScripts.expect(2, from: pool)
            }
        }

        @Test func warmingUp() async throws {
            let refusal = Step.send(.errorResponse("53300", "sorry, too many clients already", severity: "FATAL"))
            let good = [Step.trust, .waitForEnd]
            try await ScriptedServer.run(good, good, good, [.startup, refusal, .close]) { server in
                let pool = PoolScripts.pool(server, maximum: 5) { $0.minimumConnections = 3 }
                try await pool.warmUp()
                #expect(pool.statistics.idle == 3 && server.connectionCount == 3)
                try await pool.warmUp()
                #expect(server.connectionCount == 3)
                try await pool.withConnection { _ in #expect(pool.statistics.idle == 2) }
                #expect(pool.statistics.opened == 3)
                let other = PoolScripts.pool(server) { $0.minimumConnections = 1 }
                #expect(try await serverFailure { try await other.warmUp() }.sqlState == .tooManyConnections)
                #expect(other.statistics.failedToOpen == 1)
            }
        }

        @Test func drainingWaitsForWhatIsInUse() async throws {
            try await ScriptedServer.run([.trust, .waitForEnd]) { server in
                let pool = PoolScripts.pool(server)
                let gate = Gate()
                let user = Task { try await pool.withConnection { _ in await gate.wait() } }
                defer { gate.open() }
                try await gate.waitUntilSomebodyWaits()
                let waiter = Task { try await PoolScripts.ask(pool) }
                try await eventually("it waits") { pool.statistics.waiting == 1 }
                let drain = Task { await pool.drain(within: .seconds(60)) }
                let refusal = "the pool of connections to 127.0.0.1:\(server.port) is closed and gives out no more"
                try await expectFailure(refusal) { try await waiter.value }
                try await expectFailure(refusal) { try await PoolScripts.ask(pool) }
                try await expectFailure(refusal) { try await pool.withConnection { _ in } }
                gate.open()
                #expect(await drain.value == 0)
                try await user.value
                #expect(pool.statistics.closed == [.poolClosed: 1] && pool.statistics.inUse == 0 && !pool.hasTimer)
                #expect(await pool.drain(within: .seconds(60)) == 0)
            }
        }

        @Test(arguments: [false, true]) func drainingCutsWhatDoesNotComeBack(isCancelled: Bool) async throws {
            let isAsked = Gate()
            let silent: [Step] = [.receiveBatch, Step("report") { _ in isAsked.open() }, .waitForEnd]
            try await ScriptedServer.run([.trust] + silent) { server in
                let pool = PoolScripts.pool(server)
                let user = Task { try await PoolScripts.ask(pool) }
                await isAsked.wait()
                let start = ContinuousClock.now
                let drain = Task { await pool.drain(within: isCancelled ? .seconds(60) : .milliseconds(50)) }
                if isCancelled { drain.cancel() }
                #expect(await drain.value == 1)
                let error = try await failure { try await user.value }
                guard case .connection(let connection) = error else { throw error }
                #expect(connection.reason == .closed && connection.phase == .query)
                #expect(.now - start < .seconds(10))
                #expect(pool.statistics.closed == [.poolClosed: 1] && pool.statistics.inUse == 0)
            }
        }

        /// Who was opening a connection meanwhile does not get it.
        @Test func closingWhileAConnectionIsOpened() async throws {
            let (isThere, mayGoOn) = (Gate(), DispatchSemaphore(value: 0))
            let slow: [Step] = [
                .startup, Step("report") { _ in isThere.open() },
                Step("wait") { _ in _ = mayGoOn.wait(timeout: .now() + 30) },
                .send(WireMessage.greeting), .waitForEnd,
            ]
            try await ScriptedServer.run(slow) { server in
                let pool = PoolScripts.pool(server)
                let task = Task { try await PoolScripts.ask(pool) }
                await isThere.wait()
                await pool.close()
                mayGoOn.signal()
                let error = try await failure { try await task.value }
                guard case .pool(let refusal) = error else { throw error }
                #expect(refusal.reason == .closed)
                #expect(pool.statistics.opened == 1 && pool.statistics.closed == [.poolClosed: 1])
                #expect(await pool.drain(within: .seconds(60)) == 0)
            }
        }
    }
}
