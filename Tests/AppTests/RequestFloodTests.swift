import PGSchemaReports
import PGSchemaSQL
import PGWire
import Synchronization
import Testing
import TestSupport

/// Many clients that want nothing good, and one that asks meanwhile whether the server is healthy, against `serve` as a process. What
/// that costs is printed.
@Suite(.serialized, .timeLimit(.minutes(3))) struct RequestFloodTests {
    enum Flood: CaseIterable {
        case silence, halfHeaders, endlessBodies, endlessRequests, healthChecks
    }

    @Test(arguments: Flood.allCases) func anotherIsAnswered(during flood: Flood) async throws {
        let database = try await TestServers.shared.cluster(major: 15).makeDatabase()
        try await withServer(database.settings().merging(["HTTP_REQUEST_TIMEOUT": "2"]) { $1 }) { port, process in
            #expect(try await HTTPExchange.get("/health", port: port).status == 200)
            let before = try #require(process.peakMemory)
            let end = End()
            async let flooding = onThread { try Self.flood(flood, port) { end.isReached } }
            let (times, connections) = try await end.afterwards { try await Self.ask(30, port, database) }
            let asked = try await flooding
            let growth = try #require(process.peakMemory) - before
            let sorted = times.sorted()
            print(
                """
                flood of \(flood): \(asked) connections or requests; /health for another: median \(sorted[times.count / 2]), at the \
                most \(sorted[times.count - 1]); \(ByteCount(Int64(growth))) more memory, \(process.openFiles) files, at the most \
                \(connections) connections to the database
                """)
            #expect(sorted[times.count - 1] < .seconds(5))
            #expect(growth < 96 << 20, "\(growth) bytes")
            #expect(connections <= 2)
        }
    }

    private final class End: Sendable {
        private let reached = Atomic(false)
        var isReached: Bool { reached.load(ordering: .relaxed) }

        /// Is reached when `body` returns or throws.
        func afterwards<Result>(_ body: () async throws -> Result) async throws -> Result {
            defer { reached.store(true, ordering: .relaxed) }
            return try await body()
        }
    }

    /// Asks by a connection of its own each time: how long each answer took, and how many connections to the database were seen.
    private static func ask(
        _ count: Int, _ port: UInt16, _ database: Connection.Configuration
    ) async throws -> (times: [Duration], connections: Int) {
        var times: [Duration] = []
        var connections = 0
        try await Connection.withConnection(database) { db in
            for _ in 0..<count {
                let start = ContinuousClock.now
                let text = try await onThread {
                    let connection = try RawConnection(port: port)
                    connection.send("GET /health HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
                    return connection.readToEnd().text
                }
                times.append(start.duration(to: .now))
                #expect(text.contains(#""database":"connected""#), "\(text)")
                let seen = try await db.fetchOne(
                    """
                    SELECT count(*) FROM pg_stat_activity
                    WHERE application_name = 'scribe-app' AND datname = current_database()
                    """, as: Int.self)
                connections = max(connections, seen)
            }
        }
        return (times, connections)
    }

    /// Goes on until it is over, and says how many connections or requests that were.
    private static func flood(_ flood: Flood, _ port: UInt16, until isOver: () -> Bool) throws -> Int {
        switch flood {
        case .silence:
            let crowd = try Crowd(10_000, port: port)
            while !isOver() { crowd.send("", until: isOver) }
            return 10_000
        case .halfHeaders:
            let crowd = try Crowd(10_000, port: port)
            while !isOver() { crowd.send("GET / HTTP/1.1\r\nHost: x\r\nA: b", until: isOver) }
            return 10_000
        case .endlessBodies:
            let body = "1000\r\n" + String(repeating: "x", count: 4096) + "\r\n"
            return try count(until: isOver) {
                let connection = try RawConnection(port: port)
                connection.send("POST /health HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n")
                _ = connection.flood(with: body, upTo: 1 << 30)
                return 1
            }
        case .endlessRequests:
            let requests = String(repeating: "GET / HTTP/1.1\r\nHost: x\r\n\r\n", count: 100)
            return try count(until: isOver) {
                let connection = try RawConnection(port: port)
                return connection.flood(with: requests, upTo: 1 << 24).count / (requests.utf8.count / 100)
            }
        case .healthChecks:
            var others = try (1...200).map { _ in try RawConnection(port: port) }
            return try count(until: isOver) {
                for other in others { other.send("GET /health HTTP/1.1\r\nHost: x\r\n\r\n") }
                let isAnswered = others.map { $0.status() == 200 }
                for (index, isAnswered) in isAnswered.enumerated() where !isAnswered {
                    others[index] = try RawConnection(port: port)
                }
                return isAnswered.count { $0 }
            }
        }
    }

    private static func count(until isOver: () -> Bool, _ body: () throws -> Int) rethrows -> Int {
        var count = 0
        while !isOver() { count += try body() }
        return count
    }
}
