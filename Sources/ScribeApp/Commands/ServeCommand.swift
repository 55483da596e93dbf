#if ScribeApp
import ArgumentParser
import Logging

/// `serve`: answers HTTP until SIGINT or SIGTERM.
struct ServeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve", abstract: "Answer HTTP on HOST:PORT until SIGINT or SIGTERM.")

    func run() async throws {
        let settings = try Settings.ofProcess()
        LoggingSystem.bootstrap { label in
            var handler = StreamLogHandler(label: label, stream: LogStream())
            handler.logLevel = settings.logLevel
            return handler
        }
        try await Database.with(settings) { database in
            try await prepare(database)
            try await Server(settings: settings, database: database).run()
        }
    }

    /// The development database is ours, so its schema follows the program.
    private func prepare(_ database: Database) async throws {
        guard let development = database.development else { return }
        Console.print(development.summary)
        let migrator = try Migrator(
            configuration: database.configuration, graph: .scribe(), report: Console.report)
        try await migrator.run(.upgrade, to: "head")
    }
}
#endif
