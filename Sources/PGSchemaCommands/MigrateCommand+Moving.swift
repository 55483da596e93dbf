import PGSchemaReports
import PGSchemaMigrations
import ArgumentParser
import PGWire

extension MigrateCommand {
    /// `migrate upgrade [head|REV|+N]`
    struct Upgrade: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Apply the revisions up to a target, all in one transaction.")

        @Argument(help: "head, heads, a revision or the beginning of one, or +N; with --sql also FROM:TO.")
        var target = "head"
        @OptionGroup var moving: Moving
        @OptionGroup var options: Options

        func run() async throws { try await moving.run(.upgrade, to: target, options) }
    }

    /// `migrate downgrade [-N|REV|base]`
    struct Downgrade: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Take back the revisions down to a target, all in one transaction.")

        @Argument(help: "-N, a revision or the beginning of one, or base; with --sql FROM:TO.")
        var target = "-1"
        @OptionGroup var moving: Moving
        @OptionGroup var options: Options

        func run() async throws { try await moving.run(.downgrade, to: target, options) }
    }

    /// `migrate stamp TARGET`
    struct Stamp: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Write into the version table what the database is to be taken for; change nothing else.")

        @Argument(help: "head, heads, base, a revision or the beginning of one; several with commas.")
        var target: String
        @Flag(help: "Forget what the version table holds, even if no revision is known by that id.")
        var purge = false
        @OptionGroup var locking: Locking
        @OptionGroup var options: Options

        func run() async throws {
            let graph = try options.graph()
            try await Database.with(try Settings.ofProcess()) { database in
                let migrator = locking.migrator(database, graph, options)
                try await migrator.stamp(target, purge: purge)
                let current = try await migrator.current()
                if options.json {
                    Console.print(json: JSONValue.object([("current", .array(current.map(JSONValue.string)))]).text)
                } else {
                    Console.print("The version table now holds \(graph.label(current))")
                }
            }
        }
    }

    /// How long to wait for others.
    struct Locking: ParsableArguments {
        @Option(help: "How many seconds a statement may wait for a lock that another session holds.")
        var lockTimeout = 2.0
        @Option(help: "How often to begin again when a lock could not be had in that time.")
        var lockRetries = 10

        func validate() throws {
            guard lockTimeout >= 0.001, lockTimeout <= 86_400 else {
                throw ValidationError("--lock-timeout must be seconds, from 0.001 to 86400")
            }
            guard lockRetries >= 0 else { throw ValidationError("--lock-retries must be 0 or more") }
        }

        func migrator(_ database: Database, _ graph: RevisionGraph, _ options: Options) -> Migrator {
            var migrator = options.migrator(database, graph)
            migrator.lockTimeout = .milliseconds(Int64(lockTimeout * 1000))
            migrator.lockRetries = lockRetries
            migrator.ownsSession = database.ownsSession
            return migrator
        }
    }

    /// What upgrade and downgrade share.
    struct Moving: ParsableArguments {
        @Flag(help: "Print the statements as a script for psql, and connect to nothing.")
        var sql = false
        @Flag(help: "Print what would be done to the database as it is, and change nothing.")
        var dryRun = false
        @OptionGroup var locking: Locking

        func validate() throws {
            guard !(sql && dryRun) else { throw ValidationError("--sql and --dry-run exclude each other") }
        }

        func run(_ direction: MigrationPlan.Direction, to target: String, _ options: Options) async throws {
            let graph = try options.graph()
            if sql {
                guard !options.json else { throw ValidationError("--sql and --json exclude each other") }
                return Console.print(script: try MigrationScript(direction, range: target, in: graph).text())
            }
            try await Database.with(try Settings.ofProcess()) { database in
                let migrator = locking.migrator(database, graph, options)
                if dryRun {
                    let current = try await migrator.current()
                    let plan = try MigrationPlan(direction, to: target, from: current, in: graph)
                    return try show(plan, from: current, graph, options)
                }
                let steps = try await cancellingOnSignal("nothing was changed") {
                    try await migrator.run(direction, to: target)
                }
                let current = try await migrator.current()
                if options.json {
                    Console.print(json: Self.json(steps, current).text)
                } else if steps.isEmpty {
                    Console.print("Nothing to do: the database is at \(graph.label(current))")
                }
            }
        }

        private func show(
            _ plan: MigrationPlan, from current: [String], _ graph: RevisionGraph, _ options: Options
        ) throws {
            if options.json { return Console.print(json: Self.json(plan.steps, current).text) }
            guard !plan.steps.isEmpty else {
                return Console.print("Nothing to do: the database is at \(graph.label(current))")
            }
            Console.print(script: try MigrationScript(plan, from: current).text())
        }

        private static func json(_ steps: [MigrationPlan.Step], _ current: [String]) -> JSONValue {
            let list = steps.map { step in
                JSONValue.object([
                    ("direction", .string(step.direction.rawValue)), ("revision", .string(step.revision.id)),
                    ("title", .string(step.revision.title)), ("file", .string(step.revision.file)),
                ])
            }
            return .object([("steps", .array(list)), ("current", .array(current.map(JSONValue.string)))])
        }
    }
}
