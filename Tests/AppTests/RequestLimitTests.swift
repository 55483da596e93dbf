import PGSchemaReports
import PGSchemaSQL
import PGWireTesting
import ScribeApp
import Testing
import TestSupport

/// Clients that keep connections without need, against `serve` as a process: they are ended by time and bounded in number.
@Suite(.timeLimit(.minutes(2))) struct RequestLimitTests {
    private static let halfHeader = "GET / HTTP/1.1\r\nHost: x\r\nA: b"
    private static let request = "GET / HTTP/1.1\r\nHost: x\r\n\r\n"

    /// The shortest that the settings allow.
    private static let oneSecond = limits(seconds: 1)

    private static func limits(seconds: Int, connections: Int = 1024) -> [String: String] {
        ScribeProcess.noDatabase.merging([
            "HTTP_REQUEST_TIMEOUT": String(seconds), "HTTP_MAX_CONNECTIONS": String(connections),
        ]) { $1 }
    }

    /// What `body` takes, which the server was to end after one second.
    private static func expectOneSecond(_ body: () -> Void) {
        let time = ContinuousClock().measure(body)
        #expect(time > .milliseconds(500) && time < .seconds(8), "\(time)")
    }

    @Test func halfHeadersAreEndedAndOthersAreAnsweredMeanwhile() async throws {
        try await withServer(Self.oneSecond) { port, _ in
            let ended = Task {
                try await onThread {
                    let connections = try (1...300).map { _ in try RawConnection(port: port) }
                    for connection in connections { connection.send(Self.halfHeader) }
                    return connections.allSatisfy { $0.readToEnd() == ("", true) }
                }
            }
            #expect(try await HTTPExchange.get("/health", port: port).status == 200)
            let isEveryOneEnded = try await ended.value
            #expect(isEveryOneEnded)
            #expect(try await HTTPExchange.get("/health", port: port).status == 200)
        }
    }

    @Test(arguments: [
        "GET / HTTP/1.1\r\nA: ", "POST /health HTTP/1.1\r\nContent-Length: 1000\r\n\r\n",
        "POST /nowhere HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n1000\r\n",
        "GET / HTTP/1.1\r\nContent-Length: 1000\r\n\r\n", "GET / HTTP/1.1\r\n\r\nGET / HTTP/1.1\r\nA: ",
        "GET / HTTP/1.1\r\nConnection: close\r\nContent-Length: 1000\r\n\r\n",
    ])
    func aRequestThatTricklesIsEnded(request: String) async throws {
        try await withServer(Self.oneSecond) { port, _ in
            try await onThread {
                let connection = try RawConnection(port: port)
                connection.send(request)
                Self.expectOneSecond { #expect(connection.trickle("x")) }
            }
        }
    }

    /// Each looks for the database within half a minute, and what watches over that goes with it.
    @Test func aHealthCheckLeavesNothingInMemory() async throws {
        try await withServer(ScribeProcess.noDatabase) { port, server in
            func ask(_ count: Int) async throws {
                try await onThread {
                    let connection = try RawConnection(port: port)
                    for _ in 0..<count {
                        connection.send("GET /health HTTP/1.1\r\nHost: x\r\n\r\n")
                        #expect(connection.status() != nil)
                    }
                }
            }
            try await ask(500)
            let before = try #require(server.peakMemory)
            try await ask(6_000)
            let growth = try #require(server.peakMemory) - before
            #expect(growth < 3 << 20, "\(growth) bytes")
        }
    }

    @Test func anAnswerThatNobodyTakesIsEnded() async throws {
        try await withServer(Self.oneSecond) { port, _ in
            let end = try await onThread {
                let requests = String(repeating: Self.request, count: 100)
                return try RawConnection(port: port).flood(with: requests, upTo: 1 << 30)
            }
            #expect(end.isClosed, "\(end.count) bytes")
        }
    }

    @Test func aBusyConnectionIsKeptAndAnIdleOneIsEnded() async throws {
        try await withServer(Self.oneSecond) { port, _ in
            try await onThread {
                let connection = try RawConnection(port: port)
                let clock = ContinuousClock()
                let end = clock.now + .milliseconds(2500)
                repeat {
                    connection.send(Self.request)
                    guard connection.status() == 200 else {
                        Issue.record("cut off \(end - clock.now) before the end")
                        return
                    }
                } while clock.now < end
                Self.expectOneSecond { #expect(connection.readToEnd() == ("", true)) }
            }
        }
    }

    /// Who asks is answered, however many only hold on: those that have waited for nothing for longest make room.
    @Test func whoAsksForNothingMakesRoom() async throws {
        try await withServer(Self.limits(seconds: 60, connections: 8)) { port, process in
            try await onThread {
                let idle = try (1...30).map { _ in try RawConnection(port: port) }
                for connection in idle { connection.send(Self.halfHeader) }
                for _ in 1...20 {
                    let asking = try RawConnection(port: port)
                    asking.send(Self.request)
                    #expect(asking.status() == 200)
                }
                #expect(process.openFiles < 64)
                // Those that came first went first.
                #expect(idle.prefix(20).allSatisfy { $0.readToEnd().isClosed })
            }
        }
    }

    /// Who waits for an answer is not among them: further ones wait.
    @Test func whoWaitsForAnAnswerIsKept() async throws {
        try await ScriptedServer.run([.startup, .staySilent]) { database in
            let settings = [
                "DB_HOST": "127.0.0.1", "DB_PORT": "\(database.port)", "DB_SSLMODE": "disable",
                "DB_CONNECT_TIMEOUT": "1",
            ]
            try await withServer(Self.limits(seconds: 60, connections: 8).merging(settings) { $1 }) { port, _ in
                try await onThread {
                    var waiting = try (1...30).map { _ in try RawConnection(port: port) }
                    for connection in waiting { connection.send("GET /health HTTP/1.1\r\nHost: x\r\n\r\n") }
                    while !waiting.isEmpty {
                        let answered = RawConnection.answered(among: &waiting)
                        guard !answered.isEmpty, answered.allSatisfy({ $0.status() == 200 }) else { break }
                    }
                    #expect(waiting.isEmpty)
                }
            }
        }
    }

    @Test func fourThousandHalfRequestsTakeLittle() async throws {
        let half = Self.halfHeader + String(repeating: "b", count: 15_000)
        try await withServer(Self.limits(seconds: 60)) { port, process in
            let before = try #require(process.peakMemory)
            try await onThread {
                let crowd = try Crowd(4000, port: port)
                var files = 0
                crowd.send(half) {
                    defer { files = process.openFiles }
                    return files >= 896 && files == process.openFiles
                }
                #expect((896...1100).contains(process.openFiles))
            }
            #expect(try #require(process.peakMemory) - before < 96 << 20)
            #expect(try await HTTPExchange.get("/health", port: port).status == 200)
        }
    }

    @Test func clientsLeaveFilesForTheDatabase() async throws {
        let database = try await TestServers.shared.cluster(major: 15).makeDatabase()
        var text = ""
        let outcome = try await withServer(database.settings(), openFiles: 192) { port, _ in
            text = try await onThread {
                let others = try (1...200).map { _ in try RawConnection(port: port) }
                for other in others { other.send(Self.halfHeader) }
                let health = try RawConnection(port: port)
                health.send("GET /health HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
                return health.readToEnd().text
            }
        }
        #expect(text.contains(#""database":"connected""#), "\(outcome.problems)")
        #expect(outcome.problems.contains("HTTP_MAX_CONNECTIONS is 1024, but the system allows 192 open files"))
    }

    @Test func halfRequestsDoNotHoldUpTheEnd() async throws {
        let clock = ContinuousClock()
        var start = clock.now
        var connections: [RawConnection] = []
        try await withServer(Self.limits(seconds: 60)) { port, _ in
            let body = "Host: x\r\nContent-Length: 1000\r\n\r\nxyz"
            for request in [Self.halfHeader, "POST /health HTTP/1.1\r\n" + body, "GET / HTTP/1.1\r\n" + body] {
                for _ in 1...30 {
                    let connection = try RawConnection(port: port)
                    connection.send(request)
                    connections.append(connection)
                }
            }
            #expect(try await HTTPExchange.get("/", port: port).status == 200)
            start = clock.now
        }
        // Requests that go on are given three seconds.
        #expect(clock.now - start < .milliseconds(2500))
        for connection in connections { #expect(connection.readToEnd().isClosed) }
    }
}
