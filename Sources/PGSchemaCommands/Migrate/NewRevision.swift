#if SchemaCommands
import ArgumentParser
import PGSchemaComparison
import PGSchemaMigrations
import PGSchemaReports
import PGSchemaSQL
import PGWire

extension MigrateCommand {
    /// `migrate revision -m …`
    struct NewRevision: AsyncParsableCommand {
        static var configuration: CommandConfiguration {
            CommandConfiguration(
                commandName: "revision", abstract: "Write the file of a new revision.")
        }

        @Option(name: .shortAndLong, help: "A few words, for the file's name and for `history`.")
        var message: String
        @Option(help: "The revision that it follows, if not the only head.")
        var head = "head"
        @Option(help: "Its id instead of a random one.")
        var revID: String?
        @Flag(help: "Its statements are to run outside a transaction, as CREATE INDEX CONCURRENTLY must.")
        var noTransaction = false
        @Flag(help: "Write what makes the database as this program declares its schema.")
        var autogenerate = false
        @OptionGroup var comparing: CompareOptions
        @OptionGroup var options: Options

        func validate() throws {
            guard !(autogenerate && noTransaction) else {
                throw ValidationError("--autogenerate decides about the transaction by itself: see --concurrently")
            }
        }

        func run() async throws {
            let destination = try RevisionDestination<Project>(options.directory)
            let graph = try destination.directory.graph()
            let parents = try graph.revisions(named: head)
            guard autogenerate else {
                let draft = RevisionDraft(
                    id: revID, downRevisions: parents, title: message, isTransactional: !noTransaction)
                return try destination.write([draft], graph, isJSON: options.json)
            }
            guard Project.schema != nil else {
                throw ValidationError(
                    "--autogenerate compares with a schema that the program declares, and this one declares none")
            }
            let draft = try await comparing.compare(graph) { try await $0.draft($1, scratch: $2) }
            if draft.isEmpty {
                if options.json { return Console.print(json: JSONValue.array([]).text) }
                return Console.print("No changes: the database is as declared")
            }
            if !options.json { draft.changes.forEach { Console.print("Detected: \($0)") } }
            draft.problems.forEach { Console.problem("warning: \($0)") }
            var drafts: [RevisionDraft] = []
            for part in draft.parts {
                drafts.append(
                    RevisionDraft(
                        id: drafts.isEmpty ? revID : nil, downRevisions: drafts.last.map { [$0.id] } ?? parents,
                        title: drafts.isEmpty ? message : message + ", continued", parts: part.text,
                        isTransactional: part.isTransactional))
            }
            try destination.write(drafts, graph, isJSON: options.json)
            if draft.changes.contains(where: \.losesData) {
                Console.problem("warning: it loses data; the file says where")
            }
        }
    }
}
#endif
