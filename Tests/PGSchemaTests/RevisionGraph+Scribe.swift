import Foundation
import PGSchemaMigrations
import TestSupport

extension RevisionGraph {
    /// The ten revisions of scribe-app, which are the ones that we know best.
    static func scribe() throws -> RevisionGraph {
        let here = URL(filePath: #filePath).deletingLastPathComponent()
        return try RevisionGraph(
            directory: here.appending(path: "../../Sources/ScribeApp/Schema/Revisions").path, versionTable: .scribe)
    }
}

extension VersionTable {
    /// As scribe-app has it.
    static let scribe = VersionTable("alembic_version", recordLabel: "scribe-app", lockKey: 0x7363_7269_6265_6462)
}
