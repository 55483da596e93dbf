import PGWire
import Testing
import TestSupport

@Suite("Documentation: PGSchema's example") struct SchemaExampleTests {
    @Test("it runs, and says what it should")
    func runs() async throws {
        let database = try await TestServers.shared.cluster(major: 15).makeDatabase()
        let url = """
            postgres://\(database.user):\(database.password?.value ?? "")@\(database.endpoints[0].host):\
            \(database.endpoints[0].port)/\(database.database ?? "")?sslmode=require
            """
        let lines = try await withTemporaryDirectory { try await schemaExample(url, directory: $0) }
        #expect(lines.contains { $0.contains("error type-change-rewrite") }, "\(lines)")
        #expect(lines.last?.hasPrefix("2 tables, restored at ") == true, "\(lines)")
    }
}
