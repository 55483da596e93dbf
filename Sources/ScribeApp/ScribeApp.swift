#if ScribeApp
import ArgumentParser
import PGSchemaCommands

/// The program: results on standard output, problems on standard error, exit status 0 or 1.
@main
struct ScribeApp: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "scribe-app",
        abstract: "The Scribe API on PostgreSQL.",
        discussion: """
            Settings come from the environment, then from .env in the working directory: DB_HOST, DB_PORT, DB_USER, \
            DB_PASSWORD, DB_NAME, DB_SSLMODE and more. Without any DB_ setting, in development, scribe-app runs a \
            PostgreSQL of its own in .scribe/.
            """,
        subcommands: [ServeCommand.self, MigrateCommand<ScribeProject>.self, DatabaseCommand.self])

    func run() throws { throw ValidationError("say what to do, for example: scribe-app serve") }

    static func main() async { await CommandLineProgram.run(Self.self, name: ScribeProject.commandName) }
}
#endif
