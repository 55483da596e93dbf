import Foundation

/// A Markdown file of the repository, as far as the tests need to understand it.
struct MarkdownFile {
    /// A fenced block.
    struct Block {
        let language: String
        /// The lines between the fences, without what the fence is indented by.
        let lines: [String]
        /// Where its fence is, counted from 1.
        let line: Int
        /// Why it cannot be compiled, if the comment before it says so: `<!-- not compiled: REASON -->`.
        let isExempt: Bool
    }

    let path: String
    let lines: [String]

    /// The README, the guides and whatever else is documentation.
    static func all() throws -> [MarkdownFile] {
        let root = RecordedTranscript.repository
        let guides = try FileManager.default.subpathsOfDirectory(atPath: root.appending(path: "Documentation").path)
            .filter { $0.hasSuffix(".md") }.map { "Documentation/\($0)" }
        return try (["README.md", "ARCHITECTURE.md", "CONTRIBUTING.md"] + guides.sorted()).map(MarkdownFile.init)
    }

    init(_ path: String) throws {
        self.path = path
        let text = try String(contentsOf: RecordedTranscript.repository.appending(path: path), encoding: .utf8)
        lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    }

    init(path: String, text: String) {
        self.path = path
        lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    }

    var blocks: [Block] {
        var blocks: [Block] = []
        var start: Int?
        for (index, line) in lines.enumerated() where line.drop(while: { $0 == " " }).hasPrefix("```") {
            guard let first = start else {
                start = index
                continue
            }
            start = nil
            let indent = lines[first].prefix { $0 == " " }.count
            let before = lines[..<first].last { !$0.isEmpty }?.drop { $0 == " " } ?? ""
            blocks.append(
                Block(
                    language: String(lines[first].dropFirst(indent + 3)),
                    lines: lines[(first + 1)..<index].map { String($0.dropFirst(min(indent, $0.count))) },
                    line: first + 1, isExempt: before.hasPrefix("<!-- not compiled: ")))
        }
        return blocks
    }

    /// What its links lead to, without those to other sites and within the file.
    var linkedFiles: [String] {
        let code = #/`[^`]*`/#
        var isInBlock = false
        return lines.flatMap { line -> [String] in
            if line.drop(while: { $0 == " " }).hasPrefix("```") { isInBlock.toggle() }
            if isInBlock { return [] }
            return line.replacing(code, with: "").matches(of: #/\]\(([^)#\s]+)[^)]*\)/#).map { String($0.output.1) }
        }
        .filter { !$0.contains("://") }
    }
}
