import LocalPostgres
import PGSchemaCatalog
import PGSchemaMigrations
import PGSchemaSQL
import PGWire
import PGWireTesting
import Synchronization
import Testing
import TestSupport

/// The connection is cut while COMMIT is answered: what became of it must be found out.
@Suite(.timeLimit(.minutes(2))) struct LostCommitTests {
    private func database() async throws -> Connection.Configuration {
        var database = try await TestServers.shared.cluster(major: 15).makeDatabase()
        // Without TLS the place of each byte is known.
        database.tls = .disabled
        return database
    }

    /// How many bytes come to the client in a whole run.
    private func length() async throws -> Int {
        let database = try await database()
        return try await FaultyProxy.run(to: database.endpoints[0]) { proxy in
            let migrator = Migrator(configuration: proxy.redirect(database), graph: try .scribe())
            try await migrator.run(.upgrade, to: "head")
            return proxy.bytesToClient
        }
    }

    /// From where it was: counted anew from where it is, it would be one too many.
    @Test func oneStepBackIsOne() async throws {
        let database = try await database()
        let migrator = Migrator(configuration: database, graph: try .scribe())
        let length = try await FaultyProxy.run(to: database.endpoints[0]) { proxy in
            try await migrator.run(.upgrade, to: "head")
            let back = Migrator(configuration: proxy.redirect(database), graph: try .scribe())
            try await back.run(.downgrade, to: "-1")
            return proxy.bytesToClient
        }
        try await migrator.run(.upgrade, to: "head")
        var faults = FaultyProxy.Faults()
        // Within CommandComplete.
        faults.toClient.cutsAfter = length - 10
        let lookedAfter = Mutex(false)
        let steps = try await FaultyProxy.run(to: database.endpoints[0], faults: faults) { proxy in
            let back = Migrator(configuration: proxy.redirect(database), graph: try .scribe()) { report in
                if case .waiting(let text) = report, text.contains("COMMIT") { lookedAfter.withLock { $0 = true } }
            }
            return try await back.run(.downgrade, to: "-1")
        }
        #expect(lookedAfter.withLock { $0 })
        #expect(steps.map(\.revision.id) == ["bbddd04b993d"])
        #expect(try await migrator.current() == ["a0cdf47631c6"])
    }

    @Test func cutAtEveryByteOfTheAnswer() async throws {
        let length = try await length()
        let lookedAfter = Mutex(0)
        // CommandComplete and ReadyForQuery have 18 bytes; before them comes the answer to the last statement.
        for missing in 1...24 {
            let database = try await database()
            var faults = FaultyProxy.Faults()
            faults.toClient.cutsAfter = length - missing
            let steps = try await FaultyProxy.run(to: database.endpoints[0], faults: faults) { proxy in
                let migrator = Migrator(configuration: proxy.redirect(database), graph: try .scribe()) { report in
                    if case .waiting(let text) = report, text.contains("COMMIT") { lookedAfter.withLock { $0 += 1 } }
                }
                return try? await migrator.run(.upgrade, to: "head")
            }
            let found = try await Connection.withConnection(database) { try await Catalog.lines($0) }
            if let steps {
                #expect(steps.count == 10, "\(missing) bytes missing")
                #expect(found == SchemaFacts.catalog(height: 10, cameDown: false, hadEnum: false))
            } else {
                #expect(found == [], "\(missing) bytes missing")
            }
        }
        #expect(lookedAfter.withLock { $0 } >= 17)
    }
}
