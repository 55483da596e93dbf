#if SchemaCommands
import ArgumentParser
import PGSchemaMigrations
import PGSchemaReports
import PGSchemaSQL
import PGWire

extension MigrateCommand {
    /// `migrate history`
    struct History: AsyncParsableCommand {
        static var configuration: CommandConfiguration {
            CommandConfiguration(abstract: "Print the revisions, newest first.")
        }

        @Option(name: .shortAndLong, help: "FROM:TO, either of which may be missing.")
        var revRange: String?
        @OptionGroup var options: Options

        func run() throws {
            let graph = try options.graph()
            var revisions = graph.revisions
            if let revRange {
                let ends = revRange.split(at: ":", omittingEmpty: false)
                guard ends.count == 2 else {
                    throw ValidationError("--rev-range must be FROM:TO, \(revRange.escapingControls) is not")
                }
                let newest = try graph.revisions(named: ends[1].isEmpty ? "heads" : ends[1])
                let oldest = try graph.revisions(named: ends[0].isEmpty ? "base" : ends[0])
                // With FROM itself, as Alembic has it.
                let range = graph.history(of: newest).subtracting(graph.history(of: oldest)).union(oldest)
                revisions = revisions.filter { range.contains($0.id) }
            }
            options.print(revisions.reversed(), of: graph) { "\(graph.line(of: $0))" }
        }
    }
}
#endif
