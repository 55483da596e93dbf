import Foundation
import Testing

@Suite("Documentation: examples of PGSchema's types") struct DocumentationExampleTests {
    /// The lines without their indentation.
    private static func lines(_ url: URL) throws -> [String] {
        try String(contentsOf: url, encoding: .utf8).split(separator: "\n", omittingEmptySubsequences: false)
            .map { String($0.drop { $0 == " " }) }
    }

    /// The examples in a file's documentation.
    private static func examples(in lines: [String]) -> [[String]] {
        var examples: [[String]] = []
        var example: [String]?
        for line in lines {
            if line == "/// ```swift" {
                example = []
            } else if line == "/// ```" {
                if let example { examples.append(example) }
                example = nil
            } else {
                example?.append(String(line.dropFirst("///".count).drop { $0 == " " }))
            }
        }
        return examples
    }

    @Test("each of them is compiled") func areCompiled() throws {
        let here = URL(filePath: #filePath).deletingLastPathComponent()
        let compiled = try Self.lines(here.appending(path: "DocumentationExamples.swift"))
        let sources = here.appending(path: "../../../Sources/PGSchema").standardized
        let paths = try FileManager.default.subpathsOfDirectory(atPath: sources.path).filter { $0.hasSuffix(".swift") }
        var count = 0
        for path in paths {
            for example in Self.examples(in: try Self.lines(sources.appending(path: path))) {
                count += 1
                #expect(compiled.firstRange(of: example) != nil, "\(path): \(example)")
            }
        }
        #expect(count >= 10, "the types that a user begins with have one each")
    }
}
