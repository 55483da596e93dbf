import PGWire
import Testing

/// What a statement that fails does to the others.
extension Live.Pipelines {
    @Test(arguments: LiveServer.allCases) func anErrorUndoesWhatIsUnderTheSameSync(_ server: LiveServer)
        async throws
    {
        let table = "undone_\(UInt32.random(in: 0 ... .max))"
        try await server.connected { db in
            try await db.execute("CREATE TABLE \(identifier: table) (id int4 PRIMARY KEY)")
            let insert: (Int32) -> SQL = { "INSERT INTO \(identifier: table) VALUES (\($0))" }
            for use in 1...4 {
                let (first, failed, last) = try await db.pipeline { p in
                    (
                        try p.execute(insert(1)).outcome, try p.execute(insert(1)).outcome,
                        try p.fetchOne("SELECT 1", as: Int.self).outcome
                    )
                }
                guard case .failure(PostgresError.server(let error)) = failed else {
                    return #expect(Bool(false), "\(failed)")
                }
                #expect(error.sqlState == .uniqueViolation)
                #expect(error.sql == "INSERT INTO \"\(table)\" VALUES ($1)")
                for other in [first.map { _ in }, last.map { _ in }] {
                    guard case .failure(PostgresError.pipelineAborted(let aborted)) = other else {
                        return #expect(Bool(false), "\(other)")
                    }
                    #expect(aborted.cause == error)
                    #expect(
                        "\(aborted)"
                            == "the statement had no effect, because another one of the pipeline failed:\n\(error)")
                }
                // Asked for without telling failures apart, each throws the server's own error.
                for index in 0..<3 {
                    let thrown = try await serverFailure {
                        try await db.pipeline { p in
                            let all = [
                                try p.execute(insert(1)), try p.execute(insert(1)), try p.execute(insert(2)),
                            ]
                            return [all[index]]
                        }
                    }
                    #expect(thrown.sqlState == .uniqueViolation)
                }
                let count = try await db.fetchOne("SELECT count(*) FROM \(identifier: table)", as: Int.self)
                #expect(count == 0, "use \(use)")
            }
            try await db.execute("DROP TABLE \(identifier: table)")
        }
    }

    /// A failure that nobody asked for is thrown too: a statement that was not carried out must not go unnoticed.
    @Test(arguments: LiveServer.allCases) func aFailureOfWhatIsNotReturned(_ server: LiveServer) async throws {
        try await server.connected { db in
            let error = try await serverFailure {
                try await db.pipeline { p in
                    try p.execute("SELECT 1")
                    try p.execute("SELECT 1 / 0")
                    return ()
                }
            }
            #expect(error.sqlState == .divisionByZero)
            let inside = try await serverFailure {
                try await db.transaction { tx in
                    try await tx.pipeline { p in
                        let first = try p.fetchOne("SELECT 1", as: Int.self)
                        try p.execute("SELECT 1 / 0")
                        return first
                    }
                }
            }
            #expect(inside.sqlState == .divisionByZero)
        }
    }

    /// What a pipeline has committed by itself is not called undone.
    @Test(arguments: LiveServer.allCases) func whatWasCommittedStands(_ server: LiveServer) async throws {
        let table = "stands_\(UInt32.random(in: 0 ... .max))"
        try await server.connected { db in
            try await db.execute("CREATE TABLE \(identifier: table) (id int4)")
            let (inserted, committed, failed) = try await db.pipeline { p in
                try p.execute("BEGIN")
                let inserted = try p.execute("INSERT INTO \(identifier: table) VALUES (1)")
                return (inserted.outcome, try p.execute("COMMIT").outcome, try p.execute("SELECT 1 / 0").outcome)
            }
            #expect(try await db.fetchOne("SELECT count(*) FROM \(identifier: table)", as: Int.self) == 1)
            #expect(throws: Never.self) { _ = try inserted.get() }
            #expect(throws: Never.self) { _ = try committed.get() }
            #expect("\(failed)".contains("22012"))
            try await db.execute("DROP TABLE \(identifier: table)")
        }
    }

    @Test(arguments: LiveServer.allCases) func whatCannotBeDecodedSpoilsNothingElse(_ server: LiveServer)
        async throws
    {
        try await server.connected { db in
            let (wrong, null, none, several, right) = try await db.pipeline { p in
                (
                    try p.fetchAll("SELECT generate_series(1, 1000)::text", as: Int.self).outcome,
                    try p.fetchOne("SELECT NULL::int4", as: Int.self).outcome,
                    try p.fetchOne("SELECT 1 WHERE false", as: Int.self).outcome,
                    try p.fetchOptional("SELECT generate_series(1, 2)", as: Int.self).outcome,
                    try p.fetchOne("SELECT 5", as: Int.self)
                )
            }
            #expect(right == 5)
            #expect("\(wrong)".contains("cannot be decoded as Int"))
            #expect("\(null)".contains("is NULL: decode it as Int?"))
            #expect("\(none)".contains("returned no row"))
            #expect("\(several)".contains("more than one row"))
            try await expectFailure(
                "column \"text\" of type 25 (text) cannot be decoded as Int: take String, or cast it in SQL"
            ) {
                try await db.pipeline { p in
                    (try p.execute("SELECT 1"), try p.fetchOne("SELECT 'a'::text", as: Int.self))
                }
            }
        }
    }
}
