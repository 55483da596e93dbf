import PGSchemaMigrations
import PGSchemaReports

extension RevisionGraph {
    /// All details of a revision, in Alembic's format.
    func description(of revision: Revision) -> ShownText {
        var lines: [ShownText] = ["Rev: \(label(revision.id))"]
        lines.append("\(revision.downRevisions.count > 1 ? "Merges" : "Parent"): \(revision.parents)")
        if children(of: revision.id).count > 1 {
            lines.append("Branches into: \(children(of: revision.id).joined(separator: ", "))")
        }
        lines += ["Path: \(revision.file)", "Created: \(revision.created)", "", "    \(revision.title)"]
        return lines.dropFirst().reduce(lines[0]) { "\($0)\n\($1)" }
    }

    func json(_ revision: Revision) -> JSONValue {
        .object([
            ("revision", .string(revision.id)),
            ("down_revisions", .array(revision.downRevisions.map(JSONValue.string))),
            ("title", .string(revision.title)), ("created", .string(revision.created)),
            ("file", .string(revision.file)),
            ("transaction", .bool(revision.isTransactional)), ("checksum", .string(revision.checksum)),
            ("reversible", .bool(revision.down != nil)), ("head", .bool(children(of: revision.id).isEmpty)),
        ])
    }
}
