import LocalPostgres
import PGWire
import PGWireTesting
import Synchronization
import Testing

extension Live {
    /// Protocol 3.2 where it is asked for, and older servers that say what they speak instead.
    @Suite struct ProtocolVersions {
        /// The lengths of the keys that came.
        private final class KeyLengths: Sendable {
            private let received = Mutex<[UInt8]>([])

            @Sendable func observe(_ direction: Transport.Direction, _ bytes: RawSpan) {
                guard direction == .received else { return }
                let copy = [UInt8](copying: bytes)
                received.withLock { $0 += copy }
            }

            var all: [Int] {
                get throws {
                    var rest = received.withLock { $0[...] }
                    // The answer to SSLRequest is one byte, and no message.
                    if rest.first == UInt8(ascii: "S") { rest = rest.dropFirst() }
                    var lengths: [Int] = []
                    while rest.count >= 5 {
                        let length = rest.dropFirst().prefix(4).reduce(0) { $0 << 8 | Int($1) }
                        if rest.first == UInt8(ascii: "K") { lengths.append(length - 8) }
                        rest = rest.dropFirst(length + 1)
                    }
                    return lengths
                }
            }
        }

        @Test(arguments: LiveServer.direct, [false, true])
        func whatIsAgreedOn(_ server: LiveServer, asks: Bool) async throws {
            let keys = KeyLengths()
            var configuration = try await server.configuration
            configuration.trafficObserver = keys.observe
            if asks { configuration.maximumProtocolVersion = .latest }
            let isNew = asks && server == .postgres18
            let toConnect = configuration
            try await Connection.withConnection(toConnect) { db in
                #expect(db.protocolVersion == (isNew ? .v32 : .v30))
                #expect(try keys.all == [isNew ? 32 : 4])
                try await db.expectEcho(of: 1)
                // By a key of either length a statement can be cancelled.
                let pid = try #require(db.backendProcessID)
                let task = Task { try await db.execute("SELECT pg_sleep(600)") }
                try await server.observed { observer in
                    try await observer.wait(
                        for: "SELECT wait_event = 'PgSleep' FROM pg_stat_activity WHERE pid = \(pid)")
                }
                task.cancel()
                await #expect(throws: CancellationError.self) { try await task.value }
                try await db.expectEcho(of: 2)
            }
        }

        @Test(arguments: [LiveServer.postgres15, .postgres17]) func tooOld(_ server: LiveServer) async throws {
            var configuration = try await server.configuration
            configuration.minimumProtocolVersion = .v32
            try await expectFailure(
                "login to \(configuration.endpoints[0]) given up: the server speaks protocol 3.0, and at least 3.2 is demanded: "
                    + "lower min_protocol_version"
            ) { try await Connection.connect(configuration) }
            configuration.maximumProtocolVersion = .v30
            try await expectFailure("min_protocol_version=3.2 is newer than max_protocol_version=3.0") {
                try await Connection.connect(configuration)
            }
        }

        @Test func newEnough() async throws {
            let uri = try await LiveServer.postgres18.cluster.connectionURI
            let separator = uri.contains("?") ? "&" : "?"
            for (text, version) in [
                ("min_protocol_version=3.2", ProtocolVersion.v32), ("max_protocol_version=latest", .v32),
                ("min_protocol_version=3.0", .v30), ("max_protocol_version=3.0", .v30),
            ] {
                let configuration = try Connection.Configuration("\(uri)\(separator)\(text)")
                try await Connection.withConnection(configuration) { #expect($0.protocolVersion == version, "\(text)") }
            }
        }

        /// PgBouncer 1.18 does not negotiate (later ones do): it refuses, and 3.0 is what works, as by default.
        @Test func anOldPgBouncerRefuses() async throws {
            var configuration = try await LiveServer.pgBouncer.configuration
            configuration.maximumProtocolVersion = .v32
            let error = try await failure { try await Connection.connect(configuration) }
            #expect(
                "\(error)".hasPrefix(
                    "login to \(configuration.endpoints[0]) as role \"postgres\" refused: bad packet header: '"))
            #expect(
                "\(error)".contains(
                    "(SQLSTATE 08P01); it may be a pooler that knows protocol 3.0 only: leave max_protocol_version out"),
                "\(error)")
            configuration.maximumProtocolVersion = nil
            try await Connection.withConnection(configuration) { #expect($0.protocolVersion == .v30) }
        }

        /// Supavisor takes 3.2 without a word, and has keys of 4 bytes.
        @Test func keysOfEitherLength() async throws {
            for (length, version, isGood) in [
                (4, ProtocolVersion.v32, true), (256, .v32, true), (257, .v32, false), (3, .v32, false),
                (4, .v30, true),
                (8, .v30, false), (32, .v30, false),
            ] {
                let key = WireMessage.backendKeyData(secretKey: [UInt8](repeating: 9, count: length))
                try await ScriptedServer.run(
                    [.startup, .send(.authenticationOk, key, .readyForQuery()), .waitForEnd]
                ) { server in
                    var configuration = Connection.Configuration(
                        host: "127.0.0.1", port: server.port, user: "u", tls: .disabled)
                    configuration.maximumProtocolVersion = version
                    do {
                        try await Connection.withConnection(configuration) { _ in }
                        #expect(isGood, "\(length) in \(version)")
                    } catch PostgresError.protocolViolation {
                        #expect(!isGood, "\(length) in \(version)")
                    }
                }
            }
        }
    }
}
