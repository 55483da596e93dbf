/// A console session as the README shows it: commands behind `$ `, and what each printed.
struct ConsoleSession {
    struct Step: Equatable {
        let words: [String]
        var output: [String] = []
    }

    private(set) var steps: [Step] = []

    init(_ lines: some Sequence<String>) {
        for line in lines {
            if line.hasPrefix("$ ") {
                steps.append(Step(words: line.dropFirst(2).split(separator: " ").map(String.init)))
            } else if !steps.isEmpty {
                steps[steps.count - 1].output.append(line)
            }
        }
    }

    /// The sessions that a text says are run: the blocks behind `<!-- session: … -->`.
    static func all(in text: String) -> [ConsoleSession] {
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        return lines.indices.filter { lines[$0].hasPrefix("<!-- session: ") }.map { index in
            ConsoleSession(lines[(index + 2)...].prefix { $0 != "```" })
        }
    }
}
