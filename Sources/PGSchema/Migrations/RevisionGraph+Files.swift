import FoundationEssentials
import PGSchemaSQL

extension RevisionGraph {
    /// This graph and the revisions of files that are not part of it yet. A file whose id it has takes the place of that
    /// revision.
    ///
    /// - Returns: the graph, and the ids of the files' revisions.
    /// - Throws: ``MigrationError`` when a file cannot be read, or has no place in the graph.
    public func adding(files paths: [String]) throws(MigrationError) -> (graph: RevisionGraph, ids: [String]) {
        var added: [Revision] = []
        for path in paths {
            guard let text = try? String(contentsOfFile: path, encoding: .utf8) else {
                throw .badRevisionFile(path, "it cannot be read as UTF-8 text")
            }
            added.append(try RevisionFile.parse(text, name: path.split(at: "/").last ?? path))
        }
        let ids = added.map(\.id)
        return (try RevisionGraph(revisions.filter { !ids.contains($0.id) } + added, versionTable: versionTable), ids)
    }

    /// Those that are not needed for `name`, which may be `base`.
    ///
    /// - Throws: ``MigrationError`` when there is no such revision, or more than one.
    public func revisions(after name: String) throws(MigrationError) -> [Revision] {
        let known = history(of: try revisions(named: name))
        return revisions.filter { !known.contains($0.id) }
    }
}
