import PGSchemaMigrations
import PGSchemaReports

/// Where new revisions are written: the directory that was named, or the project's own.
struct RevisionPlace<Project: SchemaProject> {
    let directory: RevisionDirectory
    private let isProjects: Bool

    /// - Throws: ``MigrationError/badDirectory(_:_:)`` when none was named and the project has none.
    init(_ named: String?) throws {
        isProjects = named == nil
        guard let path = named ?? Project.revisionDirectory else {
            throw MigrationError.badDirectory("(none)", "name one by --directory")
        }
        directory = RevisionDirectory(path: path, versionTable: Project.versionTable)
    }

    /// Writes the files, and tells their names.
    func write(_ drafts: [RevisionDraft], _ graph: RevisionGraph, isJSON: Bool) throws {
        for draft in drafts { try draft.check(in: graph) }
        var names: [String] = []
        for draft in drafts {
            let name = try directory.write(draft)
            if isProjects { try Project.noteRevision(file: name) }
            names.append(name)
            if !isJSON { Console.print("Wrote \(directory.path)/\(name)") }
        }
        guard isJSON else { return }
        let list = zip(drafts, names).map { draft, name in
            JSONValue.object([("revision", .string(draft.id)), ("file", .string(name))])
        }
        Console.print(json: JSONValue.array(list).text)
    }
}
