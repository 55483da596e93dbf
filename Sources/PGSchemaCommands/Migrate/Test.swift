#if SchemaCommands
import ArgumentParser
import PGSchemaLint
import PGSchemaMigrations
import PGSchemaReports
import PGWire

extension MigrateCommand {
    /// `migrate test`
    struct Test: AsyncParsableCommand {
        static var configuration: CommandConfiguration {
            CommandConfiguration(
                commandName: "test", abstract: "Prove each revision up, down and up again on tables with rows.",
                discussion: """
                    On a scratch database every revision goes up, down and up again, with rows in every table; schema and \
                    rows are compared each way. Differences that the file allows by "-- test: allow NAME because …" in its \
                    header are listed and do not fail.
                    """)
        }

        @Argument(help: "Files that are not part of the program yet, to be proved too.")
        var files: [String] = []
        @Option(help: "The first revision to prove; those before it are only applied.")
        var from: String?
        @OptionGroup var scratch: ScratchOptions
        @OptionGroup var options: Options

        func run() async throws {
            let (graph, _) = try options.graph().adding(files: files)
            let first = try from.map { try graph.revisions(named: $0).first } ?? nil
            let json = options.json
            let report = try await scratch.with { configuration in
                let test = RoundTrip(scratch: configuration, graph: graph) { if !json { Console.print("\($0)") } }
                return try await test.run(from: first)
            }
            if json { Console.print(json: report.json.text) }
            if report.fails { throw Failure(shown: "test: \(report.summary)") }
        }

        /// What was found is printed; this is for the exit status.
        private struct Failure: ShownError {
            let shown: ShownText
        }
    }
}
#endif
