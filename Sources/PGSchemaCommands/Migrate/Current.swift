#if SchemaCommands
import ArgumentParser
import PGSchemaMigrations
import PGSchemaReports
import PGWire

extension MigrateCommand {
    /// `migrate current`
    struct Current: AsyncParsableCommand {
        static var configuration: CommandConfiguration {
            CommandConfiguration(abstract: "Print the database's revision; nothing at base.")
        }

        @Flag(help: "Fail unless the database is at the newest revision.")
        var checkHeads = false
        @OptionGroup var options: Options

        func run() async throws {
            let graph = try options.graph()
            try await Project.withDatabase { database in
                let migrator = options.migrator(database, graph)
                let current = try await migrator.current()
                options.print(current.compactMap { graph[$0] }, of: graph) { "\(graph.label($0.id))" }
                if checkHeads, Set(current) != Set(graph.heads) {
                    throw MigrationError.notAtHead(current: graph.label(current), heads: graph.heads)
                }
            }
        }
    }
}
#endif
