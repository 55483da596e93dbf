import PGWire
import PGWireTesting
import Testing

extension Live {
    /// A task is cancelled at every point at which its call may wait: the call ends at once, says what is true, and leaves a
    /// connection that can be used.
    @Suite struct CancellationPoints {
        /// At most so many points of a call, spread over its answer.
        private static let points = 16

        @Test(arguments: [LiveServer.postgres17, .pgBouncer], CancelledCall.all)
        func whereverTheAnswerStops(_ server: LiveServer, _ call: CancelledCall) async throws {
            let table = "cancelled_\(UInt32.random(in: 0 ... .max))"
            try await server.observed { try await $0.execute("CREATE TABLE \(identifier: table) (id int)") }
            var configuration = try await server.configuration
            // With TLS behind the pooler only, so that every byte of a message is a point here.
            if server != .pgBouncer { configuration.tls = .disabled }
            var outcomes: [String: Int] = [:]
            try await FaultyProxy.run(to: configuration.endpoints[0]) { proxy in
                try await Connection.withConnection(proxy.redirect(configuration)) { db in
                    // The first two prepare what is repeated.
                    for id in -3 ... -2 { try await call.run(db, table, id) }
                    let before = try await db.traffic().bytesReceived
                    try await call.run(db, table, -1)
                    let size = try await db.traffic().bytesReceived - before
                    for point in stride(from: 0, to: size, by: max(1, size / Self.points)) {
                        let outcome = try await Self.outcome(of: call, at: point, on: db, by: proxy, table)
                        outcomes[outcome, default: 0] += 1
                        let count = try await db.fetchOne(
                            "SELECT count(*) FROM \(identifier: table) WHERE id = \(point)", as: Int.self)
                        #expect(count <= 1)
                        if call.isAtomic, outcome == "cancelled" { #expect(count == 0, "after \(point) bytes") }
                    }
                }
            }
            try await server.observed { try await $0.execute("DROP TABLE \(identifier: table)") }
            #expect(call.isToldAsDone || outcomes["cancelled"] ?? 0 > 0, "\(outcomes)")
            print("\(call.name) at \(server.rawValue): \(outcomes)")
        }

        private static func outcome(
            of call: CancelledCall, at point: Int, on db: Connection, by proxy: FaultyProxy, _ table: String
        ) async throws -> String {
            var stalled = FaultyProxy.Faults()
            stalled.toClient.stallsAfter = point
            proxy.applyToOpenConnections(stalled)
            let before = proxy.bytesToClient
            let connections = proxy.connectionCount
            let isDone = Log<Bool>()
            let task = Task {
                defer { isDone.append(true) }
                try await call.run(db, table, point)
            }
            try await eventually("the answer stops") { proxy.bytesToClient - before >= point || !isDone.all.isEmpty }
            // What has come is taken, and the call waits for more.
            for _ in 0..<20 { await Task.yield() }
            task.cancel()
            let start = ContinuousClock.now
            // The rest of the answer comes after the request to cancel, but for what is not cancelled.
            while proxy.connectionCount == connections, isDone.all.isEmpty, .now - start < .milliseconds(30) {
                await Task.yield()
            }
            proxy.applyToOpenConnections(FaultyProxy.Faults())
            let result = await task.result
            #expect(.now - start < .seconds(4), "after \(point) bytes")
            do {
                try result.get()
                return "done"
            } catch is CancellationError {
                return "cancelled"
            }
        }

        /// The same of a login, by all of its steps: nothing of it is left.
        @Test(arguments: [LiveServer.postgres15, .postgres18, .pgBouncer])
        func whereverTheLoginStops(_ server: LiveServer) async throws {
            let configuration = try await server.configuration
            try await FaultyProxy.run(to: configuration.endpoints[0]) { proxy in
                let redirected = proxy.redirect(configuration)
                try await Connection.withConnection(redirected) { _ in }
                let size = proxy.bytesToClient
                for point in stride(from: 0, to: size, by: max(1, size / Self.points)) {
                    proxy.faults.toClient.stallsAfter = point
                    let before = proxy.bytesToClient
                    let task = Task { try await Connection.withConnection(redirected) { _ in } }
                    try await eventually("the answer stops") { proxy.bytesToClient - before >= point }
                    for _ in 0..<20 { await Task.yield() }
                    task.cancel()
                    let start = ContinuousClock.now
                    let result = await task.result
                    #expect(.now - start < .seconds(1), "after \(point) bytes")
                    #expect(throws: CancellationError.self, "after \(point) bytes") { try result.get() }
                    proxy.faults.toClient.stallsAfter = nil
                    try await eventually("the socket is closed") { proxy.openConnectionCount == 0 }
                }
            }
        }
    }
}
