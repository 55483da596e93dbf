import LocalPostgres
import PGWire
import PGWireTesting
import Synchronization
import Testing

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

extension Live {
    /// However the scope is left, its connection is gone, or no longer listens.
    @Suite struct ListenScopes {
        enum Way: CaseIterable, Sendable { case end, inTheMiddle, thrown, cancelled, carriedOut }
        private struct Stop: Error {}

        /// The sockets that were connected, by descriptor and inode: a descriptor may be another one's by now.
        private final class Sockets: Sendable {
            private let all = Mutex<[(Int32, ino_t)]>([])

            func connect(_ port: UInt16) throws -> Int32 {
                let descriptor = try connectedSocket(port: port)
                all.withLock { $0.append((descriptor, Self.inode(descriptor))) }
                return descriptor
            }

            private static func inode(_ descriptor: Int32) -> ino_t {
                var status = stat()
                return fstat(descriptor, &status) == 0 ? status.st_ino : 0
            }

            var count: Int { all.withLock { $0.count } }
            var open: Int { all.withLock { $0.count { Self.inode($0.0) == $0.1 } } }
        }

        @Test(arguments: Way.allCases) func nothingIsLeft(_ way: Way) async throws {
            let server = LiveServer.postgres17
            var configuration = try await server.configuration
            let (name, sockets) = ("listen_\(UInt32.random(in: 0 ... .max))", Sockets())
            configuration.applicationName = name
            configuration.socketProvider = { try sockets.connect($0.port) }
            let kept = try await leave(configuration, way)
            #expect(sockets.count == 1 && sockets.open == 0)
            try await server.waitForConnections(0, named: name)
            if let kept {
                try await expectFailure(
                    "the notifications are over: iterate over them only inside the closure that they were given to"
                ) { try await kept.next() }
            }
        }

        /// Leaves the scope while notifications go on coming; returns what was carried out of it.
        private func leave(_ configuration: Connection.Configuration, _ way: Way) async throws -> Notifications? {
            let task = Task { () async throws -> Notifications? in
                try await Connection.listen(to: ["a", "b"], configuration) { notifications in
                    try await Connection.withConnection(LiveServer.postgres17.configuration) { db in
                        for number in 0..<1000 { try await db.notify("a", "\(number)") }
                    }
                    if way == .end { return nil }
                    #expect(try await notifications.payloads(10).last == "9")
                    switch way {
                    case .end, .inTheMiddle: return nil
                    case .thrown: throw Stop()
                    case .carriedOut: return notifications
                    case .cancelled:
                        withUnsafeCurrentTask { $0?.cancel() }
                        for try await _ in notifications {}
                        return nil
                    }
                }
            }
            let result = await task.result
            switch way {
            case .end, .inTheMiddle, .carriedOut: return try result.get()
            case .thrown: #expect(throws: Stop.self) { try result.get() }
            case .cancelled: #expect(throws: CancellationError.self) { try result.get() }
            }
            return nil
        }

        /// A task that waits for what never comes is cancelled, and another may go on with the same.
        @Test func cancelledWhileItWaits() async throws {
            let server = LiveServer.postgres17
            try await server.connected { db in
                try await db.listen(to: ["quiet"]) { notifications in
                    for _ in 0..<20 {
                        let task = Task { try await notifications.next() }
                        try await server.observed { observer in try await observer.execute("SELECT") }
                        task.cancel()
                        await #expect(throws: CancellationError.self) { try await task.value }
                    }
                    try await db.notify("quiet", "at last")
                    #expect(try await notifications.payloads(1) == ["at last"])
                }
            }
        }

        /// One waits for notifications, and others use the same connection meanwhile: nobody waits for ever.
        @Test(arguments: LiveServer.direct) func othersUseTheConnection(_ server: LiveServer) async throws {
            try await server.connected { db in
                try await db.listen(to: ["busy"]) { notifications in
                    let reader = Task { try await notifications.payloads(400) }
                    try await withThrowingTaskGroup(of: Void.self) { group in
                        for caller in 0..<4 {
                            group.addTask {
                                for number in 0..<100 {
                                    try await db.expectEcho(of: number)
                                    try await db.notify("busy", "\(caller) \(number)")
                                }
                            }
                        }
                        try await group.waitForAll()
                    }
                    let seen = try await reader.value
                    for caller in 0..<4 {
                        #expect(seen.filter { $0.hasPrefix("\(caller) ") } == (0..<100).map { "\(caller) \($0)" })
                    }
                }
            }
        }

        /// Two share what comes.
        @Test func severalIterators() async throws {
            try await LiveServer.postgres17.connected { db in
                try await db.listen(to: ["shared"]) { notifications in
                    async let one = notifications.payloads(50)
                    async let two = notifications.payloads(50)
                    for number in 0..<100 { try await db.notify("shared", "\(number)") }
                    let seen = try await one + two
                    #expect(Set(seen) == Set((0..<100).map { "\($0)" }))
                }
            }
        }

        @Test func wrongPlaces() async throws {
            try await LiveServer.postgres17.connected { db in
                try await expectFailure(
                    "this task has a transaction open on the connection: use the transaction that the closure was given, as "
                        + "a call on the connection itself would wait for it for ever"
                ) {
                    try await db.transaction { _ in try await db.listen(to: ["a"]) { _ in } }
                }
                try await db.execute("BEGIN")
                try await expectFailure(
                    "a transaction is open on the connection, and LISTEN would begin only with its end: commit it first"
                ) { try await db.listen(to: ["a"]) { _ in } }
                try await db.execute("ROLLBACK")
                try await db.listen(to: ["a"]) { _ in
                    try await expectFailure(
                        "the connection listens already: name all channels in one call, or listen on another connection"
                    ) { try await db.listen(to: ["b"]) { _ in } }
                }
                try await db.expectEcho(of: 1)
                // Again, as often as one likes.
                for number in 0..<3 {
                    try await db.listen(to: ["a"]) { notifications in
                        try await db.notify("a", "\(number)")
                        #expect(try await notifications.payloads(1) == ["\(number)"])
                    }
                }
            }
        }

        /// An iterator that is carried out of the scope would be waited for without end.
        @Test func rowsThatAreStillToCome() async throws {
            try await LiveServer.postgres17.connected { db in
                var rows = db.query("SELECT generate_series(1, 1000000)", as: Int.self).makeAsyncIterator()
                try await db.listen(to: ["a"]) { _ in _ = try await rows.next() }
                let error = try await connectionFailure { while try await rows.next() != nil {} }
                #expect(error.reason == .closed)
            }
        }

        /// Whatever a user does, the next one of a pool's connection does not listen.
        @Test(arguments: 0..<5) func aPoolsConnection(_ way: Int) async throws {
            try await LiveServer.postgres17.pooled(maximum: 1) { pool, _ in
                let leaked = Mutex<Task<Void, any Error>?>(nil)
                try await pool.withConnection { db in
                    switch way {
                    case 0: try await db.listen(to: ["pool"]) { _ in }
                    case 1: try await db.listen(to: ["pool"]) { _ in try await db.execute("BEGIN") }
                    case 2:
                        try await db.listen(to: ["pool"]) { _ in
                            try await db.execute("BEGIN")
                            _ = try await serverFailure { try await db.execute("SELECT 1 / 0") }
                        }
                    default:
                        let isListening = Gate()
                        let task = Task {
                            try await db.listen(to: ["pool"]) { notifications in
                                isListening.open()
                                if way == 3 {
                                    for try await _ in notifications {}
                                } else {
                                    await Gate().wait(.seconds(1))
                                }
                            }
                        }
                        leaked.withLock { $0 = task }
                        await isListening.wait()
                    }
                }
                try await pool.withConnection { db in
                    #expect(try await db.fetchAll("SELECT pg_listening_channels()", as: String.self) == [])
                    try await db.notify("pool", "nobody")
                    try await db.expectEcho(of: 1)
                }
                #expect(pool.statistics.opened == 1)
                _ = await leaked.withLock { $0 }?.result
                try await pool.withConnection { try await $0.expectEcho(of: 2) }
            }
        }
    }
}

extension Gate {
    /// Waits so long at most.
    fileprivate func wait(_ duration: Duration) async { try? await Task.sleep(for: duration) }
}
