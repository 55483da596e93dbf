import FoundationEssentials
import PGSchemaSQL

extension RevisionGraph {
    /// This graph with the revisions of more files. A file with the id of a revision replaces that one.
    ///
    /// - Returns: the graph, and the ids of the files' revisions.
    /// - Throws: ``MigrationError`` when a file cannot be read, or does not fit into the graph.
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

    /// All revisions except `name` and its ancestors.
    ///
    /// - Parameter name: as in ``revisions(named:current:)``.
    /// - Throws: ``MigrationError`` when no revision has that name, or several have.
    public func revisions(after name: String) throws(MigrationError) -> [Revision] {
        let known = history(of: try revisions(named: name))
        return revisions.filter { !known.contains($0.id) }
    }
}
