import Foundation

/// Code of the tests that the documentation shows: the lines between `// shown: begin` and `// shown: end`.
struct ShownCode {
    let path: String
    /// The modules that its file imports.
    let imports: Set<String>
    let lines: [String]

    /// All of it, in the folders `Documentation` of the test targets.
    static func all() throws -> [ShownCode] {
        let root = RecordedTranscript.repository
        let targets = try FileManager.default.contentsOfDirectory(atPath: root.appending(path: "Tests").path)
        return try targets.sorted().flatMap { target -> [ShownCode] in
            let folder = "Tests/\(target)/Documentation"
            let names = (try? FileManager.default.contentsOfDirectory(atPath: root.appending(path: folder).path)) ?? []
            return try names.filter { $0.hasSuffix("Example.swift") || $0.hasSuffix("Examples.swift") }.sorted()
                .flatMap { name in
                    try read(
                        "\(folder)/\(name)",
                        String(contentsOf: root.appending(path: "\(folder)/\(name)"), encoding: .utf8))
                }
        }
    }

    static func read(_ path: String, _ text: String) -> [ShownCode] {
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        let imports = Set(lines.compactMap(importedModule))
        return lines.indices.filter { lines[$0].hasSuffix("// shown: begin") }.map { begin in
            ShownCode(
                path: "\(path):\(begin + 1)", imports: imports,
                lines: withoutMargin(lines[(begin + 1)...].prefix { !$0.hasSuffix("// shown: end") }))
        }
    }

    /// The code may be in a function of the tests.
    private static func withoutMargin(_ lines: some Sequence<String>) -> [String] {
        let lines = Array(lines)
        let margin = lines.filter { !$0.isEmpty }.map { $0.prefix { $0 == " " }.count }.min() ?? 0
        return lines.map { String($0.dropFirst(margin)) }
    }

    static func importedModule(_ line: String) -> String? {
        line.wholeMatch(of: #/import (\w+)/#).map { String($0.output.1) }
    }

    /// Whether `block` shows this. The documentation may say in front of it what to import, and which server is meant.
    func isShown(by block: MarkdownFile.Block) -> Bool {
        let head = block.lines.prefix { line in
            line.isEmpty || line.hasPrefix("let uri = ") || Self.importedModule(line) != nil
        }
        return Array(block.lines[head.endIndex...]) == lines
            && imports.isSuperset(of: head.compactMap(Self.importedModule))
    }
}
