import FoundationEssentials
import PGSchema
import PGSchemaCommands
import PGSchemaComparison
import PGSchemaMigrations
import PGWire

/// Scribe's schema and database, for the commands of PGSchema.
enum ScribeProject: SchemaProject {
    static let commandName = "scribe-app"
    static let restoreCommand = "scribe-app db restore"
    static let versionTable = VersionTable.scribe
    /// Where the source tree has the revisions, seen from its root.
    static let revisionDirectory: String? = "Sources/ScribeApp/Schema/Revisions"
    static let schema: Schema? = .scribe

    static func revisions() throws -> RevisionGraph { try .scribe() }

    static func scratchPassword() throws -> Secret? {
        try SettingsSource.ofProcess()["SCRATCH_PASSWORD"].map { Secret($0) }
    }

    static func withDatabase<R>(_ body: (ProjectDatabase) async throws -> R) async throws -> R {
        try await Database.with(try Settings.ofProcess()) { database in
            try await body(ProjectDatabase(database.configuration, ownsSession: database.ownsSession))
        }
    }

    /// The program has the files that `RevisionFiles.swift` lists.
    static func noteRevision(file name: String) throws {
        let list = "Sources/ScribeApp/Schema/RevisionFiles.swift"
        guard let text = try? String(contentsOfFile: list, encoding: .utf8),
            let end = text.utf8.firstRange(of: "        ]\n".utf8)?.lowerBound
        else { return }
        // As SwiftPM makes it of the file's name.
        let rest = name.dropFirst().map { $0.isLetter || $0.isNumber ? $0 : "_" }  // by Characters: as SwiftPM
        let resource = "_" + String(rest)
        let entered = text[..<end] + "            (\"\(name)\", PackageResources.\(resource)),\n" + text[end...]
        try Data(String(entered).utf8).write(to: URL(filePath: list), options: .atomic)
    }
}
