import LocalPostgres
import PGWire
import PGWireTesting
import Testing

/// Servers that talk without end: every call ends by its deadline, and keeps no more than is stated.
@Suite(.serialized) struct FloodTests {
    private typealias Step = ScriptedServer.Step

    private static let notice = ("notices", WireMessage.noticeResponse("so it goes on").bytes)
    private static let parameter = ("parameters", WireMessage.parameterStatus("TimeZone", "UTC").bytes)
    private static let notification = (
        "notifications", WireMessage.notificationResponse(processID: 1, channel: "a", payload: "b").bytes
    )
    private static let key = ("keys", WireMessage.backendKeyData().bytes)
    private static let row = ("rows", WireMessage.dataRow(texts: ["again and again"]).bytes)
    private static let copied = ("COPY data", WireMessage.copyData(Array("again\tand again\n".utf8)).bytes)
    private static let columns = WireMessage.rowDescription([.init("text", type: 25)])
    private static let letIn: [Step] = [.startup, .send(.authenticationOk)]

    // MARK: Logging in

    private static func login(_ phase: String, _ beginning: [Step], _ talk: (String, [UInt8])) -> Flood {
        Flood(
            name: "\(phase), \(talk.0)", beginning: beginning, talk: talk.1, deadline: .milliseconds(300),
            body: { _ = try await Connection.connect($0) })
    }

    private static func encrypted(_ phase: String, _ beginning: [Step], _ talk: (String, [UInt8])) -> Flood {
        var flood = login(phase, beginning, talk)
        flood.configure = { $0.tls.mode = .require }
        return flood
    }

    private static let logins: [Flood] = [
        encrypted("asked for TLS", [], ("E", Array("E".utf8))),
        encrypted(
            "asked for TLS", [.answerToSSLRequest([])], ("errors", WireMessage.errorResponse("08000", "no").bytes)),
        // HelloRequest, which a client that is in a handshake passes over (RFC 5246, 7.4.1.1).
        encrypted(
            "TLS handshake", [.answerToSSLRequest(Array("S".utf8)), .receiveSome],
            ("HelloRequest", [22, 3, 3, 0, 4, 0, 0, 0, 0])),
        encrypted(
            "TLS handshake", [.answerToSSLRequest(Array("S".utf8)), .receiveSome],
            ("warnings", [21, 3, 3, 0, 2, 1, 90])),
        login("began", [.startup], notice),
        login("began", [.startup], ("negotiations", WireMessage.negotiateProtocolVersion().bytes)),
        login("began", [.startup], ("requests for SCRAM", WireMessage.authenticationSASL().bytes)),
        login("began", [.startup], ("requests for a password", WireMessage.authenticationCleartextPassword.bytes)),
        login(
            "began", [.startup], ("requests for MD5", WireMessage.authenticationMD5Password(salt: [1, 2, 3, 4]).bytes)),
        login("began", [.startup], ("GSSContinue", WireMessage.authentication(8, [1, 2, 3]).bytes)),
        login("let in", letIn, notice), login("let in", letIn, parameter), login("let in", letIn, notification),
        login("let in", letIn, key),
        login("let in", letIn, ("letting in", WireMessage.authenticationOk.bytes)),
    ]

    @Test(arguments: logins) func theLogin(_ flood: Flood) async throws {
        // Loads OpenSSL, and what else is kept for good.
        _ = try await flood.run()
        try await flood.check()
    }

    /// A message now and then keeps nobody either.
    @Test func aSlowLogin() async throws {
        var flood = Self.login("let in", Self.letIn, Self.notice)
        flood.rate = 100
        try await flood.check()
    }

    // MARK: Statements

    /// The timeout, a second in which the server is to end the statement, and one in which it is to cancel it.
    private static let end = Duration.milliseconds(2200)

    private static func statement(
        _ phase: String, _ beginning: [WireMessage], _ talk: (String, [UInt8]),
        _ body: @escaping @Sendable (Connection) async throws -> Void
    ) -> Flood {
        Flood(
            name: "\(phase), \(talk.0)", beginning: [.trust, .receiveBatch, .send(beginning)], talk: talk.1,
            deadline: end,
            body: { configuration in
                let db = try await Connection.connect(configuration)
                do { try await body(db) } catch {
                    await db.close()
                    throw error
                }
                await db.close()
            })
    }

    private static let begun: [WireMessage] = [.parseComplete, .bindComplete, columns]
    private static let timeoutSet: [WireMessage] = [
        .parseComplete, .bindComplete, .dataRow(texts: ["200ms"]), .commandComplete("SELECT 1"),
    ]

    private static let statements: [Flood] = [
        statement("statement", [], notice) { try await $0.execute("SELECT") },
        statement("statement", [], parameter) { try await $0.execute("SELECT") },
        statement("statement", [], notification) { try await $0.execute("SELECT") },
        statement("statement", [], key) { try await $0.execute("SELECT") },
        statement("statement", timeoutSet + begun, row) { try await $0.forEachRow("SELECT") { _ in } },
        statement("struct", timeoutSet + begun, row) { try await $0.forEachRow("SELECT", as: String.self) { _ in } },
        statement("loop", timeoutSet + begun, row) { for try await _ in $0.query("SELECT", as: String.self) {} },
        statement("script", [], notice) { try await $0.execute(script: "SELECT") },
        keepingRows(statement("script", [columns], row) { try await $0.execute(script: "SELECT") }),
        keepingRows(
            statement("array", timeoutSet + begun, row) { _ = try await $0.fetchAll("SELECT", as: String.self) }),
        statement("describe", [], notice) { _ = try await $0.describe("SELECT 1") },
        statement("pipeline", [], notice) { db in
            _ = try await db.pipeline { try $0.execute("SELECT") }
        },
        statement("COPY out", [.copyOutResponse()], copied) { db in try await db.copyOut("COPY t TO STDOUT") { _ in } },
        statement("COPY in", [.copyInResponse()], notice) { db in
            try await db.copyIn("COPY t FROM STDIN") { writer in
                let line = [UInt8](repeating: UInt8(ascii: "x"), count: 4000) + [10]
                while true { try await writer.write(line) }
            }
        },
        statement("BEGIN", [], notice) { db in try await db.transaction { _ in } },
    ]

    private static let certificate = Result {
        try CertificateAuthority(commonName: "CA").issue(commonName: "x", ipAddresses: ["127.0.0.1"])
    }

    /// The same through TLS; and records that hold no data, which are answered.
    @Test(arguments: [false, true]) func theEncrypted(_ isControl: Bool) async throws {
        let certificate = try Self.certificate.get()
        let tls = Step.acceptTLS(
            certificatePEM: certificate.certificatePEM, privateKeyPEM: certificate.privateKeyPEM)
        var flood = Self.statement("statement, TLS", [], isControl ? ("KeyUpdate", [0]) : Self.notice) {
            try await $0.execute("SELECT")
        }
        flood = Flood(
            name: flood.name, beginning: [tls] + flood.beginning, talk: flood.talk, sendsControlRecords: isControl,
            deadline: Self.end, configure: { $0.tls.mode = .require }, body: flood.body)
        _ = try await flood.run()
        try await flood.check()
    }

    /// Whoever asks for all rows at once has them; the server has to send them, and the time is over sometime.
    private static func keepingRows(_ flood: Flood) -> Flood {
        var flood = flood
        flood.rate = 2000
        flood.kept = 2 << 20
        return flood
    }

    @Test(arguments: statements) func theStatement(_ flood: Flood) async throws { try await flood.check() }
}

// MARK: What has no deadline is cancelled, which leaves the server five seconds at most to stop

extension FloodTests {
    /// Calls `body` and cancels it after 200 ms.
    private static func cancelled(
        _ name: String, after beginning: [Step], _ talk: (String, [UInt8]), ends deadline: Duration,
        _ body: @escaping @Sendable (Connection.Configuration) async throws -> Void
    ) -> Flood {
        Flood(name: "\(name), \(talk.0)", beginning: beginning, talk: talk.1, deadline: deadline) { configuration in
            var configuration = configuration
            configuration.statementTimeout = nil
            try await withThrowingTaskGroup { [configuration] group in
                group.addTask { try await body(configuration) }
                group.addTask { try await Task.sleep(for: .milliseconds(200)) }
                _ = try await group.next()
                group.cancelAll()
                for try await _ in group {}
                throw CancellationError()
            }
        }
    }

    private static func listening(_ talk: (String, [UInt8])) -> Flood {
        cancelled(
            "listening", after: [.trust, .answer(.commandComplete("LISTEN"), .readyForQuery())], talk,
            ends: .milliseconds(300)
        ) { configuration in
            try await Connection.listen(to: ["c"], configuration) { notifications in
                for try await _ in notifications {}
            }
        }
    }

    /// What a server answers until a replication has begun.
    private static let replicating: [Step] = {
        func column(_ name: String, _ type: UInt32 = 25, format: Int16 = 1) -> WireMessage {
            .rowDescription([.init(name, type: type, format: format)])
        }
        let names = ["systemid", "timeline", "xlogpos", "dbname"]
        return letIn + [
            .send(.parameterStatus("server_version", "18.1"), .readyForQuery()),
            .answer(
                .rowDescription(names.map { .init($0, type: 25) }), .dataRow(texts: ["1", "1", "0/1", "d"]),
                .commandComplete("IDENTIFY_SYSTEM"), .readyForQuery()),
            .answer(
                .commandComplete("SET"), .commandComplete("SET"), .commandComplete("SET"),
                column("setting"), .dataRow(texts: ["60000"]), .commandComplete("SELECT 1"),
                column("confirmed_flush_lsn", 3220), .commandComplete("SELECT 0"),
                .rowDescription([.init("oid", type: 26), .init("typbasetype", type: 26)]),
                .commandComplete("SELECT 0"),
                column("pg_current_wal_flush_lsn", 3220, format: 0), .dataRow(texts: ["FF/0"]),
                .commandComplete("SELECT 1"),
                column("name"), .commandComplete("SELECT 0"), .readyForQuery()),
            .answer(.copyBothResponse(formats: [])),
        ]
    }()

    private static func replicating(_ talk: (String, [UInt8])) -> Flood {
        cancelled("replicating", after: replicating, talk, ends: .milliseconds(4700)) { configuration in
            var configuration = configuration
            configuration.connectTimeout = .seconds(5)
            try await Connection.replicate(from: "s", publications: ["p"], configuration) { replication in
                for try await _ in replication {}
            }
        }
    }

    private static let keepAlive = WireMessage.copyData(
        [UInt8(ascii: "k")] + [UInt8](repeating: 0, count: 16) + [1]
    ).bytes

    private static let cancelled: [Flood] = [
        listening(notice), listening(parameter), listening(notification),
        replicating(notice), replicating(("keep-alives", keepAlive)),
        cancelled("statement", after: [.trust, .receiveBatch], notice, ends: .milliseconds(5200)) { configuration in
            let db = try await Connection.connect(configuration)
            try await db.execute("SELECT")
        },
        cancelled(
            "statement", after: [.trust, .receiveBatch, .send(begun)], row, ends: .milliseconds(5200)
        ) { configuration in
            let db = try await Connection.connect(configuration)
            try await db.forEachRow("SELECT") { _ in }
        },
    ]

    @Test(arguments: cancelled) func theCancelled(_ flood: Flood) async throws { try await flood.check() }

    /// What nobody asked for ends with what was asked for.
    @Test func theEndOfAConnection() async throws {
        let flood = Flood(
            name: "closing, rows", beginning: [.trust, .receiveBatch, .send(Self.timeoutSet + Self.begun)],
            talk: Self.row.1, deadline: .milliseconds(1200)
        ) { configuration in
            var configuration = configuration
            configuration.statementTimeout = .milliseconds(200)
            let db = try await Connection.connect(configuration)
            for try await _ in db.query("INSERT INTO t DEFAULT VALUES RETURNING 'x'") { break }
            await db.close()
            throw CancellationError()
        }
        try await flood.check()
    }
}
