import Foundation
import Testing

/// What the targets beside PGWire may import and hold. Package.swift says the same of modules; this says it of files.
@Suite struct ImportTests {
    private struct File {
        let path: String
        let text: String
        var lines: [Substring] { text.split(separator: "\n", omittingEmptySubsequences: false) }
        var imports: Set<String> {
            Set(text.matches(of: #/(?m)^(?:@_exported )?(?:public |package )?import (\w+)/#).map { String($0.1) })
        }
    }

    private static func files(_ directory: String) throws -> [File] {
        let root = URL(filePath: #filePath).appending(path: "../../../..").standardized
        let folder = root.appending(path: directory)
        let paths = FileManager.default.enumerator(atPath: folder.path)?.compactMap { $0 as? String } ?? []
        return try paths.filter { $0.hasSuffix(".swift") }.sorted().map { path in
            File(
                path: "\(directory)/\(path)",
                text: try String(contentsOf: folder.appending(path: path), encoding: .utf8))
        }
    }

    private static let system: Set = [
        "Darwin", "Dispatch", "Foundation", "FoundationEssentials", "Glibc", "Synchronization",
    ]

    /// The rooms of PGSchema, and what each may import of the project.
    private static let rooms: [String: Set<String>] = [
        "SQL": ["PGWire"],
        "Reports": ["PGWire", "LocalPostgres", "PGSchemaSQL"],
        "Catalog": ["PGWire", "PGSchemaSQL"],
        "Migrations": ["PGWire", "PGSchemaSQL", "PGSchemaReports", "PGSchemaCatalog"],
        "Comparison": ["PGWire", "PGSchemaSQL", "PGSchemaReports", "PGSchemaCatalog"],
        "Lint": [
            "PGWire", "LocalPostgres", "PGSchemaSQL", "PGSchemaReports", "PGSchemaCatalog", "PGSchemaMigrations",
        ],
        "Backup": ["PGWire", "CZlib", "PGSchemaSQL", "PGSchemaReports", "PGSchemaCatalog", "PGSchemaMigrations"],
        "PGSchema": [
            "PGSchemaBackup", "PGSchemaComparison", "PGSchemaLint", "PGSchemaMigrations", "PGSchemaReports",
        ],
    ]

    @Test func theRoomsOfPGSchemaImportWhatIsBelow() throws {
        var seen: Set<String> = []
        for file in try Self.files("Sources/PGSchema") {
            let room = String(file.path.split(separator: "/")[2])
            seen.insert(room)
            let allowed = Self.system.union(try #require(Self.rooms[room], "\(file.path): no such room"))
            #expect(file.imports.isSubset(of: allowed), "\(file.path): \(file.imports.subtracting(allowed))")
        }
        #expect(seen == Set(Self.rooms.keys))
    }

    /// A library for any project: it knows neither ours nor how it was built.
    @Test func pgSchemaKnowsNothingOfScribe() throws {
        for directory in ["Sources/PGSchema", "Sources/PGSchemaCommands", "Sources/PGSchemaProgram"] {
            for file in try Self.files(directory) {
                #expect(file.text.firstMatch(of: #/(?i)(?:^|[^a-z])scribe/#) == nil, "\(file.path)")
                if directory == "Sources/PGSchema" {
                    #expect(!file.text.contains("#if S"), "\(file.path)")
                    #expect(!file.text.contains("ProcessInfo"), "\(file.path): settings are given, not looked up")
                }
            }
        }
    }

    /// Only what imports a package that may be absent stands in `#if`.
    @Test func traitsAreAskedForWherePackagesAreImported() throws {
        let packages =
            #/import (ArgumentParser|Hummingbird|HummingbirdCore|Logging|NIO\w+|ServiceLifecycle|UnixSignals)\b/#
        for file in try ["Sources", "Tests/PGSchemaTests"].flatMap(Self.files) {
            let isConditional = file.lines.contains {
                $0.hasPrefix("#if ScribeApp") || $0.hasPrefix("#if SchemaCommands")
            }
            let needsIt = file.text.firstMatch(of: packages) != nil
            #expect(isConditional == needsIt, "\(file.path)")
        }
    }

    @Test func scribeAppIsThin() throws {
        let lines = try Self.files("Sources/ScribeApp").map(\.lines.count).reduce(0, +)
        #expect(lines > 1000 && lines <= 5000, "\(lines) lines")
    }

    @Test func filesAreShort() throws {
        for file in try Self.files("Sources") {
            #expect(file.lines.count <= 301, "\(file.path): \(file.lines.count) lines")
        }
    }
}
