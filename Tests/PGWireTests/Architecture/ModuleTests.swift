import Foundation
import Testing

/// What each module may import, and what each part of the sources must not become.
@Suite struct ModuleTests {
    private static let system: Set = [
        "Darwin", "Dispatch", "Foundation", "FoundationEssentials", "Glibc", "Synchronization",
    ]

    /// Beside the system's. The compiler finds each module that was built, whether or not Package.swift names it.
    private static let allowed: [String: Set<String>] = [
        "PGWire": ["COpenSSL", "CEpoll", "CSHA256"],
        "LocalPostgres": ["COpenSSL"],
        "PGWireTesting": ["PGWire", "COpenSSL"],
        "PGSchema/SQL": ["PGWire"],
        "PGSchema/Reports": ["PGWire", "LocalPostgres", "PGSchemaSQL"],
        "PGSchema/Catalog": ["PGWire", "PGSchemaSQL"],
        "PGSchema/Migrations": ["PGWire", "PGSchemaSQL", "PGSchemaReports", "PGSchemaCatalog"],
        "PGSchema/Comparison": ["PGWire", "PGSchemaSQL", "PGSchemaReports", "PGSchemaCatalog"],
        "PGSchema/Lint": [
            "PGWire", "LocalPostgres", "PGSchemaSQL", "PGSchemaReports", "PGSchemaCatalog", "PGSchemaMigrations",
        ],
        "PGSchema/Backup": [
            "PGWire", "CZlib", "PGSchemaSQL", "PGSchemaReports", "PGSchemaCatalog", "PGSchemaMigrations",
        ],
        "PGSchema/PGSchema": ["PGSchemaBackup", "PGSchemaComparison", "PGSchemaLint", "PGSchemaMigrations"],
    ]

    private static let schemaModules = ["PGSchema", "PGSchemaCommands", "PGSchemaProgram"]

    @Test(arguments: allowed.keys.sorted()) func importsOnlyWhatIsBelow(module: String) throws {
        let files = try SourceFile.all(of: module)
        #expect(!files.isEmpty)
        var imported: Set<String> = []
        for file in files {
            for match in file.code.matches(of: #/\bimport (?:(?:struct|class|enum|protocol|func|var) )?(\w+)/#) {
                let name = String(match.output.1)
                imported.insert(name)
                #expect(
                    Self.system.contains(name) || Self.allowed[module, default: []].contains(name),
                    "\(file.folder)/\(file.name) imports \(name)")
            }
        }
        #expect(!imported.isEmpty, "the imports were not found")
    }

    @Test func everyRoomHasRules() throws {
        let path = RecordedTranscript.repository.appending(path: "Sources/PGSchema").path
        let rooms = Set(try FileManager.default.contentsOfDirectory(atPath: path))
        #expect(rooms == Set(Self.allowed.keys.filter { $0.hasPrefix("PGSchema/") }.map { String($0.dropFirst(9)) }))
    }

    /// The library is the same for everybody: what hangs on a trait is outside of it.
    @Test func theLibraryHangsOnNoTrait() throws {
        for file in try SourceFile.all(of: "PGSchema") {
            #expect(file.places(of: #/#(if|elseif) .*\b(ScribeApp|SchemaCommands)\b/#) == [])
        }
    }

    /// PGSchema is for every project. `describe` is no mention of scribe.
    @Test(arguments: schemaModules) func nothingIsSaidOfScribe(module: String) throws {
        let files = try SourceText.all(below: "Sources/\(module)")
        #expect(!files.isEmpty)
        for file in files {
            #expect(!file.path.contains("scribe") && !file.path.contains("Scribe"))
            #expect(file.places(of: #/(^|[^A-Za-z])scribe|Scribe|(^|[^A-Z])SCRIBE/#) == [])
        }
    }

    /// It is a thin server on a library. What grows beyond that belongs into PGSchema, if it is not about Scribe.
    @Test func theAppIsSmall() throws {
        let lines = try SourceText.all(below: "Sources/ScribeApp").map(\.lines.count).reduce(0, +)
        #expect(lines > 1_000, "the files were not found")
        #expect(lines <= 5_000)
    }

    @Test func filesAreShort() throws {
        let files = try SourceText.all(below: "Sources")
        #expect(files.count > 300)
        for file in files {
            #expect(file.lines.count <= 301, "\(file.path)")
        }
    }
}

/// A Swift file as it is, comments and texts included.
private struct SourceText {
    let path: String
    let lines: [Substring]

    static func all(below folder: String) throws -> [SourceText] {
        let root = RecordedTranscript.repository
        return try FileManager.default.subpathsOfDirectory(atPath: root.appending(path: folder).path)
            .filter { $0.hasSuffix(".swift") }.sorted()
            .map { name in
                let path = "\(folder)/\(name)"
                let text = try String(contentsOf: root.appending(path: path), encoding: .utf8)
                return SourceText(path: path, lines: text.split(separator: "\n", omittingEmptySubsequences: false))
            }
    }

    func places(of pattern: some RegexComponent) -> [String] {
        lines.enumerated().compactMap { $1.contains(pattern) ? "\(path):\($0 + 1): \($1)" : nil }
    }
}
