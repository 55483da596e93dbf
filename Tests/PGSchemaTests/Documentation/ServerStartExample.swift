import PGSchema
import PGWire

// shown: begin
/// At the start of a server: migrates its database, and throws when the database is ahead of this program.
func migrate(_ configuration: Connection.Configuration, directory: String) async throws -> [String] {
    let graph = try RevisionGraph(directory: directory)
    let migrator = Migrator(configuration: configuration, graph: graph) { report in
        if case .waiting(let reason) = report { print(reason) }  // another server migrates, or a table is in use
    }
    let steps = try await migrator.run(.upgrade, to: "head")  // all in one transaction, or none
    return steps.map(\.revision.title)
}
// shown: end
