#if ScribeApp
import ArgumentParser
import Logging
import PGSchemaCommands
import PGSchemaMigrations

/// `serve`: answers HTTP until SIGINT or SIGTERM.
struct ServeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve", abstract: "Answer HTTP on HOST:PORT until SIGINT or SIGTERM.",
        discussion: """
            Settings of its own, beside those of the database:

              HOST, PORT            where to listen: 0.0.0.0, 8000
              HTTP_MAX_CONNECTIONS  clients at once, further ones wait: 1024
              HTTP_REQUEST_TIMEOUT  seconds for a request, for taking its answer,
                                    and for keeping an idle connection: 15
              ALLOWED_ORIGINS       web pages that may call, with commas between

            A request may have 100 fields and 32 KB in its header, of which 16 KB in \
            one field, and 1 MB in all.
            """)

    func run() async throws {
        let settings = try Settings.ofProcess()
        LoggingSystem.bootstrap { label in
            var handler = StreamLogHandler(label: label, stream: LogStream())
            handler.logLevel = Logger.Level(rawValue: settings.logLevel.rawValue) ?? .info
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
