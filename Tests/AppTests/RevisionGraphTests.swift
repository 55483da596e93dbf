#if ScribeApp
import FoundationEssentials
import ScribeApp
import Testing

@Suite struct RevisionGraphTests {
    /// spec/schema.md section 2.
    private static let chain = [
        ("4c1052b2c70b", "2025-11-12"), ("5afd87136a29", "2025-11-14"), ("9f243b0c00f9", "2025-11-25"),
        ("3494a07fed0c", "2025-12-03"), ("fa538ab74d2b", "2026-01-01"), ("ea71a873bb8e", "2026-01-13"),
        ("86348643ad0b", "2026-01-13"), ("362b63af6741", "2026-01-13"), ("a0cdf47631c6", "2026-01-13"),
        ("bbddd04b993d", "2026-01-13"),
    ]

    private func revision(_ id: String, after down: String?) -> Revision {
        Revision(id: id, downRevision: down, created: "", title: id, file: "\(id).sql", up: [], down: [])
    }

    @Test func scribesRevisionsAreTheOriginals() throws {
        let graph = try RevisionGraph.scribe()
        #expect(graph.line.map(\.id) == Self.chain.map(\.0))
        #expect(graph.line.map(\.created) == Self.chain.map(\.1))
        #expect(graph.line.map(\.downRevision) == [nil] + Self.chain.dropLast().map(\.0))
        #expect(graph.head == "bbddd04b993d")
    }

    @Test func everyFileOfTheDirectoryIsInTheBinary() throws {
        let tests = URL(filePath: #filePath).deletingLastPathComponent()
        let directory = tests.appending(path: "../../Sources/ScribeApp/Migrations/Revisions").path
        let names = try FileManager.default.contentsOfDirectory(atPath: directory).filter { $0.hasSuffix(".sql") }
        #expect(RevisionGraph.files.map(\.name) == names.sorted())
        for file in RevisionGraph.files {
            let data = try Data(contentsOf: URL(filePath: "\(directory)/\(file.name)"))
            #expect(Array(data) == file.bytes, "\(file.name)")
        }
    }

    @Test func historyIsNewestFirst() throws {
        let history = try RevisionGraph.scribe().history
        #expect(history.count == 10)
        #expect(history.first == "a0cdf47631c6 -> bbddd04b993d (head), queue_items table")
        #expect(history.last == "<base> -> 4c1052b2c70b, users and emails tables")
    }

    @Test func orderOfFilesDoesNotMatter() throws {
        let graph = try RevisionGraph([revision("b", after: "a"), revision("c", after: "b"), revision("a", after: nil)])
        #expect(graph.line.map(\.id) == ["a", "b", "c"])
    }

    @Test func whatIsNoLineIsRefused() {
        let broken = [
            [revision("a", after: nil), revision("a", after: nil)],
            [revision("a", after: nil), revision("b", after: "a"), revision("c", after: "a")],
            [revision("a", after: nil), revision("c", after: "b")],
            [revision("a", after: "b"), revision("b", after: "a")],
        ]
        for revisions in broken { #expect(throws: MigrationError.self) { try RevisionGraph(revisions) } }
    }

    @Test func aPrefixMustBeUniqueButAWholeIdNeedNot() throws {
        let graph = try RevisionGraph([revision("ab", after: nil), revision("abc", after: "ab")])
        #expect(try graph.height(named: "ab") == 1)
        #expect(throws: MigrationError.self) { try graph.height(named: "a") }
    }
}
#endif
