#if ScribeApp
/// The revisions as one line from base to head.
package struct RevisionGraph: Sendable {
    /// Oldest first.
    package let line: [Revision]

    /// Puts revisions, given in any order, into their line.
    ///
    /// - Throws: ``MigrationError/badGraph(_:)`` when two have one id, one names an unknown parent, or two have the same
    ///   parent (two heads: two people each wrote a next revision, and one must be put behind the other).
    package init(_ revisions: [Revision]) throws(MigrationError) {
        var next: [String?: Revision] = [:]
        var ids: Set<String> = []
        for revision in revisions {
            guard ids.insert(revision.id).inserted else {
                throw .badGraph("two revision files have the id \(revision.id): give one another id")
            }
            if let rival = next.updateValue(revision, forKey: revision.downRevision) {
                throw .badGraph(
                    """
                    \(rival.file) and \(revision.file) both follow \(revision.downRevision ?? "base"), which makes two \
                    heads: set the down_revision of one to the id of the other
                    """)
            }
        }
        var line: [Revision] = []
        var id: String?
        while let revision = next.removeValue(forKey: id) {
            line.append(revision)
            id = revision.id
        }
        if let stray = next.values.min(by: { $0.file < $1.file }) {
            throw .badGraph(
                "\(stray.file) names the down_revision \(stray.downRevision ?? "base"), which does not lead to base")
        }
        self.line = line
    }

    /// The newest revision's id; nil when there are no revisions.
    package var head: String? { line.last?.id }

    /// How many revisions lie between base and `id`, itself included: 0 for base (nil).
    ///
    /// - Throws: ``MigrationError/unknownRevision(_:)``
    package func height(of id: String?) throws(MigrationError) -> Int {
        guard let id else { return 0 }
        guard let index = line.firstIndex(where: { $0.id == id }) else { throw .unknownRevision(id) }
        return index + 1
    }

    /// The height that `name` means: `head`, `base`, an id or the beginning of exactly one.
    ///
    /// - Throws: ``MigrationError/unknownRevision(_:)``, ``MigrationError/ambiguousRevision(_:candidates:)``
    package func height(named name: String) throws(MigrationError) -> Int {
        switch name {
        case "head", "heads": return line.count
        case "base": return 0
        default: break
        }
        let matches = line.indices.filter { line[$0].id == name || !name.isEmpty && line[$0].id.hasPrefix(name) }
        if let exact = matches.first(where: { line[$0].id == name }) { return exact + 1 }
        guard let match = matches.first else { throw .unknownRevision(name) }
        guard matches.count == 1 else {
            throw .ambiguousRevision(name, candidates: matches.map { line[$0].id })
        }
        return match + 1
    }

    /// `bbddd04b993d (head)`, `3494a07fed0c`, `<base>`.
    package func label(height: Int) -> String {
        guard height > 0 else { return "<base>" }
        return line[height - 1].id + (height == line.count ? " (head)" : "")
    }

    /// Newest first, `DOWN -> REV (head), title`.
    package var history: [String] {
        line.indices.reversed().map { index in
            "\(line[index].downRevision ?? "<base>") -> \(label(height: index + 1)), \(line[index].title)"
        }
    }
}
#endif
