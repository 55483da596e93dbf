import PGWire
import Testing

extension Live {
    /// The trace context travels with statements: no flight more, nothing left behind, and prepared statements stay of use.
    @Suite struct TraceContexts {
        @TaskLocal static var current: String?

        private static func traceparent(_ number: Int) -> String {
            "00-0af7651916cd43dd8448eb211c80319c-b7ad6b716920333\(number)-01"
        }

        private static let question: SQL = "SELECT coalesce(current_setting('app.traceparent', true), '')"

        /// Expects what a statement sees.
        private func expect(
            _ db: borrowing some Queryable & ~Copyable, _ expected: String,
            sourceLocation: SourceLocation = #_sourceLocation
        ) async throws {
            let seen = try await db.fetchOne(Self.question, as: String.self)
            #expect(seen == expected, sourceLocation: sourceLocation)
        }

        private func connected(
            _ server: LiveServer, _ observer: RecordingObserver = RecordingObserver(),
            _ body: (Connection) async throws -> Void
        ) async throws {
            try await server.connected {
                $0.observer = observer
                $0.traceContext = .traceparent(setting: "app.traceparent") { Self.current }
            } _: { db in
                try await body(db)
            }
        }

        @Test(arguments: LiveServer.allCases) func eachStatementHasItsOwn(_ server: LiveServer) async throws {
            let observer = RecordingObserver()
            try await connected(server, observer) { db in
                try await db.execute("SELECT 1")
                for number in 1...5 {
                    let before = try await db.traffic().flights
                    let seen = try await Self.$current.withValue(Self.traceparent(number)) {
                        try await db.fetchOne(Self.question, as: String.self)
                    }
                    #expect(seen == Self.traceparent(number))
                    #expect(try await db.traffic().flights - before == 1)
                }
                // Gone again; so it is for others, who may get the same session of a pooler.
                try await expect(db, "")
                try await server.connected { other in
                    try await expect(other, "")
                }
            }
            let prepared = observer.statements.all.filter { $0.0.text == Self.question.text }.map(\.1.isPrepared)
            #expect(prepared.count == 6)
            if server != .pgBouncer { #expect(prepared.suffix(3) == [true, true, true]) }
        }

        @Test(arguments: LiveServer.allCases) func transactionsHaveThem(_ server: LiveServer) async throws {
            try await connected(server) { db in
                try await db.execute("SELECT 1")
                let before = try await db.traffic().flights
                try await Self.$current.withValue(Self.traceparent(1)) {
                    try await db.transaction { tx in
                        try await expect(tx, Self.traceparent(1))
                        // A span of its own.
                        let inner = try await Self.$current.withValue(Self.traceparent(2)) {
                            try await tx.fetchOne(Self.question, as: String.self)
                        }
                        #expect(inner == Self.traceparent(2))
                        try await expect(tx, Self.traceparent(1))
                        try await Self.$current.withValue(nil) {
                            try await expect(tx, "")
                        }
                    }
                }
                #expect(try await db.traffic().flights - before == 6)
                try await expect(db, "")
            }
        }

        /// Going back to a savepoint brings back what was set before it.
        @Test(arguments: LiveServer.allCases) func savepointsDoNotConfuseThem(_ server: LiveServer) async throws {
            struct Failure: Error {}
            try await connected(server) { db in
                try await Self.$current.withValue(Self.traceparent(1)) {
                    try await db.transaction { tx in
                        await #expect(throws: Failure.self) {
                            try await tx.savepoint { sp in
                                try await Self.$current.withValue(Self.traceparent(2)) {
                                    try await expect(sp, Self.traceparent(2))
                                }
                                throw Failure()
                            }
                        }
                        try await Self.$current.withValue(Self.traceparent(2)) {
                            try await expect(tx, Self.traceparent(2))
                        }
                        try await expect(tx, Self.traceparent(1))
                    }
                }
            }
        }

        @Test(arguments: LiveServer.allCases) func otherWaysHaveThem(_ server: LiveServer) async throws {
            try await connected(server) { db in
                try await Self.$current.withValue(Self.traceparent(3)) {
                    let both = try await db.pipeline { p in
                        (
                            try p.fetchOne(Self.question, as: String.self),
                            try p.fetchOne(Self.question, as: String.self)
                        )
                    }
                    #expect(both == (Self.traceparent(3), Self.traceparent(3)))
                    var copied = ""
                    try await db.copyOut(
                        "COPY (SELECT current_setting('app.traceparent')) TO STDOUT", timeout: .seconds(5)
                    ) { piece in copied += piece.withUnsafeBytes { String(decoding: $0, as: UTF8.self) } }
                    #expect(copied == Self.traceparent(3) + "\n")
                    for try await seen in db.query(Self.question, as: String.self, timeout: .seconds(5)) {
                        #expect(seen == Self.traceparent(3))
                    }
                    // Nothing may come before these.
                    try await db.execute("VACUUM pg_catalog.pg_am")
                    try await db.execute("BEGIN ISOLATION LEVEL SERIALIZABLE READ ONLY DEFERRABLE")
                    try await db.execute("COMMIT")
                    let error = try await serverFailure { try await db.execute("SELECT 1 / 0") }
                    #expect(error.sqlState == .divisionByZero)
                }
                try await expect(db, "")
            }
        }

        /// What the observer gives counts for more than the closure; what is no trace context is not sent.
        @Test func theObserversIsSent() async throws {
            struct Spans: DatabaseObserver {
                let given: String?
                func statementBegins(_ statement: ObservedStatement) -> Observation<ObservedStatement.End>? {
                    Observation(traceContext: given) { _ in }
                }
            }
            for (given, seen) in [
                (Self.traceparent(7), Self.traceparent(7)), ("'; DROP TABLE x", ""), (nil, Self.traceparent(1)),
            ] {
                try await LiveServer.postgres17.connected {
                    $0.observer = Spans(given: given)
                    $0.traceContext = .traceparent(setting: "app.traceparent") { Self.traceparent(1) }
                } _: { db in
                    try await expect(db, seen)
                }
            }
        }

        @Test(arguments: [LiveServer.postgres17, .pgBouncer]) func otherSettings(_ server: LiveServer) async throws {
            try await server.connected {
                $0.traceContext = .pgTracing { Self.traceparent(4) }
            } _: { db in
                let seen = try await db.fetchOne("SELECT current_setting('pg_tracing.trace_context')", as: String.self)
                #expect(seen == "traceparent='\(Self.traceparent(4))'")
            }
            try await server.connected {
                $0.traceContext = .applicationName { Self.current }
            } _: { db in
                let name: SQL = "SELECT current_setting('application_name')"
                let inside = try await Self.$current.withValue("it's 7") {
                    try await db.fetchOne(name, as: String.self)
                }
                #expect(inside == "it's 7")
                let outside = try await db.fetchOne(name, as: String.self)
                #expect(outside == "pgwire")
            }
        }

        @Test func traceparentsAreChecked() {
            let good = Self.traceparent(1)
            #expect(TraceContext.isTraceparent(good))
            for bad in [
                "", good + "0", good.uppercased(), "ff" + good.dropFirst(2), good.replacing("-", with: "_"),
                "00-\(String(repeating: "0", count: 32))-b7ad6b7169203331-01",
                "00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01", "0\u{301}" + good.dropFirst(),
            ] {
                #expect(!TraceContext.isTraceparent(bad), "\(bad)")
            }
        }
    }
}
