import PGWire
import Testing

extension ExampleTests {
    /// The adapters: spans nest and end, metrics have OpenTelemetry's names, and logs say what has gone wrong.
    @Test func observing() async throws {
        try await withDatabase { given, _ async throws in
            let logger = ObservingExamples.Logger()
            var configuration = ObservingExamples.configure(given, logger: logger)
            configuration.observer = ObserverGroup(
                [configuration.observer, ObservingExamples.LoggingObserver(logger: logger)].compactMap { $0 })
            configuration = ObservingExamples.sendContext(configuration)
            let request = ObservingExamples.ServiceContext(requestID: 42)
            let pool = ConnectionPool(configuration)
            try await ObservingExamples.ServiceContext.$current.withValue(request) {
                let seen = try await pool.transaction { tx in
                    try await tx.fetchOne("SELECT current_setting('app.traceparent')", as: String.self)
                }
                let spans = ObservingExamples.Tracer.shared.spans.all
                #expect(spans.map(\.name) == ["transaction", "BEGIN", "SELECT", "COMMIT"])
                #expect(spans.allSatisfy { $0.isEnded && !$0.isError && $0.parent.requestID == 42 })
                #expect(spans.dropFirst().allSatisfy { $0.parent.traceparent == spans[0].context.traceparent })
                #expect(seen == spans[2].context.traceparent)
                #expect(spans[2].attributes["db.response.returned_rows"] as? Int == 1)
                try await pool.withConnection { db in
                    #expect(try await ObservingExamples.place(db, team: "a") == ["Ada"])
                    _ = try await serverFailure { try await db.execute("SELECT 1 / \(0)") }
                    try await db.execute("DO $$ BEGIN RAISE NOTICE 'look'; PERFORM pg_sleep(0.51); END $$")
                }
            }
            await pool.close()
            let failed = try #require(ObservingExamples.Tracer.shared.spans.all.first { $0.isError })
            #expect(failed.attributes["error.type"] as? String == "22012")
            #expect(failed.attributes["db.query.text"] as? String == "SELECT ? / $1")
            #expect(logger.lines.all.contains("info look"))
            #expect(logger.lines.all.contains { $0.hasPrefix("warning ") && $0.contains(" s, DO, at PGWireTests/") })
            let measured = ObservingExamples.measured.all
            #expect(
                measured.contains { $0.hasPrefix("db.client.operation.duration ") && $0.hasSuffix("error.type=22012") })
            #expect(measured.contains { $0.hasPrefix("db.client.connection.count=1 ") && $0.hasSuffix("state=used") })
            #expect(measured.contains { $0.hasPrefix("db.client.connection.use_time ") })
        }
    }

    @Test func tracing() async throws {
        try await withDatabase { given, _ async throws in
            let lines = Log<String>()
            let configuration = ObservingExamples.trace(given) { lines.append($0) }
            try await Connection.withConnection(ObservingExamples.sendOwnContext(configuration)) { db in
                try await db.execute(script: "SELECT 'shown'")
            }
            #expect(lines.all.contains { $0.hasSuffix("\tB\t15\tDataRow\t 1 5 'shown'") })
            let form = #/\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{6}\t[FB]\t\d+\t\w+(\t .*)?/#
            #expect(lines.all.allSatisfy { $0.wholeMatch(of: form) != nil }, "\(lines.all)")
            #expect(!lines.all.contains { $0.contains(given.password?.value ?? "?") })
            #expect(lines.all.last?.hasSuffix("F\t4\tTerminate") == true)
        }
    }
}
