#if SchemaCommands
import ArgumentParser
import PGSchemaMigrations
import PGSchemaReports
import PGWire

extension MigrateCommand {
    /// `migrate stamp TARGET`
    struct Stamp: AsyncParsableCommand {
        static var configuration: CommandConfiguration {
            CommandConfiguration(
                abstract: "Write into the version table what the database is to be taken for; change nothing else.")
        }

        @Argument(help: "head, heads, base, a revision or the beginning of one; several with commas.")
        var target: String
        @Flag(help: "Forget what the version table holds, even if no revision is known by that id.")
        var purge = false
        @OptionGroup var locking: Locking
        @OptionGroup var options: Options

        func run() async throws {
            let graph = try options.graph()
            try await Project.withDatabase { database in
                let migrator = locking.migrator(database, graph, options)
                try await migrator.stamp(target, purge: purge)
                let current = try await migrator.current()
                if options.json {
                    Console.print(json: JSONValue.object([("current", .array(current.map(JSONValue.string)))]).text)
                } else {
                    Console.print("The version table now holds \(graph.label(current))")
                }
            }
        }
    }
}
#endif
