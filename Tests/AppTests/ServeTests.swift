import FoundationEssentials
import LocalPostgres
import PGSchemaSQL
import ScribeApp
import Testing
import TestSupport

#if canImport(Darwin)
import Darwin
#else
import Glibc
#endif

/// `serve` as a process.
@Suite(.timeLimit(.minutes(2))) struct ServeTests {
    private static func health(_ status: String, _ database: String, _ environment: String = "development") -> String {
        """
        {"status":"\(status)","service":"scribe-api","version":"1.0.0","database":"\(database)",\
        "environment":"\(environment)"}
        """
    }

    private static let healthy = health("healthy", "connected")
    private static let degraded = health("degraded", "disconnected")

    private func expectHealth(_ body: String, _ port: UInt16) async throws {
        let health = try await HTTPExchange.get("/health", port: port)
        #expect(health.status == 200)
        #expect(health.body == body)
    }

    @Test func routes() async throws {
        var settings = try await TestServers.shared.cluster(major: 15).makeDatabase().settings()
        settings["ENVIRONMENT"] = "Staging \"é\""
        settings["ALLOWED_ORIGINS"] = "https://a.example"
        try await withServer(settings) { port, _ in
            let root = try await HTTPExchange.get("/", port: port)
            #expect(root.status == 200)
            #expect(root.headers["content-type"] == "application/json")
            #expect(
                root.body == """
                    {"name":"Scribe API","version":"1.0.0","description":"Backend API for cold email generation",\
                    "docs":"/docs","health":"/health"}
                    """)

            let health = try await HTTPExchange.get("/health", port: port)
            #expect(health.status == 200)
            #expect(health.headers["content-type"] == "application/json")
            #expect(health.body == Self.health("healthy", "connected", "Staging \\\"é\\\""))

            for path in ["/nowhere", "//", "/health/x", "/debug/cors"] {
                let missing = try await HTTPExchange.get(path, port: port)
                #expect(missing.status == 404)
                #expect(missing.body == #"{"detail":"Not Found"}"#)
            }
            for method in ["POST", "HEAD", "DELETE", "OPTIONS"] {
                let refused = try await HTTPExchange.send(method, "/health", port: port)
                #expect(refused.status == 405)
                #expect(refused.headers["allow"] == "GET")
                #expect(refused.body == (method == "HEAD" ? "" : #"{"detail":"Method Not Allowed"}"#))
            }
            let moved = try await HTTPExchange.get("/health/?a=b", port: port)
            #expect(moved.status == 307)
            #expect(moved.headers["location"] == "/health?a=b")
            #expect(moved.body.isEmpty && moved.headers["content-type"] == nil)
            try await cors(port)
        }
    }

    private func cors(_ port: UInt16) async throws {
        let asked = ["Access-Control-Request-Method": "PATCH", "Access-Control-Request-Headers": "X-Request-ID"]
        let preflight = try await HTTPExchange.send(
            "OPTIONS", "/nowhere", asked.merging(["Origin": "https://a.example"]) { $1 }, port: port)
        #expect(preflight.status == 200)
        #expect(preflight.body == "OK")
        #expect(preflight.headers["access-control-allow-origin"] == "https://a.example")
        #expect(preflight.headers["access-control-allow-credentials"] == "true")
        #expect(preflight.headers["access-control-allow-headers"] == "X-Request-ID")
        #expect(preflight.headers["access-control-max-age"] == "600")
        #expect(preflight.headers["vary"] == "Origin")

        let stranger = try await HTTPExchange.send(
            "OPTIONS", "/", asked.merging(["Origin": "https://b.example"]) { $1 }, port: port)
        #expect(stranger.status == 400)
        #expect(stranger.body == "Disallowed CORS origin")
        #expect(stranger.headers["access-control-allow-origin"] == nil)

        let missing = try await HTTPExchange.send("GET", "/nowhere", ["Origin": "https://a.example"], port: port)
        #expect(missing.status == 404)
        #expect(missing.headers["access-control-allow-origin"] == "https://a.example")
        let other = try await HTTPExchange.send("GET", "/", ["Origin": "https://b.example"], port: port)
        #expect(other.status == 200)
        #expect(other.headers["access-control-allow-origin"] == nil)
        #expect(other.headers["access-control-allow-credentials"] == "true")
        #expect(try await HTTPExchange.get("/", port: port).headers["vary"] == nil)
    }

    @Test func degradedWhileThePoolerIsDownAndHealthyAgain() async throws {
        let cluster = try await TestServers.shared.cluster(major: 15)
        let pooler = try await TestServers.pooler(inFrontOf: cluster)
        var settings = cluster.configuration(database: cluster.database).settings(port: pooler.port)
        settings["DB_CONNECT_TIMEOUT"] = "5"
        let outcome = try await withServer(settings) { port, _ in
            try await expectHealth(Self.healthy, port)
            await pooler.stop()
            let clock = ContinuousClock()
            let start = clock.now
            let degraded = try await HTTPExchange.get("/health", port: port)
            #expect(degraded.status == 200)
            #expect(degraded.body == Self.degraded)
            #expect(clock.now - start < .seconds(5))
            try await pooler.restart()
            try await expectHealth(Self.healthy, port)
        }
        #expect(outcome.problems.contains("\(pooler.port)"))
        #expect(!outcome.problems.contains(cluster.password))
        await pooler.stop()
    }

    @Test func startsWithoutItsDatabaseAndSaysSo() async throws {
        let outcome = try await withServer(ScribeProcess.noDatabase) { port, _ in
            try await expectHealth(Self.degraded, port)
        }
        #expect(outcome.problems.contains("127.0.0.1:1"))
        #expect(!outcome.problems.contains("hunter2"))
    }

    @Test func aPortInUseIsOneClearSentence() async throws {
        let settings = ScribeProcess.noDatabase
        try await withServer(settings) { port, _ in
            let second = try await ScribeProcess.run(
                ["serve"], settings.merging(["HOST": "127.0.0.1", "PORT": String(port)]) { $1 })
            #expect(second.status == 1)
            #expect(second.problems.contains("port \(port) on 127.0.0.1 is in use"))
        }
    }

    @Test(arguments: [SIGTERM, SIGINT])
    func idleConnectionsDoNotHoldUpTheEnd(signal: Int32) async throws {
        let settings = ScribeProcess.noDatabase
        let clock = ContinuousClock()
        var start = clock.now
        var sockets: [Int32] = []
        try await withServer(settings, signal: signal) { port, _ in
            // One that never asked, and one that asked and keeps its connection.
            sockets = [try HTTPExchange.connect(port: port), try HTTPExchange.connect(port: port)]
            let request = Array("GET / HTTP/1.1\r\nHost: x\r\n\r\n".utf8)
            #expect(write(sockets[1], request, request.count) == request.count)
            var answer = [UInt8](repeating: 0, count: 4096)
            #expect(read(sockets[1], &answer, answer.count) > 0)
            start = clock.now
        }
        #expect(clock.now - start < .seconds(20))
        for socket in sockets { close(socket) }
    }

    @Test func theDevelopmentDatabaseIsMadeKeptSharedAndStopped() async throws {
        try await withTemporaryDirectory { directory in
            let pidFile = directory + "/.scribe/postgres/data/postmaster.pid"
            var server: pid_t = 0
            let first = try await withServer([:], in: directory) { port, _ in
                try await expectHealth(Self.healthy, port)
                let current = try await ScribeProcess.run(["migrate", "current"], in: directory)
                #expect(current.output == "bbddd04b993d (head)\n", "\(current.problems)")
                let text = try String(contentsOfFile: pidFile, encoding: .utf8)
                server = pid_t(text.prefix { $0.isNumber }) ?? 0
                #expect(kill(server, 0) == 0)
            }
            #expect(first.output.contains("\(directory)/.scribe/postgres"))
            #expect(first.output.contains("psql"))
            #expect(first.output.contains("Running upgrade"))
            #expect(kill(server, 0) == -1, "the server must be gone")
            #expect(!FileManager.default.fileExists(atPath: pidFile))

            let moved = try await ScribeProcess.run(["migrate", "downgrade", "-1"], in: directory)
            #expect(moved.status == 0, "\(moved.problems)")
            let second = try await withServer([:], in: directory, signal: SIGINT) { port, _ in
                try await expectHealth(Self.healthy, port)
            }
            let steps = second.output.split(separator: "\n").filter { $0.hasPrefix("Running upgrade") }
            #expect(steps == ["Running upgrade a0cdf47631c6 -> bbddd04b993d, queue_items table"])
        }
    }
}
