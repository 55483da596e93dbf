#if SchemaCommands
import ArgumentParser
import PGSchemaMigrations
import PGSchemaReports
import PGWire

extension MigrateCommand {
    /// `migrate show REV`
    struct Show: AsyncParsableCommand {
        static var configuration: CommandConfiguration {
            CommandConfiguration(abstract: "Print a revision and its statements.")
        }

        @Argument(help: "head, or a revision or the beginning of one.")
        var revision: String
        @OptionGroup var options: Options

        func run() throws {
            let graph = try options.graph()
            let ids = try graph.revisions(named: revision)
            guard !ids.isEmpty else { throw MigrationError.unknownRevision(revision) }
            for id in ids {
                guard let revision = graph[id] else { continue }
                if options.json {
                    Console.print(json: graph.json(revision).text)
                    continue
                }
                Console.print("\(graph.description(of: revision))\n\n-- up\n")
                for statement in revision.up { Console.print(ShownText(multiline: statement.terminated)) }
                Console.print("\n-- down\(revision.irreversible.map { ": none, \($0)" } ?? "")\n")
                for statement in revision.down ?? [] { Console.print(ShownText(multiline: statement.terminated)) }
            }
        }
    }
}
#endif
