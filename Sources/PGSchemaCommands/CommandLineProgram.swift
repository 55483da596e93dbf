#if SchemaCommands
public import ArgumentParser
import PGSchemaReports
import PGSchemaSQL
import PGWire

/// Runs a command line program: results on standard output, problems on standard error, exit status 0 or 1.
public enum CommandLineProgram {
    /// Parses this process's arguments and runs the command that they mean. Does not return when it fails.
    ///
    /// What an error repeats of a server, a file or the arguments is shown so that it cannot steer the terminal.
    ///
    /// - Parameters:
    ///   - root: the command of the program itself.
    ///   - name: what stands before each error.
    public static func run(_ root: (some AsyncParsableCommand).Type, name: String) async {
        let arguments = protectingNegativeNumbers(Array(CommandLine.arguments.dropFirst()))
        do {
            var command = try root.parseAsRoot(arguments)
            if var command = command as? any AsyncParsableCommand {
                try await command.run()
            } else {
                try command.run()
            }
        } catch {
            if root.exitCode(for: error) == .success {
                Console.print(ShownText(multiline: root.fullMessage(for: error)))
            } else if error is ExitCode {
                // What was printed says it all.
                root.exit(withError: error)
            } else {
                Console.problem(isUsage(error, root) ? usage(error, arguments, root) : problem(error, name))
                root.exit(withError: ExitCode.failure)
            }
        }
    }

    /// The error behind the program's name. The library advises `migrate …`; here that is a command of this program.
    private static func problem(_ error: any Error, _ name: String) -> ShownText {
        let text = Array(ShownText(error).description.utf8).replacing("`migrate ".utf8, with: "`\(name) migrate ".utf8)
        return "\(name): " + ShownText(multiline: String(decoding: text, as: UTF8.self))
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
    private static func usage(
        _ error: any Error, _ arguments: [String], _ root: (some AsyncParsableCommand).Type
    ) -> ShownText {
        do {
            _ = try root.parseAsRoot(arguments.map(\.escapingControls))
            // Their spelling was right, and a command says what is wrong.
            return ShownText(multiline: root.fullMessage(for: error))
        } catch {
            return ShownText(multiline: root.fullMessage(for: error))
        }
    }

    /// Whether the error is about how the command was written: then the parser's own text is the best.
    private static func isUsage(_ error: any Error, _ root: (some AsyncParsableCommand).Type) -> Bool {
        error is ValidationError || root.exitCode(for: error) == .validationFailure
    }
}
#endif
