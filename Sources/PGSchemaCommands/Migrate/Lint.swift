#if SchemaCommands
public import ArgumentParser
import PGSchemaLint
import PGSchemaMigrations
import PGSchemaReports
import PGSchemaSQL
import PGWire

extension MigrateCommand {
    /// `migrate lint [REV …]`
    struct Lint: AsyncParsableCommand {
        static var configuration: CommandConfiguration {
            CommandConfiguration(
                abstract: "Tell what revisions lock, rewrite, lose and break, before they do.",
                discussion: """
                    Runs the revisions up and down on a scratch database, a throwaway PostgreSQL unless --scratch-url names \
                    one, and asks the server what each statement locked. Without a revision: all that are not exempt. A file that is not \
                    part of the program yet is named by its path, which ends in .sql.
                    """)
        }

        @Argument(help: "head, a revision or the beginning of one, or a file.")
        var revisions: [String] = []
        @Option(help: "Every revision after this one.")
        var since: String?
        @Option(help: "From which level on a finding makes the command fail: error, warning or notice.")
        var level = LintRule.Level.error
        @Flag(
            help: """
                Look at the rows of the database that the settings mean, too: about how many there are, and whether they \
                violate what is new. Nothing is changed there.
                """)
        var database = false
        @Flag(help: "Print the rules.")
        var rules = false
        @OptionGroup var scratch: ScratchOptions
        @OptionGroup var options: Options

        func validate() throws {
            guard revisions.isEmpty || since == nil else {
                throw ValidationError("name revisions, or those after one by --since, not both")
            }
        }

        func run() async throws {
            if rules { return printRules() }
            let (graph, files) = try options.graph().adding(files: revisions.filter { $0.ends(withBytesOf: ".sql") })
            let chosen = try chosen(in: graph, files)
            guard !chosen.isEmpty else {
                if options.json { return Console.print(json: LintReport().json.text) }
                return Console.print("Nothing to do: every revision is exempt. Name one to see what it does.")
            }
            var report = try await scratch.with { configuration in
                try await Linter(scratch: configuration, graph: graph).report { chosen.contains($0.id) }
            }
            if database {
                report = try await Project.withDatabase { [report] database in
                    try await RowCheck(database.configuration).examine(report)
                }
            }
            if options.json {
                Console.print(json: report.json.text)
            } else {
                report.lines.forEach { Console.print("\($0)") }
            }
            if report.fails(at: level) { throw Failure(shown: "lint: \(report.summary)") }
        }

        private func chosen(in graph: RevisionGraph, _ files: [String]) throws -> Set<String> {
            let names = revisions.filter { !$0.ends(withBytesOf: ".sql") }
            if !revisions.isEmpty { return Set(try names.flatMap { try graph.revisions(named: $0) } + files) }
            let all = graph.revisions
            guard let since else { return Set(all.filter { $0.lintExemption == nil }.map(\.id)) }
            return Set(try graph.revisions(after: since).map(\.id))
        }

        /// What was found is printed; this is for the exit status.
        private struct Failure: ShownError {
            let shown: ShownText
        }

        private func printRules() {
            for rule in LintRule.allCases {
                Console.print("\(rule.level.rawValue) \(rule.rawValue)\n  \(rule.why)\n  Instead: \(rule.instead)")
            }
        }
    }
}

extension LintRule.Level: ExpressibleByArgument {}
#endif
