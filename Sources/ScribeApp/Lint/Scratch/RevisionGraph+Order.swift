#if ScribeApp
/// All that lint and the test of revisions know of the graph's shape.
extension RevisionGraph {
    /// Those that are not needed for `name`, which may be `base`.
    ///
    /// - Throws: ``MigrationError`` when there is no such revision, or more than one.
    package func revisions(after name: String) throws(MigrationError) -> [Revision] {
        let known = history(of: try revisions(named: name))
        return revisions.filter { !known.contains($0.id) }
    }
}
#endif
