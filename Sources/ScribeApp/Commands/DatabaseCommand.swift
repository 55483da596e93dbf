#if ScribeApp
import ArgumentParser

/// `db …`: the database itself.
struct DatabaseCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "db", abstract: "Find out whether the database works, and what it is.",
        subcommands: [Check.self, Info.self, BackupCommand.self, RestoreCommand.self, Reset.self])

    func run() throws { throw ValidationError("say what to do, for example: scribe-app db check") }

    /// `db check`
    struct Check: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Try settings, connection, query and schema in turn; the first failure is explained.")

        func run() async throws {
            let settings = try Settings.ofProcess()
            try await Database.with(settings) { database in
                try await DatabaseCheck(database: database, graph: .scribe(), report: Console.print).run()
            }
        }
    }

    /// `db info`
    struct Info: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Print what the database is and holds.")

        func run() async throws {
            let settings = try Settings.ofProcess()
            try await Database.with(settings) { database in
                for line in try await DatabaseInfo(database: database, graph: .scribe(), settings: settings).lines() {
                    Console.print(line)
                }
            }
        }
    }
}
#endif
