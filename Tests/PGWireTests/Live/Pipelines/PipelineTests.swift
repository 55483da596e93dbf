import PGWire
import Testing

extension Live {
    /// Several statements at once: their results, what they cost, and what one of them does to the others.
    @Suite struct Pipelines {
        private struct Player: Decodable, Sendable, Equatable {
            var id: Int64
            var fullName: String?
        }

        private enum Moods: String, PostgresEnum { case sad, ok, happy }

        @Test(arguments: LiveServer.allCases) func resultsAreTypedOneByOne(_ server: LiveServer) async throws {
            try await server.connected { db in
                for _ in 1...4 {
                    let (one, pairs, player, players, none, tag, mood) = try await db.pipeline { p in
                        (
                            try p.fetchOne("SELECT 1", as: Int.self),
                            try p.fetchAll("SELECT i, i::text FROM generate_series(1, 3) i", as: (Int, String).self),
                            try p.fetchOne("SELECT 7::int8 AS id, \("Ann") AS full_name", as: Player.self),
                            try p.fetchAll("SELECT 8::int8 AS id, NULL::text AS full_name", as: Player.self),
                            try p.fetchOptional("SELECT 1 WHERE false", as: Int.self),
                            try p.execute("SELECT FROM generate_series(1, 5)"),
                            try p.fetchOptional("SELECT 'ok'::mood", as: Moods.self)
                        )
                    }
                    #expect(one == 1)
                    #expect(pairs.map(\.0) == [1, 2, 3] && pairs.map(\.1) == ["1", "2", "3"])
                    #expect(player == Player(id: 7, fullName: "Ann"))
                    #expect(players == [Player(id: 8, fullName: nil)])
                    #expect(none == nil)
                    #expect(tag.rowCount == 5)
                    #expect(mood == .ok)
                }
                let squares = try await db.pipeline { p in
                    var results: [Pipeline.Result<Int>] = []
                    for n in 0..<50 { results.append(try p.fetchOne("SELECT \(n) * \(n)", as: Int.self)) }
                    return results
                }
                #expect(squares == (0..<50).map { $0 * $0 })
                #expect(db.poolerMode.kind == (server == .pgBouncer ? .transaction : .direct))
            }
        }

        @Test(arguments: LiveServer.allCases) func aPipelineWithoutAStatement(_ server: LiveServer) async throws {
            try await server.connected { db in
                let before = try await db.traffic()
                try await db.pipeline { _ in () }
                let none: [Int] = try await db.pipeline { _ in [] }
                #expect(none.isEmpty)
                #expect(try await db.traffic() == before)
                #expect(try await db.fetchOne("SELECT 1", as: Int.self) == 1)
            }
        }

        /// Nothing is sent when the closure throws, and nothing is known before it has returned.
        @Test(arguments: LiveServer.allCases) func nothingIsThereBefore(_ server: LiveServer) async throws {
            try await server.connected { db in
                let before = try await db.traffic()
                try await expectFailure("a pipeline's results are there only when the pipeline is through") {
                    try await db.pipeline { p in
                        let result = try p.fetchOne("SELECT 1", as: Int.self)
                        return [try result.get()].map { _ in result }
                    }
                }
                await #expect(throws: Stop.self) {
                    try await db.pipeline { p -> [Pipeline.Result<Int>] in
                        _ = try p.fetchOne("SELECT 1", as: Int.self)
                        throw Stop()
                    }
                }
                // What cannot be sent: nothing of the pipeline is.
                try await expectFailure("parameter $1 of type String: text with a zero byte (U+0000)") {
                    try await db.pipeline { p in
                        (try p.execute("SELECT 1"), try p.execute("SELECT \("a\0b")"))
                    }
                }
                #expect(try await db.traffic() == before)
                try await expectFailure("the SQL text contains a zero byte, which PostgreSQL cannot take: remove it") {
                    try await db.pipeline { p in (try p.execute("SELECT 1"), try p.execute("SELECT '\0'")) }
                }
                #expect(try await db.traffic() == before)
                #expect(try await db.fetchOne("SELECT 1", as: Int.self) == 1)
            }
        }

        @Test(arguments: LiveServer.direct) func syncSeparates(_ server: LiveServer) async throws {
            try await server.connected { db in
                for _ in 1...4 {
                    let (one, failed, aborted, three, sent) = try await db.pipeline { p in
                        try p.sync()
                        let one = try p.fetchOne("SELECT 1", as: Int.self)
                        try p.sync()
                        try p.sync()
                        let failed = try p.fetchOne("SELECT 1 / 0", as: Int.self).outcome
                        let aborted = try p.fetchOne("SELECT 2", as: Int.self).outcome
                        try p.sync()
                        let three = try p.fetchOne("SELECT 3", as: Int.self)
                        let sent = try p.fetchAll("SELECT generate_series(1, 1000)", as: Int.self)
                        try p.sync()
                        return (one, failed, aborted, three, sent)
                    }
                    #expect(one == 1 && three == 3 && sent == Array(1...1000))
                    #expect("\(failed)".contains("22012") && "\(aborted)".contains("had no effect"))
                }
                #expect(try await db.fetchOne("SELECT 1", as: Int.self) == 1)
            }
        }

        @Test func syncIsRefusedInFrontOfATransactionPooler() async throws {
            for (server, poolerMode) in [(LiveServer.pgBouncer, PoolerMode.Kind?.none), (.postgres17, .transaction)] {
                try await server.connected {
                    $0.poolerMode = poolerMode
                } _: { db in
                    for _ in 1...2 { try await db.execute("SELECT 1") }
                    try await expectFailure(
                        "a pipeline is all under one Sync in front of a transaction pooler, and this is one "
                            + "(\(db.poolerMode.reason)): use one pipeline for each part"
                    ) {
                        try await db.pipeline { p in
                            let one = try p.execute("SELECT 1")
                            try p.sync()
                            return one
                        }
                    }
                    #expect(try await db.fetchOne("SELECT 1", as: Int.self) == 1)
                }
            }
        }

        /// What precedes the error stands as far as the transaction will.
        @Test(arguments: LiveServer.allCases) func inATransaction(_ server: LiveServer) async throws {
            try await server.connected { db in
                let sum = try await db.transaction { tx in
                    let (a, b) = try await tx.pipeline { p in
                        (try p.fetchOne("SELECT 1", as: Int.self), try p.fetchOne("SELECT 2", as: Int.self))
                    }
                    let (before, failed, after) = try await tx.pipeline { p in
                        try p.execute("SAVEPOINT s")
                        return (
                            try p.fetchOne("SELECT 3", as: Int.self), try p.execute("SELECT 1 / 0").outcome,
                            try p.execute("SELECT 4").outcome
                        )
                    }
                    #expect("\(failed)".contains("22012") && "\(after)".contains("had no effect"))
                    let (_, c) = try await tx.pipeline { p in
                        (try p.execute("ROLLBACK TO s"), try p.fetchOne("SELECT 4", as: Int.self))
                    }
                    return a + b + before + c
                }
                #expect(sum == 10)
            }
        }

        /// A statement that is used several times in one pipeline is prepared once.
        @Test(arguments: LiveServer.direct) func repeatedInAPipeline(_ server: LiveServer) async throws {
            let sent = SentRequests()
            try await server.connected {
                $0.poolerMode = .direct
                $0.trafficObserver = sent.observe
            } _: { db in
                _ = sent.take()
                let values = try await db.pipeline { p in
                    try (1...4).map { try p.fetchOne("SELECT \(Int32($0))", as: Int32.self) }
                }
                #expect(values == [1, 2, 3, 4])
                #expect(
                    sent.takeWords() == SentRequests.unnamed.dropLast() + SentRequests.preparing("pgwire_1").dropLast()
                        + ["Bind pgwire_1", "Describe", "Execute", "Bind pgwire_1", "Describe", "Execute", "Sync"])
                // After a Sync it is not certain that the Parse before it came about.
                let late = try await db.pipeline { p in
                    let failed = try p.execute("SELECT 1 / 0").outcome
                    let first = try p.fetchOne("SELECT \("a")", as: String.self).outcome
                    let second = try p.fetchOne("SELECT \("a")", as: String.self).outcome
                    try p.sync()
                    let others = try (1...2).map { _ in try p.fetchOne("SELECT \(1.5)", as: Double.self) }
                    let third = try p.fetchOne("SELECT \("a")", as: String.self)
                    return (failed, first, second, others[0], others[1], third)
                }
                #expect("\(late.0)".contains("22012"))
                #expect("\(late.1)".contains("had no effect") && "\(late.2)".contains("had no effect"))
                #expect(late.3 == 1.5 && late.4 == 1.5 && late.5 == "a")
                for _ in 1...3 { #expect(try await db.fetchOne("SELECT \("a")", as: String.self) == "a") }
                #expect(db.poolerMode.kind == .direct)
            }
        }
    }
}
