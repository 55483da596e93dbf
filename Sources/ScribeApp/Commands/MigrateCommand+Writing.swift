#if ScribeApp
import ArgumentParser
import FoundationEssentials

extension MigrateCommand {
    /// `migrate revision -m …`
    struct NewRevision: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "revision", abstract: "Write the file of a new revision.")

        @Option(name: .shortAndLong, help: "A few words, for the file's name and for `history`.")
        var message: String
        @Option(help: "The revision that it follows, if not the only head.")
        var head = "head"
        @Option(help: "Its id instead of a random one.")
        var revID: String?
        @Flag(help: "Its statements are to run outside a transaction, as CREATE INDEX CONCURRENTLY must.")
        var noTransaction = false
        @OptionGroup var options: Options

        func run() async throws {
            let place = RevisionPlace(options)
            let graph = try place.directory.graph()
            let draft = RevisionDraft(
                id: revID, downRevisions: try graph.revisions(named: head), title: message,
                isTransactional: !noTransaction)
            try place.write(draft, options)
        }
    }

    /// `migrate merge REV REV … -m …`
    struct Merge: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Write a revision that joins several heads.")

        @Argument(help: "heads, or the revisions to join.")
        var revisions: [String]
        @Option(name: .shortAndLong, help: "A few words, for the file's name and for `history`.")
        var message = "merge"
        @Option(help: "Its id instead of a random one.")
        var revID: String?
        @OptionGroup var options: Options

        func run() async throws {
            let place = RevisionPlace(options)
            let graph = try place.directory.graph()
            let parents = try revisions.flatMap { try graph.revisions(named: $0) }
            let tips = graph.tips(of: graph.history(of: parents))
            guard tips.count > 1, Set(tips) == Set(parents) else {
                throw ValidationError("a merge needs two revisions or more of which none follows another")
            }
            try place.write(RevisionDraft(id: revID, downRevisions: tips, title: message), options)
        }
    }
}

/// Where new revisions are written: the directory that was named, or the source tree's.
struct RevisionPlace {
    let directory: RevisionDirectory
    private let isSource: Bool

    init(_ options: MigrateCommand.Options) {
        isSource = options.directory == nil
        directory = RevisionDirectory(path: options.directory ?? RevisionDirectory.source)
    }

    func write(_ draft: RevisionDraft, _ options: MigrateCommand.Options) throws {
        let name = try directory.write(draft)
        if isSource { try enter(name) }
        Console.print(
            options.json
                ? JSON.object([("revision", .string(draft.id)), ("file", .string(name))]).text
                : "Wrote \(directory.path)/\(name)")
    }

    /// The binary has the files that `RevisionFiles.swift` lists.
    private func enter(_ name: String) throws {
        let list = directory.path + "/../RevisionFiles.swift"
        guard let text = try? String(contentsOfFile: list, encoding: .utf8),
            let end = text.firstRange(of: "        ]\n")?.lowerBound
        else { return }
        let resource = "_" + name.dropFirst().map { $0.isLetter || $0.isNumber ? String($0) : "_" }.joined()
        let entered = text[..<end] + "            (\"\(name)\", PackageResources.\(resource)),\n" + text[end...]
        try Data(String(entered).utf8).write(to: URL(filePath: list), options: .atomic)
    }
}
#endif
