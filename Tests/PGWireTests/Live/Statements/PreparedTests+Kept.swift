import PGWire
import Testing

/// How long prepared statements are kept: until somebody drops them, or there are too many.
extension Live.Prepared {
    private typealias Sent = SentRequests

    @Test(arguments: LiveServer.direct) func allAreDropped(_ server: LiveServer) async throws {
        try await server.connected {
            $0.poolerMode = .direct
        } _: { db in
            let sql: SQL = "SELECT \(Int32(1))"
            for statement in ["DEALLOCATE ALL", "DISCARD ALL"] {
                for isScript in [false, true] {
                    for _ in 1...3 { #expect(try await db.fetchOne(sql, as: Int32.self) == 1) }
                    #expect(try await db.preparedStatements().count == 1)
                    if isScript {
                        try await db.execute(script: statement)
                    } else {
                        try await db.execute(SQL(raw: statement))
                    }
                    #expect(try await db.preparedStatements() == [])
                }
            }
            #expect(db.poolerMode.kind == .direct)
        }
    }

    /// Whoever drops one of them behind the driver's back does no harm either; who does it again is taken for a
    /// pooler, since there nothing else is to be expected.
    @Test(arguments: LiveServer.direct, Reading.allCases)
    func oneIsDropped(_ server: LiveServer, _ reading: Reading) async throws {
        try await server.connected {
            $0.poolerMode = .direct
        } _: { db in
            let sql: SQL = "SELECT \(Int32(1)) AS one"
            for round in 1...3 {
                for use in 1...3 { #expect(try await reading.texts(db, sql) == ["one 1"], "use \(use)") }
                #expect(db.poolerMode.kind == (round == 3 ? .transaction : .direct))
                for name in try await db.preparedStatements() {
                    try await db.execute("DEALLOCATE \(identifier: name)")
                }
            }
            #expect(
                "\(db.poolerMode)" == "transaction pooler (prepared statements got lost, so a pooler is between)")
            #expect(try await reading.texts(db, sql) == ["one 1"])
            #expect(try await db.preparedStatements() == [])
        }
    }

    /// A statement of the same name, which somebody else has prepared, is not met in vain.
    @Test(arguments: LiveServer.direct) func aNameThatIsTaken(_ server: LiveServer) async throws {
        try await server.connected {
            $0.poolerMode = .direct
        } _: { db in
            try await db.execute("PREPARE pgwire_1 AS SELECT 'not yours'")
            for _ in 1...4 { #expect(try await db.fetchOne("SELECT \("mine")", as: String.self) == "mine") }
            #expect(
                "\(db.poolerMode)"
                    == "transaction pooler (another client's prepared statement was met, so a pooler is between)")
        }
    }

    @Test(arguments: LiveServer.direct) func thoseNotUsedForLongestAreClosed(_ server: LiveServer) async throws {
        let sent = SentRequests()
        try await server.connected {
            $0.poolerMode = .direct
            $0.statementCacheCapacity = 3
            $0.trafficObserver = sent.observe
        } _: { db in
            func use(_ index: Int) async throws {
                let value = try await db.fetchOne("SELECT \(Int32(index)) + \(raw: "\(index)")", as: Int32.self)
                #expect(value == Int32(2 * index))
            }
            for index in 1...3 { for _ in 1...2 { try await use(index) } }
            #expect(try await db.preparedStatements() == ["pgwire_1", "pgwire_2", "pgwire_3"])
            try await use(1)
            _ = sent.take()
            // A new one displaces the second, which is closed when the new one is prepared.
            try await use(4)
            #expect(sent.takeWords() == Sent.unnamed)
            try await use(4)
            #expect(sent.takeWords() == ["Close pgwire_2"] + Sent.preparing("pgwire_4"))
            #expect(try await db.preparedStatements() == ["pgwire_1", "pgwire_3", "pgwire_4"])
            _ = sent.take()
            // It starts over.
            for words in [Sent.unnamed, ["Close pgwire_3"] + Sent.preparing("pgwire_5")] {
                try await use(2)
                #expect(sent.takeWords() == words)
            }
            for index in 10..<60 { for _ in 1...3 { try await use(index) } }
            #expect(try await db.preparedStatements().count == 3)
        }
    }

    /// What was to be closed along with a statement that failed, or was not sent, is closed by another.
    @Test(arguments: LiveServer.direct) func closingIsNotForgotten(_ server: LiveServer) async throws {
        try await server.connected {
            $0.poolerMode = .direct
            $0.statementCacheCapacity = 2
        } _: { db in
            func use(_ index: Int) async throws {
                _ = try await db.fetchOne("SELECT \(Int32(index)) + \(raw: "\(index)")", as: Int32.self)
            }
            for index in 1...2 { for _ in 1...2 { try await use(index) } }
            try await use(3)
            // The Close goes with the second statement of a pipeline, whose first one fails.
            await #expect(throws: PostgresError.self) {
                try await db.pipeline { p in
                    let first = try p.execute("DO $$ BEGIN RAISE EXCEPTION 'no'; END $$")
                    return (first, try p.fetchOne("SELECT \(Int32(3)) + \(raw: "3")", as: Int32.self))
                }
            }
            for index in 4...6 { for _ in 1...2 { try await use(index) } }
            #expect(try await db.preparedStatements().count <= 2)
            // And with one that is not even sent, as another one of the same batch cannot be.
            try await use(7)
            await #expect(throws: PostgresError.self) {
                try await db.pipeline { p in
                    let first = try p.fetchOne("SELECT \(Int32(7)) + \(raw: "7")", as: Int32.self)
                    return (first, try p.execute("SELECT '\0'"))
                }
            }
            for index in 8...9 { for _ in 1...2 { try await use(index) } }
            #expect(try await db.preparedStatements().count <= 2)
        }
    }

    /// Those of one pipeline are all under way, so none can give way to another before it is through.
    @Test(arguments: LiveServer.direct) func moreInAPipelineThanAreKept(_ server: LiveServer) async throws {
        try await server.connected {
            $0.poolerMode = .direct
            $0.statementCacheCapacity = 4
        } _: { db in
            let values = try await db.pipeline { p in
                try (0..<40).map { try p.fetchOne("SELECT \(Int32($0)) + \(raw: "\($0 / 2)")", as: Int32.self) }
            }
            #expect(values == (0..<40).map { $0 + $0 / 2 })
            for _ in 1...2 { try await db.execute("SELECT \("another")") }
            #expect(try await db.preparedStatements().count <= 4)
        }
    }
}
