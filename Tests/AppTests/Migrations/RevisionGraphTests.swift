import FoundationEssentials
import PGSchemaMigrations
import PGSchemaSQL
import ScribeApp
import Testing
import TestSupport

@Suite struct RevisionGraphTests {
    /// spec/schema.md section 2.
    private static let chain = [
        ("4c1052b2c70b", "2025-11-12"), ("5afd87136a29", "2025-11-14"), ("9f243b0c00f9", "2025-11-25"),
        ("3494a07fed0c", "2025-12-03"), ("fa538ab74d2b", "2026-01-01"), ("ea71a873bb8e", "2026-01-13"),
        ("86348643ad0b", "2026-01-13"), ("362b63af6741", "2026-01-13"), ("a0cdf47631c6", "2026-01-13"),
        ("bbddd04b993d", "2026-01-13"),
    ]

    private func revision(_ id: String, after down: String...) -> Revision {
        Revision(id: id, downRevisions: down, title: "title of \(id)", file: "\(id).sql", up: [], down: [])
    }

    @Test func scribesRevisionsAreTheOriginals() throws {
        let graph = try RevisionGraph.scribe()
        #expect(graph.revisions.map(\.id) == Self.chain.map(\.0))
        #expect(graph.revisions.map(\.created) == Self.chain.map(\.1))
        #expect(graph.revisions.map(\.downRevisions) == [[]] + Self.chain.dropLast().map { [$0.0] })
        #expect(graph.heads == ["bbddd04b993d"])
    }

    @Test func everyFileOfTheDirectoryIsInTheBinary() throws {
        let tests = URL(filePath: #filePath).deletingLastPathComponent()
        let directory = tests.appending(path: "../../../Sources/ScribeApp/Schema/Revisions").path
        let names = try FileManager.default.contentsOfDirectory(atPath: directory).filter { $0.hasSuffix(".sql") }
        #expect(RevisionGraph.files.map(\.name) == names.sorted())
        for file in RevisionGraph.files {
            let data = try Data(contentsOf: URL(filePath: "\(directory)/\(file.name)"))
            #expect(Array(data) == file.bytes, "\(file.name)")
        }
    }

    @Test func linesNameBothEndsAndTheTitle() throws {
        let graph = try RevisionGraph.scribe()
        let lines = graph.revisions.map(graph.line)
        #expect(lines.last == "a0cdf47631c6 -> bbddd04b993d (head), queue_items table")
        #expect(lines.first == "<base> -> 4c1052b2c70b, users and emails tables")
    }

    @Test func orderOfFilesDoesNotMatter() throws {
        let graph = try RevisionGraph(
            [revision("b", after: "c"), revision("a", after: "b"), revision("c")], versionTable: .scribe)
        #expect(graph.revisions.map(\.id) == ["c", "b", "a"])
    }

    @Test func whatIsNoGraphIsRefused() {
        let broken = [
            [revision("a"), revision("a")], [revision("a"), revision("c", after: "b")],
            [revision("a", after: "b"), revision("b", after: "a")],
            [revision("a"), revision("b", after: "a", "c"), revision("c", after: "b")],
        ]
        for revisions in broken {
            #expect(throws: MigrationError.self) { try RevisionGraph(revisions, versionTable: .scribe) }
        }
    }

    @Test func aPrefixMustBeUniqueButAWholeIdNeedNot() throws {
        let graph = try RevisionGraph([revision("ab"), revision("abc", after: "ab")], versionTable: .scribe)
        #expect(try graph.revisions(named: "ab") == ["ab"])
        #expect(throws: MigrationError.self) { try graph.revisions(named: "a") }
    }

    /// Two people wrote a next revision, and somebody joined them.
    private func diamond() throws -> RevisionGraph {
        try RevisionGraph(
            [
                revision("a"), revision("b", after: "a"), revision("c", after: "a"), revision("d", after: "b", "c"),
            ], versionTable: .scribe)
    }

    @Test func branchesAndMergesAreMarked() throws {
        let graph = try diamond()
        #expect(
            graph.revisions.map(graph.line) == [
                "<base> -> a (branchpoint), title of a", "a -> b, title of b", "a -> c, title of c",
                "b, c -> d (head) (mergepoint), title of d",
            ])
        #expect(graph.history(of: ["b"]) == ["a", "b"])
        #expect(graph.future(of: ["b"]) == ["b", "d"])
        #expect(graph.tips(of: ["a", "b", "c"]) == ["b", "c"])
    }

    @Test func namesCanBeRelativeEverywhere() throws {
        let graph = try RevisionGraph(
            [revision("a"), revision("b", after: "a"), revision("c", after: "b")], versionTable: .scribe)
        #expect(try graph.revisions(named: "head-1") == ["b"])
        #expect(try graph.revisions(named: "a+2") == ["c"])
        #expect(try graph.revisions(named: "head-3") == [])
        #expect(try graph.revisions(named: "current-1", current: ["c"]) == ["b"])
        #expect(try graph.revisions(named: "-1", current: ["c"]) == ["b"])
        // Where nobody asks the database these mean nothing; base they are not.
        for name in ["current", "current+1", "+1", "-1"] {
            #expect(throws: MigrationError.self) { try graph.revisions(named: name) }
        }
    }

    @Test func severalHeadsSayHowToJoinThem() throws {
        let graph = try RevisionGraph(
            [revision("a"), revision("b", after: "a"), revision("c", after: "a")], versionTable: .scribe)
        #expect(try graph.revisions(named: "heads") == ["b", "c"])
        do {
            _ = try graph.revisions(named: "head")
            Issue.record("head is one of two")
        } catch {
            #expect("\(error)".contains("`migrate merge heads"), "\(error)")
            #expect("\(error)".contains("(b, c)"), "\(error)")
        }
    }
}
