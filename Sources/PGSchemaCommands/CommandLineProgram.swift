#if SchemaCommands
public import ArgumentParser
import PGSchemaReports
import PGSchemaSQL
import PGWire

/// Runs a command line program: results go to standard output, problems to standard error, the exit status is 0 or 1.
public enum CommandLineProgram {
    /// Parses the arguments of the process and runs the command. When it fails it prints the error and exits.
    ///
    /// Control characters in errors, which may come from a server, a file or the arguments, are escaped.
    ///
    /// - Parameters:
    ///   - root: the command of the program itself.
    ///   - name: the program's name, which is printed before each error.
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
                // The command has printed the reason.
                root.exit(withError: error)
            } else {
                Console.problem(isUsage(error, root) ? usage(error, arguments, root) : problem(error, name))
                root.exit(withError: ExitCode.failure)
            }
        }
    }

    /// The error after the program's name. The library's advice `migrate …` becomes a command of this program.
    private static func problem(_ error: any Error, _ name: String) -> ShownText {
        let text = Array(ShownText(error).description.utf8).replacing("`migrate ".utf8, with: "`\(name) migrate ".utf8)
        return "\(name): " + ShownText(multiline: String(decoding: text, as: UTF8.self))
    }

    /// Makes `downgrade -1` work: after `--`, a number is a value and no option.
    static func protectingNegativeNumbers(_ arguments: [String]) -> [String] {
        func isNegative(_ text: String) -> Bool {
            let bytes = text.utf8
            return bytes.count > 1 && bytes.first == UInt8(ascii: "-")
                && bytes.dropFirst().allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
        }
        // The user has written it so already.
        if arguments.contains(where: { $0 == "--" }) { return arguments }
        let numbers = arguments.filter(isNegative)
        return numbers.isEmpty ? arguments : arguments.filter { !isNegative($0) } + ["--"] + numbers
    }

    /// The parser's message. It repeats arguments, so they are parsed again with control characters escaped.
    private static func usage(
        _ error: any Error, _ arguments: [String], _ root: (some AsyncParsableCommand).Type
    ) -> ShownText {
        do {
            _ = try root.parseAsRoot(arguments.map(\.escapingControls))
            // The arguments could be parsed; a command's own validation failed.
            return ShownText(multiline: root.fullMessage(for: error))
        } catch {
            return ShownText(multiline: root.fullMessage(for: error))
        }
    }

    /// Whether the error is about the arguments, so that the parser's message is the best.
    private static func isUsage(_ error: any Error, _ root: (some AsyncParsableCommand).Type) -> Bool {
        error is ValidationError || root.exitCode(for: error) == .validationFailure
    }
}
#endif
