import Foundation
import Testing

@Suite struct DocumentationTests {
    /// What the documentation shows is compiled, and what is compiled to be shown is shown.
    @Test func everySwiftBlockIsCompiled() throws {
        let shown = try ShownCode.all()
        var unseen = Set(shown.map(\.path))
        var count = 0
        for file in try MarkdownFile.all() {
            for block in file.blocks where block.language == "swift" && !block.isExempt {
                count += 1
                let sources = shown.filter { $0.isShown(by: block) }
                #expect(!sources.isEmpty, "\(file.path):\(block.line) is nowhere compiled")
                unseen.subtract(sources.map(\.path))
            }
        }
        #expect(unseen.isEmpty, "compiled, and shown nowhere")
        #expect(count > 15)
    }

    @Test func everyLinkLeadsToAFile() throws {
        var count = 0
        for file in try MarkdownFile.all() {
            let folder = RecordedTranscript.repository.appending(path: file.path).deletingLastPathComponent()
            for link in file.linkedFiles {
                count += 1
                #expect(
                    FileManager.default.fileExists(atPath: folder.appending(path: link).path),
                    "\(file.path) links to \(link)")
            }
        }
        #expect(count > 20)
    }

    /// A path in code style, as `Sources/PGWire/Types/OID.swift`, is one of the repository. Where it holds a placeholder,
    /// such as NAME or …, nothing can be said.
    @Test func everyPathIsThere() throws {
        var count = 0
        for file in try MarkdownFile.all() {
            for line in file.lines {
                for match in line.matches(
                    of: #/`((?:Sources|Tests|Benchmarks|Fixtures|Documentation|\.ci)/[\w+.\/-]*)`/#)
                {
                    let path = String(match.output.1)
                    if path.contains(#/\b[A-Z]{4,}\b/#) || path.contains("0011_") { continue }
                    count += 1
                    #expect(
                        FileManager.default.fileExists(
                            atPath: RecordedTranscript.repository.appending(path: path).path),
                        "\(file.path) names \(path)")
                }
            }
        }
        #expect(count > 30)
    }

    @Test func theReadmeIsShort() throws {
        let readme = try MarkdownFile("README.md")
        #expect(readme.lines.count <= 250)
        let screen = readme.lines.prefix(50)
        #expect(screen.contains { $0.hasPrefix("$ make serve") })
        #expect(screen.contains { $0.hasPrefix("$ make test") })
        let example = try #require(readme.blocks.first { $0.lines.first == "import PGWire" })
        #expect(example.line < 50)
        #expect(example.lines.count <= 12, "with its import and its address the example has at most twelve lines")
        #expect(readme.lines.contains { $0.contains("not there yet") })
    }

    @Test func markdownIsReadRight() {
        let file = MarkdownFile(
            path: "x.md",
            text: """
                [a](b.md#c), `[d](e)`, [f](https://g) ![h](i.svg)
                <!-- not compiled: it is a line of Package.swift -->
                ```swift
                a
                ```
                1. text

                   <!-- not compiled: it is indented -->
                   ```swift
                   [x](y)
                   ```
                   ```swift
                   import PGWire

                     b
                   c
                   ```
                """)
        #expect(file.linkedFiles == ["b.md", "i.svg"])
        #expect(file.blocks.map(\.lines) == [["a"], ["[x](y)"], ["import PGWire", "", "  b", "c"]])
        #expect(file.blocks.map(\.isExempt) == [true, true, false])
        #expect(file.blocks.map(\.line) == [3, 9, 12])
        let source = """
            import PGWire
            func f() {
                // shown: begin
                  b
                c
                // shown: end
            }
            """
        #expect(ShownCode.read("y.swift", source).map { $0.isShown(by: file.blocks[2]) } == [true])
        #expect(
            ShownCode.read("y.swift", "\n" + source.dropFirst(13)).map { $0.isShown(by: file.blocks[2]) } == [false])
        #expect(ShownCode.read("y.swift", source).map { $0.isShown(by: file.blocks[0]) } == [false])
    }
}
