#if ScribeApp
extension RevisionGraph {
    /// The revisions that `name` means: `head` (when there is one only), `heads`, `base` (none), `current`, an id or the
    /// beginning of exactly one.
    ///
    /// - Parameter current: what the database holds.
    /// - Throws: ``MigrationError/unknownRevision(_:)``, ``MigrationError/ambiguousRevision(_:candidates:)``,
    ///   ``MigrationError/severalHeads(_:)``
    package func revisions(named name: String, current: [String] = []) throws(MigrationError) -> [String] {
        switch name {
        case "head": return try onlyHead().map { [$0] } ?? []
        case "heads": return heads
        case "base": return []
        case "current": return current
        default: return [try revision(named: name).id]
        }
    }

    /// The one that `name`, an id or the beginning of one, means.
    package func revision(named name: String) throws(MigrationError) -> Revision {
        if let exact = self[name] { return exact }
        let matches = revisions.filter { !name.isEmpty && $0.id.hasPrefix(name) }
        guard let match = matches.first else { throw .unknownRevision(name) }
        guard matches.count == 1 else { throw .ambiguousRevision(name, candidates: matches.map(\.id)) }
        return match
    }

    /// The newest revision; nil when there are none.
    ///
    /// - Throws: ``MigrationError/severalHeads(_:)``
    package func onlyHead() throws(MigrationError) -> String? {
        let heads = heads
        guard heads.count <= 1 else { throw .severalHeads(heads) }
        return heads.first
    }

    /// `steps` revisions onward from `ids`, or back when it is negative.
    ///
    /// - Throws: ``MigrationError/tooFewSteps(_:available:current:)``, ``MigrationError/forkOnTheWay(_:candidates:)``
    package func revisions(
        _ steps: Int, from ids: [String], target: String
    ) throws(MigrationError) -> [String] {
        guard ids.count <= 1 else { throw .forkOnTheWay(target, candidates: ids) }
        var here = ids.first
        for done in 0..<abs(steps) {
            let next = steps > 0 ? here.map(children(of:)) ?? bases : here.flatMap { self[$0]?.downRevisions } ?? []
            guard next.count <= 1 else { throw .forkOnTheWay(target, candidates: next) }
            if next.isEmpty, steps > 0 || here == nil {
                throw .tooFewSteps(target, available: done, current: label(ids))
            }
            here = next.first
        }
        return here.map { [$0] } ?? []
    }

    /// `bbddd04b993d (head)`, `3494a07fed0c`, `<base>`; several with commas.
    package func label(_ ids: [String]) -> String {
        ids.isEmpty ? "<base>" : ids.map(label).joined(separator: ", ")
    }

    /// `bbddd04b993d (head)`
    package func label(_ id: String) -> String { id + marks(id).map { " (\($0))" }.joined() }

    /// What is special about a revision, in Alembic's words.
    private func marks(_ id: String) -> [String] {
        var marks: [String] = []
        if children(of: id).isEmpty { marks.append("head") }
        if children(of: id).count > 1 { marks.append("branchpoint") }
        if let revision = self[id], revision.downRevisions.count > 1 { marks.append("mergepoint") }
        return marks
    }

    /// `DOWN -> REV (head), title`
    package func line(of revision: Revision) -> String {
        "\(revision.parents) -> \(label(revision.id)), \(revision.title)"
    }
}
#endif
