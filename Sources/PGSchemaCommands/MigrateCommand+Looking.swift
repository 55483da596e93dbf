import PGSchemaSQL
import PGSchemaReports
import PGSchemaMigrations
import ArgumentParser
import PGWire

extension MigrateCommand {
    /// `migrate current`
    struct Current: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Print the database's revision; nothing at base.")

        @Flag(help: "Fail unless the database is at the newest revision.")
        var checkHeads = false
        @OptionGroup var options: Options

        func run() async throws {
            let graph = try options.graph()
            try await Database.with(try Settings.ofProcess()) { database in
                let migrator = options.migrator(database, graph)
                let current = try await migrator.current()
                options.print(current.compactMap { graph[$0] }, of: graph) { "\(graph.label($0.id))" }
                if checkHeads, Set(current) != Set(graph.heads) {
                    throw MigrationError.notAtHead(current: graph.label(current), heads: graph.heads)
                }
            }
        }
    }

    /// `migrate history`
    struct History: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Print the revisions, newest first.")

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

    /// `migrate heads`
    struct Heads: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Print the newest revision, or several.")

        @OptionGroup var options: Options

        func run() throws {
            let graph = try options.graph()
            options.print(graph.heads.compactMap { graph[$0] }, of: graph) { "\(graph.label($0.id))" }
        }
    }

    /// `migrate branches`
    struct Branches: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Print where the line of revisions divides.")

        @OptionGroup var options: Options

        func run() throws {
            let graph = try options.graph()
            let points = graph.revisions.filter { graph.children(of: $0.id).count > 1 }
            options.print(points, of: graph) { point in
                let children = graph.children(of: point.id)
                return children.reduce("\(graph.label(point.id))") { "\($0)\n    -> \(graph.label($1))" }
            }
        }
    }

    /// `migrate show REV`
    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Print a revision and its statements.")

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
