package import PGSchemaMigrations
import Testing

extension Revision {
    /// One whose parts are written as in a file.
    package static func of(
        _ id: String, after parent: String?, up: String, down: String, isTransactional: Bool = true,
        header: [String] = []
    ) -> Revision {
        let text =
            ([
                "-- revision: \(id)", "-- down_revision: \(parent ?? "base")", "-- created: 2026-01-01",
                "-- title: \(id)",
            ]
            + header + (isTransactional ? [] : ["-- transaction: none"]) + ["", "-- up", up, "-- down", down])
            .joined(separator: "\n")
        do {
            return try RevisionFile.parse(text, name: "\(id).sql")
        } catch {
            Issue.record(error)
            return Revision(id: id, downRevisions: parent.map { [$0] } ?? [], title: "", file: "", up: [], down: [])
        }
    }
}
