import PGSchemaCatalog
import PGSchemaMigrations
import PGWire
import Testing
import TestSupport

/// The ten revisions against real servers: after every step the catalog must equal the facts, in both directions.
@Suite struct SchemaTests {
    @Test(.timeLimit(.minutes(2)), arguments: [15, 17, 18])
    func tenUpTenDownTenUp(major: Int) async throws {
        let configuration = try await TestServers.shared.cluster(major: major).makeDatabase()
        let migrator = Migrator(configuration: configuration, graph: try .scribe())
        var hadEnum = false
        for height in 1...10 {
            try await migrator.run(.upgrade, to: "+1")
            try await expect(configuration, height, cameDown: false, hadEnum: hadEnum)
        }
        hadEnum = true
        for height in (0...9).reversed() {
            try await migrator.run(.downgrade, to: "-1")
            try await expect(configuration, height, cameDown: true, hadEnum: hadEnum)
        }
        for height in 1...10 {
            try await migrator.run(.upgrade, to: "+1")
            try await expect(configuration, height, cameDown: false, hadEnum: hadEnum)
        }
        try await migrator.run(.downgrade, to: "base")
        try await expect(configuration, 0, cameDown: true, hadEnum: hadEnum)
        try await migrator.run(.upgrade, to: "head")
        try await expect(configuration, 10, cameDown: false, hadEnum: hadEnum)
    }

    private func expect(_ configuration: Connection.Configuration, _ height: Int, cameDown: Bool, hadEnum: Bool)
        async throws
    {
        let found = try await Connection.withConnection(configuration) { try await Catalog.lines($0) }
        let expected = SchemaFacts.catalog(height: height, cameDown: cameDown, hadEnum: hadEnum)
        let difference = found.difference(from: expected).map { change in
            switch change {
            case .insert(_, let line, _): "+ \(line)"
            case .remove(_, let line, _): "- \(line)"
            }
        }
        #expect(difference.isEmpty, "at revision \(height)")
    }
}
