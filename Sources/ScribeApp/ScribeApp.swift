#if ScribeApp
import PGSchemaSQL
import PGSchemaReports
import ArgumentParser
import PGWire

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
        subcommands: [ServeCommand.self, MigrateCommand.self, DatabaseCommand.self])

    func run() throws { throw ValidationError("say what to do, for example: scribe-app serve") }

    static func main() async {
        let arguments = Self.protectingNegativeNumbers(Array(CommandLine.arguments.dropFirst()))
        do {
            var command = try parseAsRoot(arguments)
            if var command = command as? any AsyncParsableCommand {
                try await command.run()
            } else {
                try command.run()
            }
        } catch {
            if exitCode(for: error) == .success {
                Console.print(ShownText(multiline: fullMessage(for: error)))
            } else if error is ExitCode {
                // What was printed says it all.
                Self.exit(withError: error)
            } else {
                Console.problem(isUsage(error) ? usage(error, arguments) : "scribe-app: \(error: error)")
                Self.exit(withError: ExitCode.failure)
            }
        }
    }

    /// Lets `downgrade -1` through: moved behind `--`, a number is a value and not an option.
    package static func protectingNegativeNumbers(_ arguments: [String]) -> [String] {
        func isNegative(_ text: String) -> Bool {
            let bytes = text.utf8
            return bytes.count > 1 && bytes.first == UInt8(ascii: "-")
                && bytes.dropFirst().allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
        }
        // Who knows that has written it so already.
        if arguments.contains(where: { $0 == "--" }) { return arguments }
        let numbers = arguments.filter(isNegative)
        return numbers.isEmpty ? arguments : arguments.filter { !isNegative($0) } + ["--"] + numbers
    }

    /// What the parser says. It repeats what it was given, so it is asked again about arguments that can be shown.
    private static func usage(_ error: any Error, _ arguments: [String]) -> ShownText {
        do {
            _ = try parseAsRoot(arguments.map(\.escapingControls))
            // Their spelling was right, and a command says what is wrong.
            return ShownText(multiline: fullMessage(for: error))
        } catch {
            return ShownText(multiline: fullMessage(for: error))
        }
    }

    /// Whether the error is about how the command was written: then the parser's own text is the best.
    private static func isUsage(_ error: any Error) -> Bool {
        error is ValidationError || exitCode(for: error) == .validationFailure
    }
}
#endif
