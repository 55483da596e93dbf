import LocalPostgres
import PGWire
import PGWireTesting
import Testing

extension Live {
    /// LISTEN and NOTIFY with real servers.
    @Suite struct Listens {
        private static func channel() -> SQLIdentifier { "news_\(UInt32.random(in: 0 ... .max))" }

        /// In order, none twice and none missing, while four others send at the same time; and each one's in its order.
        @Test(arguments: LiveServer.direct) func aHundredThousandInOrder(_ server: LiveServer) async throws {
            let configuration = try await server.configuration
            let channel = Self.channel()
            try await Connection.listen(to: [channel], configuration) { notifications in
                try await withThrowingTaskGroup(of: Void.self) { group in
                    for sender in 0..<4 {
                        group.addTask {
                            try await Connection.withConnection(configuration) { db in
                                for batch in 0..<25 {
                                    try await db.execute(
                                        """
                                        SELECT pg_notify(\(channel.text), \(sender) || ' ' || i)
                                        FROM generate_series(\(batch * 1000), \(batch * 1000 + 999)) i
                                        """)
                                }
                            }
                        }
                    }
                    var next = [0, 0, 0, 0]
                    for try await event in notifications {
                        let payload = try #require(event.payload)
                        let numbers = payload.split(separator: " ").compactMap { Int($0) }
                        try #require(numbers.count == 2 && next[numbers[0]] == numbers[1], "\(payload) \(next)")
                        next[numbers[0]] += 1
                        if next == [25_000, 25_000, 25_000, 25_000] { break }
                    }
                    try await group.waitForAll()
                }
            }
        }

        /// What a slow consumer has not asked for is in the server.
        @Test func aSlowConsumerTakesNoMemory() async throws {
            let configuration = try await LiveServer.postgres17.configuration
            let channel = Self.channel()
            let text = String(repeating: "x", count: 2000)
            try await Connection.listen(to: [channel], configuration) { notifications in
                let before = residentMemory()
                try await Connection.withConnection(configuration) { db in
                    for batch in 0..<50 {
                        try await db.execute(
                            """
                            SELECT pg_notify(\(channel.text), i || ' ' || \(text))
                            FROM generate_series(\(batch * 1000), \(batch * 1000 + 999)) i
                            """)
                        #expect(try await notifications.payloads(1) == ["\(batch) \(text)"])
                    }
                }
                var expected = 50
                for try await event in notifications {
                    try #require(event.payload == "\(expected) \(text)")
                    expected += 1
                    if expected == 50_000 { break }
                }
                // 100 MB came.
                #expect(residentMemory() - before < 32 << 20)
            }
        }

        @Test(arguments: LiveServer.direct) func whatTransactionsSend(_ server: LiveServer) async throws {
            let configuration = try await server.configuration
            let channel = Self.channel()
            try await Connection.listen(to: [channel], configuration) { notifications in
                try await Connection.withConnection(configuration) { db in
                    try await Connection.withConnection(configuration) { other in
                        try await db.transaction { tx in
                            try await tx.notify(channel, "later")
                            try await tx.notify(channel, "twice")
                            try await tx.notify(channel, "twice")
                            // Committed first, so it comes first.
                            try await other.notify(channel, "sooner")
                        }
                        await #expect(throws: ResultTests.self) {
                            try await db.transaction { tx in
                                try await tx.notify(channel, "never")
                                throw ResultTests()
                            }
                        }
                        try await other.notify(channel)
                    }
                    #expect(try await notifications.payloads(4) == ["sooner", "later", "twice", ""])
                    try await db.notify(channel, "mine")
                    guard case .notification(let mine) = try await notifications.next() else { throw ResultTests() }
                    let expected = PostgresNotification(
                        channel: channel, payload: "mine", processID: try #require(db.backendProcessID))
                    #expect(mine == expected)
                }
            }
        }

        private struct ResultTests: Error {}

        @Test(arguments: [LiveServer.postgres15, .postgres18]) func hostileTexts(_ server: LiveServer) async throws {
            let configuration = try await server.configuration
            let channels = HostileNames.all.map { SQLIdentifier($0) }
            let payloads = HostileNames.all + [String(repeating: "é", count: 3999), "\u{FEFF}\u{202E}x", "$1 \\ %s"]
            try await Connection.listen(to: channels, configuration) { notifications in
                try await Connection.withConnection(configuration) { db in
                    for (index, payload) in payloads.enumerated() {
                        let channel = channels[index % channels.count]
                        try await db.notify(channel, payload)
                        guard case .notification(let seen) = try await notifications.next() else { throw ResultTests() }
                        #expect(seen.channel == channel && seen.payload.utf8.elementsEqual(payload.utf8))
                    }
                    // What the server would cut, or refuse, is refused before it is sent.
                    for name in HostileNames.refused {
                        let (notify, listen) = (
                            try await failure { try await db.notify(SQLIdentifier(name), "x") },
                            try await failure { try await db.listen(to: [SQLIdentifier(name)]) { _ in } }
                        )
                        for error in [notify, listen] {
                            guard case .usage(let text) = error else { throw error }
                            #expect(text.hasPrefix("as a channel's name, "), "\(text)")
                        }
                    }
                    let tooLong = String(repeating: "x", count: 8000)
                    let error = try await serverFailure { try await db.notify("c", tooLong) }
                    #expect(error.sqlState == .invalidParameterValue && error.message == "payload string too long")
                    try await expectFailure("there is no channel to listen to: name at least one") {
                        try await db.listen(to: []) { _ in }
                    }
                }
            }
        }

        /// A statement of one's own on the connection that listens, and one that fails, lose nothing.
        @Test(arguments: LiveServer.direct) func statementsInBetween(_ server: LiveServer) async throws {
            let channel = Self.channel()
            try await server.connected { db in
                try await server.connected { sender in
                    try await db.listen(to: [channel]) { notifications in
                        var sent = 0
                        for round in 0..<50 {
                            for _ in 0..<round % 4 {
                                try await sender.notify(channel, "\(sent)")
                                sent += 1
                            }
                            try await db.expectEcho(of: round)
                            for try await row in db.query("SELECT generate_series(1, 1000)", as: Int.self)
                            where row == 3 {
                                break
                            }
                            _ = try await serverFailure { try await db.execute("SELECT 1 / 0") }
                            try await db.transaction { tx in try await tx.notify(channel, "own \(round)") }
                            sent += 1
                        }
                        let seen = try await notifications.payloads(sent)
                        let others = seen.filter { !$0.hasPrefix("own") }
                        #expect(others == (0..<sent).map { "\($0)" }.filter { others.contains($0) })
                        #expect(seen.filter { $0.hasPrefix("own") } == (0..<50).map { "own \($0)" })
                    }
                    #expect(try await db.fetchAll("SELECT pg_listening_channels()", as: String.self) == [])
                }
            }
        }
    }
}
