import PGWire
import PGWireTesting
import Synchronization
import Testing

extension Live {
    /// A whole session that the network ends, stalls or half ends after each of its bytes.
    @Suite struct Cuts {
        enum Fault: CaseIterable, CustomTestStringConvertible {
            case cut, reset, end, stall

            var testDescription: String { "\(self)" }
        }

        private typealias StreamFaults = WritableKeyPath<FaultyProxy.Faults, FaultyProxy.StreamFaults>

        /// What one session came to: nil for a success.
        private static func session(
            _ configuration: Connection.Configuration, _ table: String, _ number: Int
        ) async throws -> PostgresError? {
            do {
                try await Connection.withConnection(configuration) { db in
                    _ = try await db.fetchOne("SELECT repeat('x', 20)", as: String.self)
                    try await db.transaction { tx in
                        try await tx.execute("INSERT INTO \(identifier: table) VALUES (\(number))")
                    }
                }
                return nil
            } catch let error as PostgresError {
                return error
            }
        }

        /// All sessions end, in time, and what they say of the row is true.
        @Test(arguments: Fault.allCases) func everyByte(_ fault: Fault) async throws {
            var configuration = try await LiveServer.postgres18.configuration
            configuration.connectTimeout = .milliseconds(400)
            configuration.statementTimeout = .milliseconds(100)
            let table = "cuts_\(UInt32.random(in: 0 ... .max))"
            try await LiveServer.postgres18.observed {
                try await $0.execute("CREATE TABLE \(identifier: table) (n int)")
            }
            let size = try await FaultyProxy.run(to: configuration.endpoints[0]) { proxy in
                let error = try await Self.session(proxy.redirect(configuration), table, -1)
                #expect(error == nil)
                return (client: proxy.bytesToClient, server: proxy.bytesToServer)
            }
            // A stall takes as long as the timeouts.
            let step =
                switch fault {
                case .cut: 1
                case .reset, .end: 3
                case .stall: 11
                }
            let toClient = stride(from: 0, through: size.client, by: step).map { ($0, \FaultyProxy.Faults.toClient) }
            let toServer = stride(from: 0, through: size.server, by: step).map { ($0, \FaultyProxy.Faults.toServer) }
            let cases: [(Int, any StreamFaults & Sendable)] =
                toClient + toServer + [(.max, \FaultyProxy.Faults.toClient)]
            let outcomes = Log<(number: Int, error: PostgresError?)>()
            try await withThrowingTaskGroup(of: Void.self) { group in
                for (number, (offset, direction)) in cases.enumerated() {
                    if number >= 24 { try await group.next() }
                    group.addTask { [configuration] in
                        var faults = FaultyProxy.Faults()
                        switch fault {
                        case .cut, .reset: faults[keyPath: direction].cutsAfter = offset
                        case .end: faults[keyPath: direction].endsAfter = offset
                        case .stall: faults[keyPath: direction].stallsAfter = offset
                        }
                        faults.cut = fault == .reset ? .reset : .close
                        let start = ContinuousClock.now
                        let proxy = try FaultyProxy(to: configuration.endpoints[0], faults: faults)
                        defer { proxy.stop() }
                        let error = try await Self.session(proxy.redirect(configuration), table, number)
                        outcomes.append((number, error))
                        let duration = start.duration(to: .now)
                        #expect(duration < .seconds(8), "\(offset) of \(direction): \(duration)")
                    }
                }
                try await group.waitForAll()
            }
            let rows = try await LiveServer.postgres18.observed { db in
                // Those of sessions that are still open on the server come to nothing.
                try await db.wait(
                    for: """
                        SELECT count(*) = 0 FROM pg_stat_activity
                        WHERE query LIKE \("%\(table)%") AND pid <> pg_backend_pid()
                        """)
                return Set(try await db.fetchAll("SELECT n FROM \(identifier: table)", as: Int.self))
            }
            for outcome in outcomes.all {
                guard let error = outcome.error else {
                    #expect(rows.contains(outcome.number))
                    continue
                }
                if error.isSafeToRetry { #expect(!rows.contains(outcome.number), "\(error)") }
            }
            #expect(outcomes.all.count == cases.count && outcomes.all.contains { $0.error == nil })
            #expect(
                outcomes.all.contains {
                    $0.error.map { "\($0)".contains("commit") || "\($0)".contains("COMMIT") } == true
                })
            try await LiveServer.postgres18.observed { try await $0.execute("DROP TABLE \(identifier: table)") }
        }
    }
}
