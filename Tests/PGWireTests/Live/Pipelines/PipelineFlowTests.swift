import PGWire
import Testing

extension Live {
    /// What pipelines cost, large ones, and those that are stopped.
    @Suite struct PipelineFlow {
        /// One write and one flight, however the results are asked for.
        @Test(arguments: LiveServer.allCases) func ahundredStatementsAreOneFlight(_ server: LiveServer) async throws {
            try await server.connected { db in
                for timeout: Duration? in [nil, .seconds(30)] {
                    for use in 1...4 {
                        let before = try await db.traffic()
                        let list = try await db.pipeline(timeout: timeout) { p in
                            try (0..<100).map { try p.fetchOne("SELECT \($0) + 1", as: Int.self) }
                        }
                        let middle = try await db.traffic()
                        #expect(list == Array(1...100))
                        let (first, last) = try await db.pipeline(timeout: timeout) { p in
                            let first = try p.fetchAll("SELECT 0", as: Int.self)
                            for _ in 0..<98 { try p.execute("SELECT 1") }
                            return (first, try p.fetchOptional("SELECT 99", as: Int.self))
                        }
                        #expect(first == [0] && last == 99)
                        let after = try await db.traffic()
                        for (start, end) in [(before, middle), (middle, after)] {
                            #expect(end.sends - start.sends == 1, "use \(use)")
                            #expect(end.flights - start.flights == 1, "use \(use)")
                        }
                    }
                }
            }
        }

        /// 20 MB there and 60 MB back: both sides' buffers are full long before either has said all.
        @Test(arguments: LiveServer.allCases) func fullBuffersBothWays(_ server: LiveServer) async throws {
            let text = String(repeating: "0123456789", count: 100)
            try await server.connected { db in
                let lengths = try await db.pipeline { p in
                    try (0..<20_000).map { index in
                        try p.fetchOne("SELECT \(index), repeat(\(text), 3)", as: (Int, String).self)
                    }
                }
                #expect(lengths.count == 20_000)
                #expect(lengths.enumerated().allSatisfy { $1.0 == $0 && $1.1.utf8.count == 3000 })
                #expect(try await db.traffic().blockedSends > 0)
                #expect(try await db.fetchOne("SELECT 1", as: Int.self) == 1)
            }
        }

        @Test(arguments: LiveServer.allCases) func timeouts(_ server: LiveServer) async throws {
            let setting: SQL = "SELECT current_setting('statement_timeout')"
            try await server.connected { db in
                let clock = ContinuousClock.now
                let (before, late, after) = try await db.pipeline(timeout: .milliseconds(150)) { p in
                    (
                        try p.fetchOne(setting, as: String.self).outcome,
                        try p.execute("SELECT pg_sleep(600)").outcome, try p.execute("SELECT 1").outcome
                    )
                }
                #expect((.milliseconds(150) ..< .seconds(3)).contains(.now - clock))
                #expect("\(late)".contains("canceling statement due to statement timeout"))
                #expect("\(before)".contains("had no effect") && "\(after)".contains("had no effect"))
                #expect(try await db.fetchOne(setting, as: String.self) == "0")
                // Each transaction of a pipeline has it, and each statement its own time.
                if server != .pgBouncer {
                    let settings = try await db.pipeline(timeout: .milliseconds(700)) { p in
                        var results: [Pipeline.Result<String>] = []
                        for _ in 1...2 {
                            results.append(try p.fetchOne(setting, as: String.self))
                            try p.execute("SELECT pg_sleep(0.4)")
                            try p.execute("SELECT pg_sleep(0.4)")
                            try p.sync()
                        }
                        return results
                    }
                    #expect(settings == ["700ms", "700ms"])
                }
                let inside = try await db.transaction { tx in
                    let one = try await tx.pipeline(timeout: .seconds(7)) { p in
                        try p.fetchOne(setting, as: String.self)
                    }
                    let two = try await tx.pipeline { p in [try p.fetchOne(setting, as: String.self)] }
                    return [one] + two
                }
                #expect(inside == ["7s", "0"])
                // The longest that there is is none that breaks anything.
                let forever = try await db.pipeline(timeout: .seconds(Int64.max)) { p in
                    try (0..<100).map { try p.fetchOne("SELECT \($0)", as: Int.self) }
                }
                #expect(forever.count == 100)
            }
        }

        @Test(arguments: LiveServer.allCases) func cancelling(_ server: LiveServer) async throws {
            let mark = "pipeline_\(UInt32.random(in: 0 ... .max))"
            let running = SQL.isRunning(mark)
            try await server.observed { observer in
                try await server.withTable("id int4") { db, table in
                    let task = Task {
                        try await db.pipeline { p in
                            let first = try p.execute("INSERT INTO \(identifier: table) VALUES (1)")
                            let sleep = try p.execute("SELECT pg_sleep(600) /* \(raw: mark) */")
                            return (first, sleep, try p.execute("INSERT INTO \(identifier: table) VALUES (2)"))
                        }
                    }
                    try await observer.wait(for: running)
                    let clock = ContinuousClock.now
                    task.cancel()
                    await #expect(throws: CancellationError.self) { _ = try await task.value }
                    #expect(.now - clock < .seconds(4))
                    #expect(try await db.fetchOne("SELECT count(*) FROM \(identifier: table)", as: Int.self) == 0)
                    // While much is still to be sent.
                    let text = String(repeating: "0123456789", count: 100)
                    let large = Task {
                        try await db.pipeline { p in
                            let sleep = try p.execute("SELECT pg_sleep(600) /* \(raw: mark) */")
                            for _ in 0..<20_000 { try p.execute("SELECT \(text)") }
                            return sleep
                        }
                    }
                    try await observer.wait(for: running)
                    large.cancel()
                    await #expect(throws: CancellationError.self) { _ = try await large.value }
                    #expect(try await db.fetchOne("SELECT 1", as: Int.self) == 1)
                }
            }
        }

        /// A COPY is refused wherever it stands in a pipeline, before anything is sent: a statement that follows it would end
        /// the connection.
        @Test(arguments: LiveServer.allCases) func copyIsRefused(_ server: LiveServer) async throws {
            let refusal = "the statement is a COPY, whose data this call neither gives nor takes: use copyIn or copyOut"
            try await server.withTable("id int4") { db, table in
                let into: SQL = "COPY \(identifier: table) FROM STDIN"
                let out: SQL = "COPY (SELECT generate_series(1, 10000)) TO STDOUT"
                let before = try await db.traffic()
                for copy in [into, out, "/* a /* nested */ comment */ -- another\n copy (SELECT 1) to stdout"] {
                    for after in [0, 2] {
                        try await expectFailure(refusal) {
                            try await db.pipeline { p in
                                try p.execute("INSERT INTO \(identifier: table) VALUES (1)")
                                let result = try p.execute(copy)
                                for _ in 0..<after { try p.execute("SELECT 2") }
                                return result
                            }
                        }
                    }
                }
                #expect(try await db.traffic() == before)
                // What only looks like it is not refused.
                let (text, comment) = try await db.pipeline { p in
                    (
                        try p.fetchOne("SELECT 'COPY t FROM STDIN'", as: String.self),
                        try p.fetchOne("-- COPY t FROM STDIN\nSELECT 1", as: Int.self)
                    )
                }
                #expect(text == "COPY t FROM STDIN" && comment == 1)
            }
        }
    }
}
