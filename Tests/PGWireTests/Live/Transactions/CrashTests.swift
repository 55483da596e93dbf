import Foundation
import LocalPostgres
import PGWire
import Testing

extension Live {
    /// A server process that is killed takes the whole server through its recovery. The server is the tests' own.
    @Suite struct Crashes {
        private func withServer(_ body: (LocalPostgres, Connection.Configuration) async throws -> Void) async throws {
            var options = LocalPostgres.Options()
            options.settings["max_prepared_transactions"] = "5"
            let server = try await LocalPostgres.start(options)
            do {
                var configuration = try Connection.Configuration(server.connectionURI)
                configuration.connectTimeout = .seconds(5)
                try await body(server, configuration)
            } catch {
                await server.stop()
                throw error
            }
            await server.stop()
        }

        /// Connects once the server is there again.
        private func reconnected<R>(
            _ configuration: Connection.Configuration, _ body: (Connection) async throws -> R
        ) async throws -> R {
            let deadline = ContinuousClock.now + .seconds(30)
            while true {
                do {
                    return try await Connection.withConnection(configuration, body)
                } catch let error as PostgresError where .now < deadline {
                    switch error {
                    case .connection: break
                    case .server(let error) where error.sqlState == .cannotConnectNow || error.isFatal: break
                    default: throw error
                    }
                    try await Task.sleep(for: .milliseconds(50))
                }
            }
        }

        @Test func aPreparedTransactionIsFinishedAfterTheCrash() async throws {
            try await withServer { _, configuration in
                try await Connection.withConnection(configuration) { db in
                    try await db.execute("CREATE TABLE t (n int)")
                    for id in ["to commit", "to roll back"] {
                        try await db.prepareTransaction(id) { tx in
                            try await tx.execute("INSERT INTO t VALUES (\(id.utf8.count))")
                        }
                    }
                    // One that is under way is gone.
                    let lost = try await failure {
                        try await db.prepareTransaction("never") { tx in
                            let process = try await tx.fetchOne("SELECT pg_backend_pid()", as: Int32.self)
                            #expect(kill(process, SIGKILL) == 0)
                            try await tx.execute("SELECT pg_sleep(60)")
                        }
                    }
                    if case .prepareOutcomeUnknown = lost { Issue.record("\(lost)") }
                }
                try await reconnected(configuration) { db in
                    #expect(try await db.preparedTransactions().map(\.id) == ["to commit", "to roll back"])
                    try await db.commitPrepared("to commit")
                    try await db.rollbackPrepared("to roll back")
                    #expect(try await db.fetchAll("SELECT n FROM t", as: Int.self) == [9])
                    #expect(try await db.preparedTransactions() == [])
                }
            }
        }

        @Test func anAdvisoryLockEndsWithItsProcess() async throws {
            try await withServer { _, configuration in
                let error = try await failure {
                    try await Connection.withConnection(configuration) { db in
                        try await db.withAdvisoryLock("crash") {
                            // Nobody notices inside.
                            let process = try #require(db.backendProcessID)
                            #expect(kill(process, SIGKILL) == 0)
                        }
                    }
                }
                switch error {
                case .connection, .server: break
                default: throw error
                }
                let taken = try await reconnected(configuration) { db in
                    try await db.withAdvisoryLock("crash", timeout: .seconds(5)) { true }
                }
                #expect(taken)
            }
        }
    }
}
