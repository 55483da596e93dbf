#if ScribeApp
import FoundationEssentials

/// All that lint and the test of revisions know of the graph's shape.
extension RevisionGraph {
    /// Every revision after those that it builds upon.
    package var inOrder: [Revision] { line }

    /// Scribe's revisions and those in files that are not part of the program yet. A file whose id the program knows takes
    /// the place of that revision.
    ///
    /// - Returns: the graph, and the ids of the files' revisions.
    /// - Throws: ``MigrationError`` when a file cannot be read, or has no place in the graph.
    package static func scribe(withFiles paths: [String]) throws -> (graph: RevisionGraph, ids: [String]) {
        let scribe = try RevisionGraph.scribe()
        guard !paths.isEmpty else { return (scribe, []) }
        let added = try paths.map { path in
            let text: String
            do {
                text = try String(contentsOfFile: path, encoding: .utf8)
            } catch {
                throw MigrationError.badRevisionFile(path, "it cannot be read as UTF-8 text: \(error)")
            }
            return try RevisionFile.parse(text, name: path.split(separator: "/").last.map(String.init) ?? path)
        }
        let ids = added.map(\.id)
        return (try RevisionGraph(scribe.inOrder.filter { !ids.contains($0.id) } + added), ids)
    }

    /// The revision that `name` means: an id, the beginning of one, or `head`.
    ///
    /// - Throws: ``MigrationError`` when there is none, or more than one.
    package func revision(named name: String) throws(MigrationError) -> Revision {
        let height = try height(named: name)
        guard height > 0 else { throw .unknownRevision(name) }
        return line[height - 1]
    }

    /// Those that are not needed for `name`, which may be `base`.
    ///
    /// - Throws: ``MigrationError`` when there is no such revision, or more than one.
    package func revisions(after name: String) throws(MigrationError) -> [Revision] {
        Array(line[(try height(named: name))...])
    }
}
#endif
