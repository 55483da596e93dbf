import PGWire
import Testing

extension Live {
    /// Rows that are asked for in parts, in a transaction.
    @Suite struct RowsInParts {
        @Test(arguments: [LiveServer.postgres15, .pgBouncer]) func theyAreComplete(_ server: LiveServer) async throws {
            try await server.connected { db in
                for count in [0, 1, 1023, 1024, 1025, 5119, 5120, 5121, 300_000] {
                    try await db.transaction { tx in
                        // Repeated, so that it is prepared.
                        for _ in 0..<3 {
                            var expected = 0
                            for try await number in tx.query(
                                "SELECT g FROM generate_series(1, \(count)) AS g", as: Int.self)
                            {
                                expected += 1
                                if number != expected { Issue.record("\(number) came in place of \(expected)") }
                            }
                            #expect(expected == count)
                        }
                        var rows = 0
                        for try await _ in tx.query("SELECT g, g::text FROM generate_series(1, \(count)) AS g") {
                            rows += 1
                        }
                        #expect(rows == count)
                    }
                }
            }
        }

        /// What changes data does so at once, with the first part of its rows.
        @Test(arguments: LiveServer.allCases) func whatChangesDataIsDoneAtOnce(_ server: LiveServer) async throws {
            try await server.connected { db in
                try await db.execute("CREATE TABLE in_parts (number int)")
                try await db.transaction { tx in
                    let insert: SQL = "INSERT INTO in_parts SELECT generate_series(1, 100000) RETURNING number"
                    for try await number in tx.query(insert, as: Int.self) where number == 1100 { break }
                    #expect(try await tx.fetchOne("SELECT count(*) FROM in_parts", as: Int.self) == 100_000)
                    // A table whose rows are still asked for is not in the way of what comes next.
                    for try await _ in tx.query("SELECT number FROM in_parts") { break }
                    try await tx.execute("ALTER TABLE in_parts ADD COLUMN text text")
                }
                #expect(try await db.fetchOne("SELECT count(*) FROM in_parts", as: Int.self) == 100_000)
                try await db.execute("DROP TABLE in_parts")
            }
        }

        @Test(arguments: LiveServer.allCases) func anErrorInALaterPart(_ server: LiveServer) async throws {
            try await server.connected { db in
                var count = 0
                let error = try await serverFailure {
                    try await db.transaction { tx in
                        for try await _ in tx.query(
                            "SELECT 1 / (5000 - g) FROM generate_series(1, 10000) AS g", as: Int.self)
                        {
                            count += 1
                        }
                    }
                }
                #expect(error.sqlState == .divisionByZero)
                #expect(error.sql?.utf8.starts(with: "SELECT 1".utf8) == true)
                #expect((1024..<5000).contains(count))
                #expect(try await db.fetchOne("SELECT 7", as: Int.self) == 7)
            }
        }

        /// A small result takes the same messages and flights as elsewhere.
        @Test func aSmallResultTakesOneFlight() async throws {
            let sent = SentRequests()
            try await LiveServer.postgres17.connected({ $0.trafficObserver = sent.observe }) { db in
                try await db.transaction { tx in
                    _ = sent.take()
                    for try await _ in tx.query("SELECT g FROM generate_series(1, 1000) AS g") {}
                    #expect(sent.takeWords() == SentRequests.unnamed)
                    for try await _ in tx.query("SELECT g FROM generate_series(1, 1025) AS g") {}
                    #expect(sent.takeWords() == SentRequests.unnamed + ["Execute", "Sync"])
                }
            }
        }
    }
}
