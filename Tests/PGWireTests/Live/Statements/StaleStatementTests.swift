import PGWire
import PGWireTesting
import Testing

extension Live {
    /// A statement whose plan was stale is sent once more, but never when that could be noticed.
    @Suite struct StaleStatements {
        private typealias Step = ScriptedServer.Step

        private static let stale = WireMessage.errorResponse("0A000", "cached plan must not change result type")
        private static let row = WireMessage.dataRow(texts: ["a"])
        private static let columns = WireMessage.rowDescription([.init("name", type: 25, format: 0)])
        private static let end: [WireMessage] = [.commandComplete("SELECT 1"), .readyForQuery()]

        /// The first time it has no name; the second time it is prepared.
        private static let prepared: [Step] = Array(
            repeating: .answer([.parseComplete, .bindComplete, columns, row] + end), count: 2)

        private static func run(
            _ answers: [Step], _ reading: Prepared.Reading
        ) async throws -> [Result<[String], any Error>] {
            try await ScriptedServer.run([.trust] + prepared + answers + [.expect(.terminate)]) { server in
                var configuration = Connection.Configuration(
                    host: "127.0.0.1", port: server.port, user: "scribe", tls: .disabled)
                configuration.poolerMode = .direct
                return try await Connection.withConnection(configuration) { db in
                    var results: [Result<[String], any Error>] = []
                    for _ in 1...3 {
                        do { results.append(.success(try await reading.texts(db, "SELECT name FROM player"))) } catch {
                            results.append(.failure(error))
                        }
                    }
                    return results
                }
            }
        }

        private static func code(_ result: Result<[String], any Error>) -> SQLState? {
            if case .failure(PostgresError.server(let error)) = result { error.sqlState } else { nil }
        }

        @Test(arguments: Prepared.Reading.allCases)
        func itIsSentOnceMore(_ reading: Prepared.Reading) async throws {
            let results = try await Self.run(
                [
                    .answer(Self.stale, .readyForQuery()),
                    .answer([.parseComplete, .bindComplete, Self.columns, Self.row, Self.row] + Self.end),
                ], reading)
            #expect(try results.map { try $0.get() } == [["name a"], ["name a"], ["name a", "name a"]])
        }

        @Test(arguments: Prepared.Reading.allCases)
        func onlyOnce(_ reading: Prepared.Reading) async throws {
            let refused = Step.answer(Self.stale, .readyForQuery())
            let results = try await Self.run([refused, refused], reading)
            #expect(results.map(Self.code) == [nil, nil, .featureNotSupported])
        }

        /// Rows that the caller has seen would come twice.
        @Test(arguments: Prepared.Reading.allCases)
        func notAfterARow(_ reading: Prepared.Reading) async throws {
            let results = try await Self.run(
                [.answer(.bindComplete, Self.row, Self.stale, .readyForQuery())], reading)
            #expect(results.map(Self.code) == [nil, nil, .featureNotSupported])
        }
    }
}
