import Foundation
import Testing

/// README.md and the guides: whatever Swift they show is compiled somewhere below Tests/.
@Suite("Documentation: the guides") struct GuideTests {
    private static let root = URL(filePath: #filePath).appending(path: "../../../..").standardized

    private static func text(_ path: String) throws -> String {
        try String(contentsOf: root.appending(path: path), encoding: .utf8)
    }

    private static var guides: [String] {
        get throws {
            let names = try FileManager.default.contentsOfDirectory(atPath: root.appending(path: "Documentation").path)
            return ["README.md"] + names.filter { $0.hasSuffix(".md") }.sorted().map { "Documentation/\($0)" }
        }
    }

    /// Lines without what they are indented by; imports stand elsewhere in a file.
    private static func lines(_ text: some StringProtocol) -> [String] {
        text.split(separator: "\n", omittingEmptySubsequences: true)
            .map { $0.trimmingCharacters(in: .whitespaces) }.filter { !$0.isEmpty && !$0.hasPrefix("import ") }
    }

    /// The blocks of Swift, but for those behind a comment that says that they are not compiled.
    private static func blocks(of guide: String) throws -> [[String]] {
        var blocks: [[String]] = []
        var block: [String]?
        var before = ""
        for line in try text(guide).components(separatedBy: "\n") {
            let line = line.trimmingCharacters(in: .whitespaces)
            if let lines = block {
                block = line == "```" ? nil : lines + [line]
                if line == "```" { blocks.append(Self.lines(lines.joined(separator: "\n"))) }
            } else if line == "```swift", !before.hasPrefix("<!-- not compiled") {
                block = []
            }
            if !line.isEmpty { before = line }
        }
        return blocks
    }

    @Test("every block of Swift is compiled in a test", arguments: try Self.guides)
    func blocksAreCompiled(guide: String) throws {
        let sources = try ["PGWireTests", "PGSchemaTests", "AppTests"].flatMap { target -> [[String]] in
            let directory = "Tests/\(target)/Documentation"
            let names =
                (try? FileManager.default.contentsOfDirectory(atPath: Self.root.appending(path: directory).path)) ?? []
            return try names.filter { $0.hasSuffix(".swift") }.map { Self.lines(try Self.text("\(directory)/\($0)")) }
        }
        for block in try Self.blocks(of: guide) {
            // The first line of the README's example is an address.
            let block = block.first?.hasPrefix("let uri = ") == true ? Array(block.dropFirst()) : block
            let isCompiled = sources.contains { source in
                source.indices.contains { source[$0...].starts(with: block) }
            }
            #expect(isCompiled, "\(guide): no test compiles\n\(block.joined(separator: "\n"))")
        }
    }

    @Test(
        "every link within the repository leads somewhere",
        arguments: try Self.guides + ["ARCHITECTURE.md", "CONTRIBUTING.md"])
    func linksLeadSomewhere(guide: String) throws {
        let here = Self.root.appending(path: guide).deletingLastPathComponent()
        for match in try Self.text(guide).matches(of: #/\]\(([^)#:]+)(?:#[^)]*)?\)/#) {
            let path = here.appending(path: String(match.1)).standardized.path
            #expect(FileManager.default.fileExists(atPath: path), "\(guide): \(match.1)")
        }
    }

    @Test("the README is short") func isShort() throws {
        #expect(try Self.text("README.md").components(separatedBy: "\n").count <= 251)
    }
}
