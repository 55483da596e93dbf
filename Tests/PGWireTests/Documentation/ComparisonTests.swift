import Foundation
import Testing

/// What Documentation/Comparison.md says PGWire has, a test proves; and so for the mistakes of others in SharpEdges.md.
@Suite struct ComparisonTests {
    private struct Claim {
        let line: Int
        let feature: String
        let text: String
        /// The names of tests, and the files that they are said to be in.
        let tests: [(name: String, path: String)]
    }

    /// The rows of the table: the feature, and what is said of PGWire.
    private func claims() throws -> [Claim] {
        let file = try MarkdownFile("Documentation/Comparison.md")
        guard let start = file.lines.firstIndex(where: { $0.hasPrefix("| Feature | PGWire |") }) else { return [] }
        return file.lines.indices.dropFirst(start + 2).prefix { file.lines[$0].hasPrefix("| ") }.map { index in
            let cells = file.lines[index].components(separatedBy: " | ")
            return Claim(
                line: index + 1, feature: cells[0], text: cells[1],
                tests: cells[1].matches(of: #/\[(\w+)\]\(\.\./([^)]+)\)/#).map {
                    (String($0.output.1), String($0.output.2))
                })
        }
    }

    @Test func whatIsThereIsTested() throws {
        let claims = try claims()
        for claim in claims where claim.text.hasPrefix("has") {
            #expect(!claim.tests.isEmpty, "line \(claim.line): nothing proves that there is \(claim.feature)")
        }
        #expect(claims.count > 100)
    }

    @Test(arguments: ["Comparison", "SharpEdges"]) func everyTestIsInItsFile(_ document: String) throws {
        var count = 0
        for line in try MarkdownFile("Documentation/\(document).md").lines {
            for match in line.matches(of: #/\[(\w+)\]\(\.\./((?:Benchmarks/)?Tests/[^)]+)\)/#) {
                let path = RecordedTranscript.repository.appending(path: String(match.output.2))
                let text = (try? String(contentsOf: path, encoding: .utf8)) ?? ""
                let isThere = text.contains("func \(match.output.1)(") && text.contains("@Test")
                #expect(isThere, "\(match.output.2) has no test \(match.output.1)")
                count += 1
            }
        }
        #expect(count > 100)
    }

    /// Each edge is there, and has a test; what only a part of it has none for is told beside it.
    @Test func everyEdgeIsTested() throws {
        let rows = try MarkdownFile("Documentation/SharpEdges.md").lines.filter { $0.hasPrefix("| ") }
        let numbered = rows.compactMap { row -> (number: Int, isTested: Bool)? in
            let cells = row.components(separatedBy: " | ")
            return Int(cells[0].dropFirst(2)).map { ($0, cells[2].contains("](../Tests/")) }
        }
        let numbers = numbered.map { $0.number }
        #expect(numbers == Array(1...65))
        for edge in numbered where !edge.isTested { Issue.record("edge \(edge.number) has no test") }
    }

    /// What is neither there nor planned says why.
    @Test func whatIsNotThereSaysWhy() throws {
        for claim in try claims() where ["no", "part"].contains(claim.text) {
            Issue.record("line \(claim.line): \(claim.feature) is \"\(claim.text)\" without a word why")
        }
    }
}
