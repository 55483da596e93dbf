import FoundationEssentials
import LocalPostgres
import PGSchemaBackup
import PGSchemaReports
import PGSchemaSQL
import PGWire
import PGWireTesting
import ScribeApp
import Testing
import TestSupport

#if canImport(Darwin)
import Darwin
#else
import Glibc
#endif

/// What peers say is shown so that it can be read and does nothing: no terminal obeys it, and none of it looks like a line of
/// ours.
@Suite(.timeLimit(.minutes(3))) struct ShownTextTests {
    // MARK: The text itself

    @Test func whatIsPutInIsOnOneLine() {
        let value = HostileText.all
        let shown: ShownText = "first: \(value)\nsecond: \(String?.some(value) ?? "")\n\(lines: [value, value])"
        #expect(shown.description.split(separator: "\n").count == 4)
        HostileText.expectShown(shown.description)
        let twice: ShownText = "\(shown)"
        #expect(twice.description == shown.description)
        #expect(ShownText(multiline: "a\n\tb\u{1B}").description == "a\n\tb\\u{1B}")
    }

    @Test func ofErrorsOnlyOurLineBreaksAreKept() {
        struct Foreign: Error, CustomStringConvertible { var description: String { HostileText.all } }
        #expect(!"\(ShownText(Foreign()))".contains("\n"))
        let ours = BackupError.notCovered([HostileText.all, "b"], schema: HostileText.all)
        #expect("\(ShownText(ours))".split(separator: "\n").count == 4)
        #expect("\(ShownText(ours).onOneLine)".split(separator: "\n").count == 1)
        let local = LocalPostgresError.programFailed(program: HostileText.text, status: 1, log: "a\nb")
        #expect("\(ShownText(local))".hasSuffix(" failed with status 1:\n  a\n  b"))
        let refused = StoreError.refused(.checkViolation, constraint: HostileText.all)
        HostileText.expectShown("\(refused)")
        for error: any Error in [Foreign(), ours, local, refused] { HostileText.expectShown("\(ShownText(error))") }
    }

    @Test func jsonMeansTheSame() throws {
        let text = try OrderedJSONEncoder().text(of: [HostileText.all])
        let escaped = text.escapingControlsInJSON
        HostileText.expectShown(escaped)
        #expect(try JSONDecoder().decode([String].self, from: Data(escaped.utf8))[0].hasSameBytes(as: HostileText.all))
        #expect("[\n  \"a\"\n]".escapingControlsInJSON == "[\n  \"a\"\n]")
    }

    // MARK: What is given on the command line, in settings and as names of files

    @Test(arguments: [
        [HostileText.all], ["--\(HostileText.all)"], ["migrate", "upgrade", "--lock-retries", HostileText.all],
        ["migrate", "upgrade", "--lock-retries=\(HostileText.all)"], ["migrate", "lint", "--level=\(HostileText.all)"],
        ["migrate", "history", "--rev-range", HostileText.all], ["migrate", "show", HostileText.all],
        ["migrate", "show", "bbdd+\(HostileText.all)"], ["migrate", "upgrade", "--sql", HostileText.all],
        ["migrate", "downgrade", "--sql", HostileText.all], ["migrate", "history", "--directory", HostileText.all],
        ["migrate", "lint", "\(HostileText.all).sql"],
        ["migrate", "check", "--rename", HostileText.all], ["db", "restore", "/none/\(HostileText.all)"],
        ["db", "backup", "/none/\(HostileText.all)"], ["migrate", "heads", "-\n2026-01-01 ERROR forged"],
    ])
    func arguments(_ arguments: [String]) async throws {
        let outcome = try await ScribeProcess.run(arguments, ScribeProcess.noDatabase)
        #expect(outcome.status == 1)
        HostileText.expectShown(outcome, of: arguments)
    }

    @Test(arguments: [
        ["DB_PORT": HostileText.all], ["DB_SSLMODE": HostileText.all], ["DB_SSLROOTCERT": HostileText.all],
        ["PORT": HostileText.all], ["DEBUG": HostileText.all], ["LOG_LEVEL": HostileText.all],
        ["ALLOWED_ORIGINS": "x\(HostileText.all)"], ["DB_HOST": HostileText.all],
        ["DB_PORT": "6543", "DB_HOST": HostileText.all],
        ["DB_USER": HostileText.all], ["DB_NAME": HostileText.all], ["HOST": HostileText.all],
    ])
    func settings(_ settings: [String: String]) async throws {
        let all = ScribeProcess.noDatabase.merging(settings) { $1 }
        let arguments = settings.keys.contains("HOST") ? ["serve"] : ["db", "check"]
        let outcome = try await ScribeProcess.run(arguments, all)
        #expect(outcome.status == 1)
        HostileText.expectShown(outcome, of: ["\(settings.keys)"])
    }

    @Test func environmentAndHostOfAReset() async throws {
        let refused: [[String: String]] = [
            ["ENVIRONMENT": HostileText.all], ["DB_HOST": HostileText.all],
            ["ENVIRONMENT": "development", "DB_HOST": HostileText.all],
            ["DB_NAME": HostileText.all],
        ]
        for settings in refused {
            for arguments in [["db", "reset"], ["db", "reset", "--confirm", "x"]] {
                let all = ScribeProcess.noDatabase.merging(settings) { $1 }
                let outcome = try await ScribeProcess.run(arguments, all)
                #expect(outcome.status == 1)
                HostileText.expectShown(outcome, of: arguments + ["\(settings.keys)"])
            }
        }
    }

    // MARK: A server that says what none does

    private static let greeting: [WireMessage] = [
        .authenticationOk, .parameterStatus("server_version", "15.1 \(HostileText.all)"),
        .parameterStatus("server_encoding", "UTF8"), .parameterStatus("client_encoding", "UTF8"),
        .parameterStatus("standard_conforming_strings", "on"), .parameterStatus("TimeZone", "UTC"), .backendKeyData(),
        .noticeResponse(HostileText.all, severity: "WARNING"), .readyForQuery(),
    ]
    private static let refusal = WireMessage.errorResponse(
        "42601", HostileText.all, severity: "FATAL",
        fields: [
            "D": HostileText.all, "H": HostileText.all, "W": HostileText.all, "P": "3", "q": HostileText.all, "p": "2",
        ])

    @Test func aServersVersionAndErrors() async throws {
        let commands = [
            ["db", "check"], ["db", "info"], ["db", "info", "--json"], ["db", "backup", "-"], ["db", "reset", "--yes"],
            ["migrate", "current"], ["migrate", "upgrade"], ["migrate", "upgrade", "--json"], ["migrate", "check"],
        ]
        for login in [[ScriptedServer.Step.startup, .send(Self.greeting), .receiveBatch], [.startup]] {
            try await ScriptedServer.run(login + [.send(Self.refusal), .close]) { server in
                var settings = ScribeProcess.noDatabase
                settings["DB_PORT"] = "\(server.port)"
                settings["DB_SSLMODE"] = "disable"
                for arguments in commands {
                    let outcome = try await ScribeProcess.run(arguments, settings)
                    #expect(outcome.status == 1)
                    HostileText.expectShown(outcome, of: arguments)
                }
            }
        }
    }

    // MARK: serve

    @Test func theLogOfServe() async throws {
        // The first connection is that of the look at the start, which tells the version; the others are refused.
        let answer: [WireMessage] = [
            .parseComplete, .bindComplete, .rowDescription([.init("?column?", type: 20)]),
            .dataRow([[0, 0, 0, 0, 0, 0, 0, 1]]),
            .commandComplete("SELECT 1"), .readyForQuery(),
        ]
        let looked: ScriptedServer.Script = [.startup, .send(Self.greeting), .answer(answer), .waitForEnd]
        let refused: ScriptedServer.Script = [.startup, .send(Self.refusal), .close]
        try await ScriptedServer.run(looked, refused) { server in
            var settings = ScribeProcess.noDatabase.merging(["HOST": "127.0.0.1", "PORT": "0", "LOG_LEVEL": "TRACE"]) {
                $1
            }
            settings["DB_PORT"] = "\(server.port)"
            settings["DB_SSLMODE"] = "disable"
            settings["DB_STATEMENT_TIMEOUT"] = "0"
            // For requests after which it waits for more.
            settings["HTTP_REQUEST_TIMEOUT"] = "1"
            settings["ENVIRONMENT"] = HostileText.all
            let process = try ScribeProcess(["serve"], settings)
            let port = try await process.port()
            try await eventually { server.connectionCount > 0 }
            for request in Self.requests {
                let exchange = try? await HTTPExchange.send(bytes: request, port: port)
                // No line of the answer's head is forged.
                for (name, value) in exchange?.headers ?? [:] { #expect(!"\(name)\(value)".contains("\n")) }
            }
            let health = try await HTTPExchange.get("/health", port: port)
            #expect(health.status == 200)
            let object = try JSONDecoder().decode([String: String].self, from: Data(health.body.utf8))
            #expect(object["environment"].map { $0.hasSameBytes(as: HostileText.all) } == true)
            process.send(SIGTERM)
            let outcome = await process.outcome
            #expect(outcome.problems.contains("database: connected, PostgreSQL 15.1"), "\(outcome.problems)")
            #expect(outcome.problems.contains("warning scribe-app:"), "\(outcome.problems)")
            HostileText.expectShown(outcome, of: ["serve"])
            for line in outcome.problems.split(separator: "\n") where !line.hasPrefix("warning: DB_PORT") {
                // Each begins with the time: each is an entry, and no entry has two lines.
                #expect(line.prefix(2) == "20" && line.contains(" scribe-app:"), "\(line)")
            }
        }
    }

    private static let requests: [[UInt8]] = {
        let paths = [
            "/%0a2026-01-01%20ERROR%20forged", "/%1b%5d0;owned%07", "/health/%0d%0a?x=%0a", "/\u{1B}]0;owned\u{7}",
            "/\u{9B}2J\u{202E}", "/health\n2026-01-01 ERROR forged", "/\u{0}", "//\u{1B}[2J/", "/health/?\u{1B}%0a",
        ]
        var requests = paths.map { "GET \($0) HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n" }
        requests += [
            "GET / HTTP/1.1\r\nHost: \(HostileText.text)\r\n\r\n", "GET / HTTP/1.1\r\nX\u{1B}[2J: y\r\n\r\n",
            "GET / HTTP/1.1\r\nHost: x\r\nOrigin: a\u{1B}[2J\u{9B}\u{202E}\r\nConnection: close\r\n\r\n",
            "GET / HTTP/1.1\r\nHost: x\r\nX-Request-ID: \u{1B}]0;owned\u{7}\r\nConnection: close\r\n\r\n",
            "\u{1B}[2J / HTTP/1.1\r\n\r\n", "GET / HTTP/1.1\r\nContent-Length: \u{1B}[2J\r\n\r\n", HostileText.all,
            "OPTIONS / HTTP/1.1\r\nHost: x\r\nOrigin: https://a\r\nAccess-Control-Request-Method: \u{9B}\r\n"
                + "Access-Control-Request-Headers: \u{1B}[2J\u{9B}\r\nConnection: close\r\n\r\n",
        ]
        var bytes = requests.map { Array($0.utf8) }
        // Not even UTF-8.
        bytes.append(Array("GET /".utf8) + (0x80...0xFF).map { UInt8($0) } + Array(" HTTP/1.1\r\nHost: x\r\n\r\n".utf8))
        bytes.append(
            Array("GET / HTTP/1.1\r\nHost: x\r\nA: ".utf8) + (0x80...0xFF).map { UInt8($0) } + [13, 10, 13, 10])
        // Nobody is to wait for more.
        return bytes.map { $0 + Array("\r\n\r\n".utf8) }
    }()
}
