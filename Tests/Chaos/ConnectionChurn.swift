import LocalPostgres
import PGWire
import PGWireTesting

/// Connections that are opened, asked once and closed, half of them cancelled at any moment of that.
enum ConnectionChurn {
    private static let workers = 8

    /// Whether nothing has grown.
    static func run(_ count: Int, _ generator: FuzzGenerator) async throws -> Bool {
        try await Churn.withServer { try await run(count, generator, $0) }
    }

    private static func run(_ count: Int, _ generator: FuzzGenerator, _ server: LocalPostgres) async throws -> Bool {
        var generator = generator
        let encrypted = try Connection.Configuration(server.connectionURI)
        var eager = encrypted
        eager.eagerStart = true
        var local = encrypted
        local.endpoints = [Endpoint(host: server.socketDirectory, port: encrypted.endpoints[0].port)]
        local.tls = .disabled
        let ways = [encrypted, eager, local]
        return try await Churn.measure(count) { count, tally in
            await withTaskGroup(of: Void.self) { group in
                for _ in 0..<workers {
                    let own = FuzzGenerator(seed: generator.next())
                    group.addTask {
                        var own = own
                        while let index = tally.next(of: count) {
                            let configuration = ways[index % ways.count]
                            let task = Task { try await ask(configuration) }
                            if own.oneIn(2) {
                                try? await Task.sleep(for: .microseconds(own.below(12_000)))
                                task.cancel()
                            }
                            do {
                                try await task.value
                                tally.note("done")
                            } catch {
                                tally.note(ErrorKind.name(error))
                            }
                        }
                    }
                }
            }
            // What was told to close may still be at it.
            try await wait(until: 1, at: server)
        }
    }

    private static func ask(_ configuration: Connection.Configuration) async throws {
        try await Connection.withConnection(configuration) { db in
            guard try await db.fetchOne("SELECT 7", as: Int.self) == 7 else { throw WrongAnswer() }
        }
    }

    /// Waits until the server has no more connections than that, the one that asks included.
    private static func wait(until count: Int, at server: LocalPostgres) async throws {
        let deadline = ContinuousClock.now + .seconds(20)
        try await Connection.withConnection(Connection.Configuration(server.connectionURI)) { db in
            while try await db.fetchOne(
                "SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend'", as: Int.self) > count
            {
                guard .now < deadline else { throw StillConnected() }
                try await Task.sleep(for: .milliseconds(50))
            }
        }
    }

    private struct StillConnected: Error {}
}

struct WrongAnswer: Error {}
