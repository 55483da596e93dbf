#if SchemaCommands
import ArgumentParser
import PGSchemaMigrations
import PGSchemaReports
import PGWire

extension MigrateCommand {
    /// `migrate branches`
    struct Branches: AsyncParsableCommand {
        static var configuration: CommandConfiguration {
            CommandConfiguration(abstract: "Print where the line of revisions divides.")
        }

        @OptionGroup var options: Options

        func run() throws {
            let graph = try options.graph()
            let points = graph.revisions.filter { graph.children(of: $0.id).count > 1 }
            options.print(points, of: graph) { point in
                let children = graph.children(of: point.id)
                return children.reduce("\(graph.label(point.id))") { "\($0)\n    -> \(graph.label($1))" }
            }
        }
    }
}
#endif
