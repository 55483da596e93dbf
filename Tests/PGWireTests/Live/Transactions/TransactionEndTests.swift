import PGWire
import PGWireTesting
import Synchronization
import Testing

extension Live {
    /// What is told of a transaction's end, and what of it holds for others.
    @Suite struct TransactionEnds {
        private static let done: [WireMessage] = [.parseComplete, .bindComplete, .noData]

        private static func refused(_ code: String, _ message: String) -> WireMessage {
            .errorResponse(code, message, severity: "FATAL")
        }

        /// The role and the settings are gone with the block: nothing more is carried out in the name of the transaction.
        @Test(arguments: LiveServer.allCases) func endedByHand(_ server: LiveServer) async throws {
            try await server.withTable("id int") { db, table in
                for end in ["COMMIT", "ROLLBACK", "/* now */ rollback work"] {
                    let after = try await failure {
                        try await db.transaction(settings: .role("pg_read_all_data")) { tx in
                            try await tx.execute(SQL(raw: end))
                            return try await tx.fetchOne("SELECT current_user", as: String.self)
                        }
                    }
                    #expect("\(after)".contains("was ended inside of its closure"), "\(after)")
                    let last = try await failure {
                        try await db.transaction { tx in
                            try await tx.execute("INSERT INTO \(identifier: table) VALUES (1)")
                            _ = try await tx.execute(script: "SELECT 1; \(end)")
                        }
                    }
                    #expect("\(last)".contains("was ended inside of its closure"), "\(last)")
                    let sequence = try await failure {
                        try await db.transaction { tx in
                            try await tx.execute(SQL(raw: end))
                            for try await _ in tx.query("SELECT 1") {}
                        }
                    }
                    #expect("\(sequence)".contains("was ended inside of its closure"), "\(sequence)")
                    let pipeline = try await failure {
                        try await db.transaction { tx in
                            try await tx.execute(SQL(raw: end))
                            _ = try await tx.pipeline { p in try p.execute("DELETE FROM \(identifier: table)") }
                        }
                    }
                    #expect("\(pipeline)".contains("was ended inside of its closure"), "\(pipeline)")
                }
                #expect(try await db.fetchOne("SELECT count(*) FROM \(identifier: table)", as: Int.self) == 1)
                #expect(try await db.transaction { tx in try await tx.fetchOne("SELECT 7", as: Int.self) } == 7)
            }
        }

        private final class Outcomes: DatabaseObserver {
            let all = Mutex<[ObservedTransaction.Outcome]>([])

            func transactionBegins(_ transaction: ObservedTransaction) -> Observation<ObservedTransaction.End>? {
                Observation { end in self.all.withLock { $0.append(end.outcome) } }
            }
        }

        /// Whoever observes is told no more than is known.
        @Test func outcomes() async throws {
            let seen = Outcomes()
            try await LiveServer.postgres17.connected {
                $0.observer = seen
            } _: { db in
                _ = try await db.transaction { tx in try await tx.execute("SELECT 1") }
                for text in ["SELECT 1 / 0", "COMMIT", "ROLLBACK"] {
                    _ = try? await db.transaction { tx in _ = try await tx.execute(SQL(raw: text)) }
                }
                _ = try? await db.transaction { tx in
                    try await tx.execute("COMMIT")
                    throw CancellationError()
                }
            }
            #expect(seen.all.withLock { $0 } == [.committed, .rolledBack, .unknown, .unknown, .unknown])
        }

        /// The server goes down right after it has committed, or a pooler has lost it: nobody may take that for a failure.
        @Test(arguments: [
            done + [
                .commandComplete("COMMIT"), refused("57P01", "terminating connection due to administrator command"),
            ],
            [refused("08P01", "server conn crashed?")],
        ])
        func aFatalErrorInPlaceOfItsAnswer(_ answer: [WireMessage]) async throws {
            let script: ScriptedServer.Script = [
                .trust, .answer(Self.done + [.commandComplete("BEGIN"), .readyForQuery(.inTransaction)]),
                .answer(answer),
                .close,
            ]
            try await ScriptedServer.run(script, script) { server in
                let configuration = Connection.Configuration(
                    host: "127.0.0.1", port: server.port, user: "anybody", tls: .disabled)
                try await Connection.withConnection(configuration) { db in
                    let error = try await failure { try await db.transaction { _ in } }
                    guard case .commitOutcomeUnknown(let reason) = error else { throw error }
                    #expect(reason.reason == .lost && reason.description.contains("FATAL: "), "\(error)")
                }
                try await Connection.withConnection(configuration) { db in
                    let error = try await failure { try await db.prepareTransaction("a") { _ in } }
                    guard case .prepareOutcomeUnknown = error else { throw error }
                }
            }
        }

        /// What broke the answer may have come after the server had committed.
        @Test(arguments: [
            [WireMessage(type: UInt8(ascii: "!"))], [.parseComplete, .parseComplete],
            done + [.commandComplete("COMMIT"), WireMessage(type: UInt8(ascii: "Z"), body: [0x58])],
        ])
        func anAnswerThatIsNone(_ answer: [WireMessage]) async throws {
            let script: ScriptedServer.Script = [
                .trust, .answer(Self.done + [.commandComplete("BEGIN"), .readyForQuery(.inTransaction)]),
                .answer(answer), .close,
            ]
            try await ScriptedServer.run(script) { server in
                let configuration = Connection.Configuration(
                    host: "127.0.0.1", port: server.port, user: "anybody", tls: .disabled)
                try await Connection.withConnection(configuration) { db in
                    let error = try await failure { try await db.transaction { _ in } }
                    guard case .commitOutcomeUnknown(let reason) = error else { throw error }
                    #expect(reason.reason == .lost && "\(error)".contains("the answer was none"), "\(error)")
                }
            }
        }

        /// One that was begun by hand would be ended by the COMMIT of another one inside of it.
        @Test(arguments: LiveServer.allCases) func insideOfOneBegunByHand(_ server: LiveServer) async throws {
            try await server.connected { db in
                try await db.execute("BEGIN")
                try await db.execute("CREATE TABLE begun_by_hand (n int)")
                try await expectFailure(
                    "a transaction is open on the connection that was begun by hand, with a BEGIN: end it first, or use a savepoint "
                        + "of transaction(_:) where one is to be inside of another"
                ) { try await db.transaction { _ in Issue.record("it went on") } }
                try await db.execute("ROLLBACK")
                #expect(try await db.fetchOne("SELECT to_regclass('begun_by_hand') IS NULL", as: Bool.self))
                #expect(try await db.transaction { tx in try await tx.fetchOne("SELECT 1", as: Int.self) } == 1)
            }
        }

        /// Its timeout is that of its own statements, not of others' wait for its end.
        @Test(arguments: [LiveServer.postgres15, .pgBouncer]) func itsTimeoutIsItsOwn(_ server: LiveServer) async throws
        {
            try await server.connected { db in
                let (begun, begin) = AsyncStream<Void>.makeStream()
                async let long: Void = db.transaction(settings: .statementTimeout(.milliseconds(50))) { _ in
                    begin.yield()
                    try await Task.sleep(for: .milliseconds(2500))
                }
                for await _ in begun { break }
                #expect(try await db.fetchOne("SELECT 1", as: Int.self) == 1)
                try await long
            }
        }

        /// Nor does one statement's timeout hold for a script that follows it.
        @Test(arguments: LiveServer.allCases) func aScriptAfterAShortTimeout(_ server: LiveServer) async throws {
            try await server.connected { db in
                try await db.transaction { tx in
                    try await tx.execute("SELECT 1", timeout: .milliseconds(100))
                    try await tx.execute(script: "SELECT pg_sleep(0.3)")
                    try await tx.execute("SELECT 1", timeout: .milliseconds(100))
                    try await tx.execute(script: "SELECT pg_sleep(0.3)", timeout: .seconds(5))
                }
            }
        }
    }
}
