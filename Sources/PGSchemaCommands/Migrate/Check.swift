#if SchemaCommands
import ArgumentParser
import PGSchemaComparison
import PGSchemaReports
import PGWire

extension MigrateCommand {
    /// `migrate check`
    struct Check: AsyncParsableCommand {
        static var configuration: CommandConfiguration {
            CommandConfiguration(
                abstract: "Tell whether the database is as this program declares its schema; status 1 when it is not.")
        }

        @OptionGroup var comparing: Comparing
        @OptionGroup var options: Options

        func run() async throws {
            let graph = try options.graph()
            let changes = try await comparing.compare(graph) { try await $0.changes($1, scratch: $2) }
            if options.json {
                Console.print(json: JSONValue.array(changes.map(\.json)).text)
            } else if changes.isEmpty {
                Console.print("No new upgrade operations detected.")
            } else {
                Console.print("New upgrade operations detected:")
                for change in changes { Console.print("  \(change)\(change.marks)") }
            }
            if !changes.isEmpty { throw ExitCode.failure }
        }
    }
}
#endif
