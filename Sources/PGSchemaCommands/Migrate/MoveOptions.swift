#if SchemaCommands
import ArgumentParser
import PGSchemaMigrations
import PGSchemaReports
import PGWire

extension MigrateCommand {
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
            try await Project.withDatabase { database in
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
            Console.print(script: try MigrationScript(plan, from: current, in: graph).text())
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
#endif
