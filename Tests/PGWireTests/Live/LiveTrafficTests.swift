import PGWire
import PGWireTesting
import Testing

extension Live {
    /// Exact counts of what goes over the network: where times vary, counts do not.
    @Suite struct Counts {
        @Test(arguments: LiveServer.allCases) func aWarmQueryIsOneSendAndOneReceive(_ server: LiveServer) async throws {
            try await server.connected { db in
                try await db.execute("SELECT 1")
                for timeout: Duration? in [nil, .seconds(5)] {
                    let before = try await db.traffic()
                    _ = try await db.fetchOne("SELECT \(7) + 1, \("text")::text", timeout: timeout)
                    let after = try await db.traffic()
                    #expect(after.sends - before.sends == 1)
                    #expect(after.flights - before.flights == 1)
                    // A pooler may pass the answer on in pieces.
                    if server != .pgBouncer { #expect(after.receives - before.receives == 1) }
                }
            }
        }

        /// What is prepared costs no more flights, and neither does preparing it or finding out whether it may be.
        @Test(arguments: LiveServer.allCases) func aPreparedQueryIsOneSendAndOneReceive(
            _ server: LiveServer
        ) async throws {
            try await server.connected { db in
                for use in 1...6 {
                    let before = try await db.traffic()
                    var value = 0
                    try await db.forEachRow("SELECT \(use) + 1", as: Int.self) { value = $0 }
                    let after = try await db.traffic()
                    #expect(value == use + 1)
                    #expect(after.sends - before.sends == 1)
                    #expect(after.flights - before.flights == 1)
                    if server != .pgBouncer { #expect(after.receives - before.receives == 1, "use \(use)") }
                }
            }
        }

        /// 1 MiB in pieces of 64 KiB, and a send each for the statement, the last piece and the end.
        @Test(arguments: LiveServer.allCases) func aCopyIsSentInLargePieces(_ server: LiveServer) async throws {
            try await server.withTable("a int8, b text") { db, table in
                let text = String(repeating: "x", count: 106)
                let before = try await db.traffic()
                try await db.copyIn("COPY \(identifier: table) FROM STDIN (FORMAT binary)") { writer in
                    // 2 for the count, 12 for the number, 110 for the text, less than 1 % for the messages.
                    for id in 0..<(1 << 20) / 124 { try await writer.write(row: id, text) }
                }
                let after = try await db.traffic()
                let bytes = after.bytesSent - before.bytesSent
                #expect((1 << 20..<(1 << 20) + 64 << 10).contains(bytes), "\(bytes)")
                #expect(after.sends - before.sends <= bytes / (64 << 10) + 3)
                // Nothing is waited for between the pieces.
                #expect(after.flights - before.flights == 2)
            }
        }

        @Test(arguments: LiveServer.allCases) func aColdQueryTakesNoMoreFlightsThanItMust(_ server: LiveServer)
            async throws
        {
            for timeout: Duration? in [nil, .seconds(5)] {
                try await server.connected { db in
                    _ = try await db.fetchOne("SELECT 1", timeout: timeout)
                    let flights = try await db.traffic().flights
                    // SSLRequest; ClientHello; Finished with Startup; SASL initial; SASL response; query. Without TLS:
                    // Startup; SASL initial; SASL response; query.
                    #expect(flights == (server == .postgres18 ? 4 : 6))
                    #expect((db.tls != nil) == (server != .postgres18))
                }
            }
        }

        /// While the server takes no more the client waits: it does not try again and again.
        @Test func aFullSocketIsWaitedFor() async throws {
            try await LiveServer.postgres17.connected { db in
                let text = String(repeating: "x", count: 16 << 20)
                let length = try await db.fetchOne("SELECT length(\(text)::text)", as: Int.self)
                #expect(length == 16 << 20)
                let traffic = try await db.traffic()
                #expect(traffic.blockedSends > 0)
                #expect(traffic.blockedSends <= 2 * traffic.sends)
            }
        }

        @Test(arguments: LiveServer.allCases) func aTransactionIsThreeFlights(_ server: LiveServer) async throws {
            try await server.connected { db in
                try await db.execute("SELECT 1")
                let before = try await db.traffic()
                try await db.transaction { tx in try await tx.execute("SELECT \(1)") }
                let after = try await db.traffic()
                // BEGIN; the statement; COMMIT.
                #expect(after.flights - before.flights == 3)
                #expect(after.sends - before.sends == 3)
            }
        }

        @Test(arguments: LiveServer.allCases) func startupIsOneShortMessageOfFourParameters(_ server: LiveServer)
            async throws
        {
            let sent = Log<[UInt8]>()
            try await server.connected {
                $0.trafficObserver = { direction, bytes in
                    if direction == .sent { sent.append(bytes.withUnsafeBytes { Array($0) }) }
                }
            } _: { db in
                try await db.execute("SELECT 1")
            }
            // SSLRequest is no part of the startup.
            let startup = try #require(sent.all.first { $0.count > 8 })
            #expect(startup.count < 1024)
            #expect(startup[..<8].elementsEqual([0, 0, 0, UInt8(startup.count), 0, 3, 0, 0]))
            let words = startup.dropFirst(8).split(separator: 0, omittingEmptySubsequences: false)
                .map { String(decoding: $0, as: UTF8.self) }
            let configuration = try await server.configuration
            #expect(
                words == [
                    "user", configuration.user, "database", configuration.database ?? "", "client_encoding", "UTF8",
                    "application_name", "pgwire", "", "",
                ])
        }

        /// Servers up to 17 accept only P-256 by default, and answer any other first key share by asking again.
        @Test func theFirstKeyShareIsP256() async throws {
            let hello = Log<UInt8>()
            let record = ScriptedServer.Step("record ClientHello") { connection in
                while hello.all.count < 5 || hello.all.count < 5 + Int(hello.all[3]) << 8 + Int(hello.all[4]) {
                    guard let bytes = try connection.receiveBytes() else { return }
                    for byte in bytes { hello.append(byte) }
                }
            }
            try await ScriptedServer.run([.answerToSSLRequest(Array("S".utf8)), record]) { server in
                var configuration = Connection.Configuration(host: "localhost", port: server.port, user: "x")
                configuration.tls = .init(mode: .require)
                _ = try await failure { try await Connection.connect(configuration) }
            }
            let (groups, names) = try Self.keyShares(inClientHello: hello.all)
            #expect(groups == [0x0017])
            #expect(names == ["postgresql"])
        }

        /// The groups of extension `key_share`, and the names of ALPN (RFC 8446, sections 4.1.2 and 4.2.8; RFC 7301).
        private static func keyShares(inClientHello record: [UInt8]) throws -> (groups: [Int], protocols: [String]) {
            // Record header, handshake header, version, random.
            var rest = record.dropFirst(5 + 4 + 2 + 32)
            func take(_ count: Int) -> ArraySlice<UInt8> {
                defer { rest = rest.dropFirst(count) }
                return rest.prefix(count)
            }
            func number(_ bytes: ArraySlice<UInt8>) -> Int { bytes.reduce(0) { $0 << 8 | Int($1) } }
            _ = take(number(take(1)))
            _ = take(number(take(2)))
            _ = take(number(take(1)))
            _ = take(2)
            var groups: [Int] = []
            var protocols: [String] = []
            while rest.count >= 4 {
                let type = number(take(2))
                var body = take(number(take(2)))
                if type == 0x10 {
                    protocols.append(String(decoding: body.dropFirst(3), as: UTF8.self))
                } else if type == 0x33 {
                    body = body.dropFirst(2)
                    while body.count >= 4 {
                        groups.append(number(body.prefix(2)))
                        body = body.dropFirst(4 + number(body.dropFirst(2).prefix(2)))
                    }
                }
            }
            return (groups, protocols)
        }
    }
}
