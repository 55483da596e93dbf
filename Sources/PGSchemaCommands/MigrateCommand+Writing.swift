import PGSchemaSQL
import PGSchemaReports
import PGSchemaMigrations
import PGSchemaComparison
import PGSchemaLint
import ArgumentParser
import FoundationEssentials
import PGWire

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
        @Flag(help: "Write what makes the database as this program declares its schema.")
        var autogenerate = false
        @OptionGroup var comparing: Comparing
        @OptionGroup var options: Options

        func validate() throws {
            guard !(autogenerate && noTransaction) else {
                throw ValidationError("--autogenerate decides about the transaction by itself: see --concurrently")
            }
        }

        func run() async throws {
            let place = RevisionPlace(options)
            let graph = try place.directory.graph()
            let parents = try graph.revisions(named: head)
            guard autogenerate else {
                let draft = RevisionDraft(
                    id: revID, downRevisions: parents, title: message, isTransactional: !noTransaction)
                return try place.write([draft], graph, options)
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
            try place.write(drafts, graph, options)
            if draft.changes.contains(where: \.losesData) {
                Console.problem("warning: it loses data; the file says where")
            }
        }
    }

    /// `migrate check`
    struct Check: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Tell whether the database is as this program declares its schema; status 1 when it is not.")

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

    /// What is compared and what is taken for a rename.
    struct Comparing: ParsableArguments {
        @Option(help: "Something has only got another name: users=people, emails.old=new. May be repeated.")
        var rename: [String] = []
        @Option(help: "Something goes although it might have got another name: users, emails.old. May be repeated.")
        var drop: [String] = []
        @Flag(help: "Whatever is gone is dropped; nothing was renamed.")
        var noRename = false
        @Option(help: "A table or an enum type that is another tool's: it is left alone. May be repeated.")
        var ignore: [String] = []
        @Option(
            help: """
                Another database of the same major version, as postgres://ROLE@HOST/NAME, to compare in when the role may \
                make no schema in this one. Nothing stays there. The password is that of SCRATCH_PASSWORD.
                """)
        var scratchUrl: String?
        @Flag(help: "Build new indexes concurrently, in a revision of their own.")
        var concurrently = false

        /// Compares the database, which must be at the newest revision, with the declared schema.
        func compare<R>(
            _ graph: RevisionGraph, _ body: (Autogenerate, Connection, _ scratch: Connection?) async throws -> R
        ) async throws -> R {
            var options = Autogenerate.Options()
            options.renames = try rename.map(Rename.Request.init)
            options.drops = Set(drop.map { SQLIdentifier($0) })
            options.dropsAll = noRename
            options.buildsIndexesConcurrently = concurrently
            options.ignored = Set(ignore.map { SQLIdentifier($0) })
            let scratch = try scratchUrl.map { try ScratchDatabase.configuration(argument: $0, source: .ofProcess()) }
            return try await Database.with(try Settings.ofProcess()) { database in
                try await Connection.withConnection(database.configuration) { db in
                    let current = try await VersionTable.current(in: graph, db)
                    guard Set(current) == Set(graph.heads) else {
                        throw MigrationError.notAtHead(current: graph.label(current), heads: graph.heads)
                    }
                    let autogenerate = Autogenerate(.scribe, options: options)
                    guard let scratch else { return try await body(autogenerate, db, nil) }
                    return try await ScratchDatabase.sayingWhosePassword {
                        try await Connection.withConnection(scratch) { try await body(autogenerate, db, $0) }
                    }
                }
            }
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
            try place.write([RevisionDraft(id: revID, downRevisions: tips, title: message)], graph, options)
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

    func write(_ drafts: [RevisionDraft], _ graph: RevisionGraph, _ options: MigrateCommand.Options) throws {
        for draft in drafts { try draft.check(in: graph) }
        var names: [String] = []
        for draft in drafts {
            let name = try directory.write(draft)
            if isSource { try enter(name) }
            names.append(name)
            if !options.json { Console.print("Wrote \(directory.path)/\(name)") }
        }
        guard options.json else { return }
        let list = zip(drafts, names).map { draft, name in
            JSONValue.object([("revision", .string(draft.id)), ("file", .string(name))])
        }
        Console.print(json: JSONValue.array(list).text)
    }

    /// The binary has the files that `RevisionFiles.swift` lists.
    private func enter(_ name: String) throws {
        let list = directory.path + "/../RevisionFiles.swift"
        guard let text = try? String(contentsOfFile: list, encoding: .utf8),
            let end = text.utf8.firstRange(of: "        ]\n".utf8)?.lowerBound
        else { return }
        // As SwiftPM makes it of the file's name.
        let rest = name.dropFirst().map { $0.isLetter || $0.isNumber ? $0 : "_" }  // by Characters: as SwiftPM
        let resource = "_" + String(rest)
        let entered = text[..<end] + "            (\"\(name)\", PackageResources.\(resource)),\n" + text[end...]
        try Data(String(entered).utf8).write(to: URL(filePath: list), options: .atomic)
    }
}

extension Change {
    var json: JSONValue {
        .object([
            ("kind", .string(kind.rawValue)), ("object", .string(object)), ("description", .string(description)),
            ("loses_data", .bool(losesData)), ("may_be_rename", .bool(isRenameCandidate)),
        ])
    }

    /// ` (loses data)`, for a person.
    fileprivate var marks: String {
        let marks = [losesData ? "loses data" : nil, isRenameCandidate ? "or renamed" : nil].compactMap { $0 }
        return marks.isEmpty ? "" : " (\(marks.joined(separator: "; ")))"
    }
}
