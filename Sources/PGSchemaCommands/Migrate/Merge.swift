#if SchemaCommands
import ArgumentParser
import PGSchemaMigrations
import PGWire

extension MigrateCommand {
    /// `migrate merge REV REV … -m …`
    struct Merge: AsyncParsableCommand {
        static var configuration: CommandConfiguration {
            CommandConfiguration(abstract: "Write a revision that joins several heads.")
        }

        @Argument(help: "heads, or the revisions to join.")
        var revisions: [String]
        @Option(name: .shortAndLong, help: "A few words, for the file's name and for `history`.")
        var message = "merge"
        @Option(help: "Its id instead of a random one.")
        var revID: String?
        @OptionGroup var options: Options

        func run() async throws {
            let place = try RevisionPlace<Project>(options.directory)
            let graph = try place.directory.graph()
            let parents = try revisions.flatMap { try graph.revisions(named: $0) }
            let tips = graph.tips(of: graph.history(of: parents))
            guard tips.count > 1, Set(tips) == Set(parents) else {
                throw ValidationError("a merge needs two revisions or more of which none follows another")
            }
            try place.write(
                [RevisionDraft(id: revID, downRevisions: tips, title: message)], graph, isJSON: options.json)
        }
    }
}
#endif
