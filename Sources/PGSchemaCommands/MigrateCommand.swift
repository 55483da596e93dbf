import PGSchemaReports
import PGSchemaMigrations
import PGWire

import ArgumentParser

/// `migrate …`: the schema's versions, in Alembic's words.
struct MigrateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "migrate", abstract: "Move the database's schema to another revision, or tell where it is.",
        subcommands: [
            Upgrade.self, Downgrade.self, Stamp.self, Current.self, History.self, Heads.self, Branches.self, Show.self,
            Check.self, NewRevision.self, Merge.self, Lint.self,
            Test.self,
        ])

    func run() throws { throw ValidationError("say what to do, for example: scribe-app migrate upgrade") }

    /// Where the revisions are and how results are printed.
    struct Options: ParsableArguments {
        @Option(help: "Read the revisions from this directory instead of those built in.")
        var directory: String?
        @Flag(help: "Print results as JSON.")
        var json = false
        @Flag(name: .shortAndLong, help: "Print more.")
        var verbose = false

        func graph() throws -> RevisionGraph {
            guard let directory else { return try .scribe() }
            let graph = try RevisionDirectory(path: directory).graph()
            // As good as certainly the wrong one, and "nothing to do" would be no answer.
            guard !graph.revisions.isEmpty else { throw MigrationError.badDirectory(directory, "it has no .sql file") }
            return graph
        }

        /// A migrator that tells what it does on the terminal.
        func migrator(_ database: Database, _ graph: RevisionGraph) -> Migrator {
            let (isQuiet, isVerbose) = (json, verbose)
            return Migrator(configuration: database.configuration, graph: graph) { report in
                switch report {
                case .step where isQuiet: return
                case .statement(let statement):
                    if isVerbose, !isQuiet { Console.print("  \(ShownText(multiline: statement.text))") }
                default: Console.report(report)
                }
            }
        }

        /// Prints revisions in full, as JSON, or `short`.
        func print(_ revisions: [Revision], of graph: RevisionGraph, short: (Revision) -> ShownText) {
            if json {
                Console.print(json: JSONValue.array(revisions.map { graph.json($0) }).text)
            } else {
                for revision in revisions {
                    let text = verbose ? graph.description(of: revision) + "\n" : short(revision)
                    Console.print(text)
                }
            }
        }
    }
}

extension Console {
    /// What a migrator tells.
    @Sendable static func report(_ report: Migrator.Report) {
        switch report {
        case .step(let step): print("Running \(step.label)")
        case .statement: break
        case .waiting(let text): problem("\(text)")
        case .warning(let text): problem("warning: \(text)")
        }
    }
}

extension RevisionGraph {
    /// A revision in full, in Alembic's form.
    func description(of revision: Revision) -> ShownText {
        var lines: [ShownText] = ["Rev: \(label(revision.id))"]
        lines.append("\(revision.downRevisions.count > 1 ? "Merges" : "Parent"): \(revision.parents)")
        if children(of: revision.id).count > 1 {
            lines.append("Branches into: \(children(of: revision.id).joined(separator: ", "))")
        }
        lines += ["Path: \(revision.file)", "Created: \(revision.created)", "", "    \(revision.title)"]
        return lines.dropFirst().reduce(lines[0]) { "\($0)\n\($1)" }
    }

    func json(_ revision: Revision) -> JSONValue {
        .object([
            ("revision", .string(revision.id)), ("down_revisions", .array(revision.downRevisions.map(JSONValue.string))),
            ("title", .string(revision.title)), ("created", .string(revision.created)),
            ("file", .string(revision.file)),
            ("transaction", .bool(revision.isTransactional)), ("checksum", .string(revision.checksum)),
            ("reversible", .bool(revision.down != nil)), ("head", .bool(children(of: revision.id).isEmpty)),
        ])
    }
}
