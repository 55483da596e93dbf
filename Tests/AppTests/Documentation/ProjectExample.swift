#if ScribeApp
import ArgumentParser
import PGSchema
import PGSchemaCommands
import PGWire

// shown: begin
enum Shop: SchemaProject {
    static let commandName = "shop"
    static let revisionDirectory: String? = "migrations"
    static func revisions() throws -> RevisionGraph { try RevisionGraph(directory: "migrations") }
    static func withDatabase<R>(_ body: (ProjectDatabase) async throws -> R) async throws -> R {
        try await body(ProjectDatabase(Connection.Configuration("postgres://shop@localhost/shop")))
    }
}

struct ShopProgram: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "shop",
        subcommands: [MigrateCommand<Shop>.self, BackupCommand<Shop>.self, RestoreCommand<Shop>.self])

    static func main() async { await CommandLineProgram.run(Self.self, name: "shop") }
}
// shown: end
#endif
