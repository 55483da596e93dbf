#if SchemaCommands
import ArgumentParser
import PGSchemaMigrations
import PGSchemaReports
import PGWire

extension MigrateCommand {
    /// `migrate heads`
    struct Heads: AsyncParsableCommand {
        static var configuration: CommandConfiguration {
            CommandConfiguration(abstract: "Print the newest revision, or several.")
        }

        @OptionGroup var options: Options

        func run() throws {
            let graph = try options.graph()
            options.print(graph.heads.compactMap { graph[$0] }, of: graph) { "\(graph.label($0.id))" }
        }
    }
}
#endif
