#if ScribeApp
import ArgumentParser
import FoundationEssentials
import PGSchemaCommands
import PGSchemaReports

/// `db …`: the database itself.
struct DatabaseCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "db", abstract: "Check, describe, back up, restore and reset the database.",
        subcommands: [
            Check.self, Info.self, BackupCommand<ScribeProject>.self, RestoreCommand<ScribeProject>.self, Reset.self,
        ])

    func run() throws { throw ValidationError("say what to do, for example: scribe-app db check") }

    /// `db check`
    struct Check: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Try settings, name, TCP, TLS, login, query and schema in turn; the first failure is explained.")

        func run() async throws {
            let settings = try Settings.ofProcess()
            try await Database.with(settings) { database in
                try await DatabaseCheck(database: database, graph: .scribe(), report: { Console.print("\($0)") }).run()
            }
        }
    }

    /// `db info`
    struct Info: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Print what the database is and holds.")

        @Flag(help: "As JSON, for programs.")
        var json = false

        func run() async throws {
            let settings = try Settings.ofProcess()
            try await Database.with(settings) { database in
                let info = try await DatabaseInfo(database, graph: .scribe(), settings: settings)
                guard json else { return info.lines.forEach { Console.print("\($0)") } }
                let encoder = JSONEncoder()
                encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
                Console.print(json: String(decoding: try encoder.encode(info), as: UTF8.self))
            }
        }
    }
}
#endif
