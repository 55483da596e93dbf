import PGWire

/// W7, W7t: what an open connection that does nothing costs in memory.
struct IdleConnections {
    let tls: Bool
    private static let first = 50

    /// Prints KiB per connection instead of a rate.
    func measure() async throws -> Result {
        let count = Settings.count(500)
        let configuration = Settings.configuration(tls: tls)
        var connections: [Connection] = []
        connections.reserveCapacity(Self.first + count)
        // What is there once per process, or once per thread, is there by then.
        for _ in 0..<Self.first { connections.append(try await Connection.connect(configuration)) }
        let before = Process.memory
        for _ in 0..<count { connections.append(try await Connection.connect(configuration)) }
        let after = Process.memory
        for db in connections { await db.close() }
        return Result(value: Double(after - before) / Double(count), peakKiB: after)
    }
}
