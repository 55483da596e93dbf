#if ScribeApp
import ArgumentParser

/// `migrate …`: the schema's versions.
struct MigrateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "migrate", abstract: "Move the database's schema to another revision, or tell where it is.",
        subcommands: [Upgrade.self, Downgrade.self, Current.self, History.self, Heads.self, Lint.self, Test.self])

    func run() throws { throw ValidationError("say what to do, for example: scribe-app migrate upgrade") }

    /// `migrate upgrade [head|REV|+N]`
    struct Upgrade: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Apply the revisions up to a target, all in one transaction.")

        @Argument(help: "head, a revision or the beginning of one, or +N.")
        var target = "head"
        @OptionGroup var options: Options

        func run() async throws { try await options.move(.upgrade, to: target) }
    }

    /// `migrate downgrade [-N|REV|base]`
    struct Downgrade: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Take back the revisions down to a target, all in one transaction.")

        @Argument(help: "-N, a revision or the beginning of one, or base.")
        var target = "-1"
        @OptionGroup var options: Options

        func run() async throws { try await options.move(.downgrade, to: target) }
    }

    /// `migrate current`
    struct Current: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Print the database's revision; nothing at base.")

        func run() async throws {
            let graph = try RevisionGraph.scribe()
            try await Database.with(try Settings.ofProcess()) { database in
                let height = try await Migrator(configuration: database.configuration, graph: graph).currentHeight()
                if height > 0 { Console.print(graph.label(height: height)) }
            }
        }
    }

    /// `migrate history`
    struct History: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Print the revisions, newest first.")

        func run() throws { try RevisionGraph.scribe().history.forEach(Console.print) }
    }

    /// `migrate heads`
    struct Heads: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Print the newest revision.")

        func run() throws {
            let graph = try RevisionGraph.scribe()
            Console.print(graph.label(height: graph.line.count))
        }
    }

    /// What upgrade and downgrade share.
    struct Options: ParsableArguments {
        @Option(help: "How many seconds a statement may wait for a lock that another session holds.")
        var lockTimeout = 5

        func validate() throws {
            guard lockTimeout > 0 else { throw ValidationError("--lock-timeout must be 1 or more seconds") }
        }

        func move(_ direction: MigrationPlan.Direction, to target: String) async throws {
            let graph = try RevisionGraph.scribe()
            try await Database.with(try Settings.ofProcess()) { database in
                var migrator = Migrator(configuration: database.configuration, graph: graph, report: Console.print)
                migrator.lockTimeout = .seconds(lockTimeout)
                let steps = try await migrator.run(direction, to: target)
                guard steps.isEmpty else { return }
                let height = try await migrator.currentHeight()
                Console.print("Nothing to do: the database is at \(graph.label(height: height))")
            }
        }
    }
}
#endif
