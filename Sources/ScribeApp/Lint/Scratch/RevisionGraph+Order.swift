#if ScribeApp
/// All that lint and the test of revisions know of the graph's shape.
extension RevisionGraph {
    /// Every revision after those that it builds upon.
    package var inOrder: [Revision] { line }

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
