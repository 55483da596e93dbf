#if SchemaCommands
import ArgumentParser
import PGSchemaMigrations
import PGSchemaReports
import PGWire

extension MigrateCommand {
    /// Where the revisions are and how results are printed.
    struct Options: ParsableArguments {
        @Option(help: "Read the revisions from this directory instead of those built in.")
        var directory: String?
        @Flag(help: "Print results as JSON.")
        var json = false
        @Flag(name: .shortAndLong, help: "Print more.")
        var verbose = false

        func graph() throws -> RevisionGraph {
            guard let directory else { return try Project.revisions() }
            let graph = try RevisionGraph(directory: directory, versionTable: Project.versionTable)
            // As good as certainly the wrong one, and "nothing to do" would be no answer.
            guard !graph.revisions.isEmpty else { throw MigrationError.badDirectory(directory, "it has no .sql file") }
            return graph
        }

        /// A migrator that tells what it does on the terminal.
        func migrator(_ database: ProjectDatabase, _ graph: RevisionGraph) -> Migrator {
            let (isQuiet, isVerbose) = (json, verbose)
            return Migrator(configuration: database.configuration, graph: graph) { report in
                switch report {
                case .step where isQuiet: return
                case .statement(let statement):
                    if isVerbose, !isQuiet { Console.print("  \(ShownText(multiline: statement.text))") }
                default: Console.report(report)
                }
            }
        }

        /// Prints revisions in full, as JSON, or `short`.
        func print(_ revisions: [Revision], of graph: RevisionGraph, short: (Revision) -> ShownText) {
            if json {
                Console.print(json: JSONValue.array(revisions.map { graph.json($0) }).text)
            } else {
                for revision in revisions {
                    let text = verbose ? graph.description(of: revision) + "\n" : short(revision)
                    Console.print(text)
                }
            }
        }
    }
}
#endif
