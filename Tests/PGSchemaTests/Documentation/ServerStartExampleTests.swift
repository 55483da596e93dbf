import FoundationEssentials
import PGSchemaMigrations
import PGWire
import Testing
import TestSupport

@Suite struct ServerStartExampleTests {
    @Test func migratesOnceAndRefusesADatabaseThatIsAhead() async throws {
        let configuration = try await TestServers.shared.cluster(major: 15).makeDatabase()
        try await withTemporaryDirectory { directory in
            for (id, parent) in [("a1", "base"), ("b2", "a1")] {
                let text = """
                    -- revision: \(id)
                    -- down_revision: \(parent)
                    -- created: 2026-01-01
                    -- title: table \(id)

                    -- up
                    CREATE TABLE \(id) ();

                    -- down
                    DROP TABLE \(id);
                    """
                try Data(text.utf8).write(to: URL(filePath: "\(directory)/\(id).sql"))
            }
            #expect(try await migrate(configuration, directory: directory) == ["table a1", "table b2"])
            #expect(try await migrate(configuration, directory: directory) == [])

            try FileManager.default.removeItem(atPath: "\(directory)/b2.sql")
            let error = await #expect(throws: MigrationError.self) {
                _ = try await migrate(configuration, directory: directory)
            }
            guard case .unknownVersion("b2", table: "schema_version") = error else {
                Issue.record("\(String(describing: error))")
                return
            }
        }
    }
}
