import FoundationEssentials
import LocalPostgres
import PGWire
import Testing

@Suite("Documentation: the README")
struct ReadmeTests {
    private static func text(_ path: String) throws -> String {
        let here = URL(filePath: #filePath)
        let root = here.deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        return try String(contentsOf: root.appending(path: path), encoding: .utf8)
    }

    /// The lines without what they are indented by, so that the example may stand in a function.
    private static func code(_ lines: some Sequence<Substring>) -> [String] {
        let lines = Array(lines)
        let margin = lines.filter { !$0.isEmpty }.map { $0.prefix { $0 == " " }.count }.min() ?? 0
        return lines.map { String($0.dropFirst(margin)) }
    }

    @Test("the example is the one that runs here")
    func exampleIsCompiled() throws {
        let readme = try Self.text("README.md").split(separator: "\n", omittingEmptySubsequences: false)
        let source = try Self.text("Tests/PGWireTests/Documentation/ReadmeExample.swift")
            .split(separator: "\n", omittingEmptySubsequences: false)
        let start = try #require(readme.firstIndex { $0.hasPrefix("let uri = ") })
        let shown = readme[(start + 1)...].prefix { $0 != "```" }
        let compiled = source.drop { !$0.hasSuffix("// README: begin") }.dropFirst()
            .prefix { !$0.hasSuffix("// README: end") }
        #expect(Self.code(shown) == Self.code(compiled))
        #expect(shown.count + 2 <= 10, "with its import and its address the example has at most ten lines")
    }

    @Test("the example runs")
    func exampleRuns() async throws {
        let server = try await LocalPostgres.start()
        var lines: [String] = []
        try await ReadmeExample.run(server.connectionURI) { lines.append("\($0) \($1)") }
        #expect(lines == ["1 Ada", "2 nobody"])
        await server.stop()
    }

    @Test("the first screen shows the two commands and what is not there yet")
    func firstScreen() throws {
        let screen = try Self.text("README.md").split(separator: "\n", omittingEmptySubsequences: false).prefix(50)
        #expect(screen.contains { $0.hasPrefix("$ make serve") })
        #expect(screen.contains { $0.hasPrefix("$ make test") })
        #expect(screen.contains { $0.contains("not there yet") })
    }
}
