import PGSchemaSQL

extension RevisionGraph {
    /// The ids that `name` means: `head` (if there is only one), `heads`, `base` (none), `current`, an id or the beginning of
    /// exactly one. Each may be followed by `+N` or `-N`; `+N` or `-N` alone counts from `current`.
    ///
    /// - Parameter current: the database's revision; nil if it was not read.
    /// - Throws: ``MigrationError/unknownRevision(_:)``, ``MigrationError/ambiguousRevision(_:candidates:)``,
    ///   ``MigrationError/severalHeads(_:)``, ``MigrationError/needsDatabase(_:)``,
    ///   ``MigrationError/badRelativeTarget(_:_:)``, ``MigrationError/tooFewSteps(_:available:current:)``,
    ///   ``MigrationError/ambiguousSteps(_:candidates:)``
    public func revisions(named name: String, current: [String]? = nil) throws(MigrationError) -> [String] {
        guard self[name] == nil, let (start, steps) = try Self.relative(name) else {
            return try revisions(nearest: name, current, of: name)
        }
        let ids = try revisions(nearest: start.isEmpty ? "current" : start, current, of: name)
        return try revisions(steps, from: ids, target: name)
    }

    private func revisions(
        nearest name: String, _ current: [String]?, of target: String
    ) throws(MigrationError) -> [String] {
        switch name {
        case "head": return try onlyHead().map { [$0] } ?? []
        case "heads": return heads
        case "base": return []
        case "current":
            guard let current else { throw .needsDatabase(target) }
            return current
        default: return [try revision(named: name).id]
        }
    }

    /// `name+2` as name and steps; nil when it ends in neither `+…` nor `-…`.
    private static func relative(_ target: String) throws(MigrationError) -> (name: String, steps: Int)? {
        guard let sign = target.lastIndex(where: { $0 == "+" || $0 == "-" }) else { return nil }
        let name = String(target[..<sign])
        let digits = target[sign...].dropFirst()
        guard digits.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }), let count = Int(digits),
            count > 0,
            name.last != "-", name.last != "+"
        else { throw .badRelativeTarget(target, nil) }
        return (name, target[sign] == "+" ? count : -count)
    }

    /// The revision with this id, or the only one whose id begins so.
    ///
    /// - Throws: ``MigrationError/unknownRevision(_:)``, ``MigrationError/ambiguousRevision(_:candidates:)``
    public func revision(named name: String) throws(MigrationError) -> Revision {
        if let exact = self[name] { return exact }
        let matches = revisions.filter { !name.isEmpty && $0.id.starts(withBytesOf: name) }
        guard let match = matches.first else { throw .unknownRevision(name) }
        guard matches.count == 1 else { throw .ambiguousRevision(name, candidates: matches.map(\.id)) }
        return match
    }

    /// The newest revision; nil when there are none.
    ///
    /// - Throws: ``MigrationError/severalHeads(_:)``
    public func onlyHead() throws(MigrationError) -> String? {
        let heads = heads
        guard heads.count <= 1 else { throw .severalHeads(heads) }
        return heads.first
    }

    /// The revision `steps` after `ids`, or before when it is negative.
    ///
    /// - Throws: ``MigrationError/tooFewSteps(_:available:current:)``, ``MigrationError/ambiguousSteps(_:candidates:)``
    private func revisions(
        _ steps: Int, from ids: [String], target: String
    ) throws(MigrationError) -> [String] {
        guard ids.count <= 1 else { throw .ambiguousSteps(target, candidates: ids) }
        var here = ids.first
        for done in 0..<abs(steps) {
            let next = steps > 0 ? here.map(children(of:)) ?? bases : here.flatMap { self[$0]?.downRevisions } ?? []
            guard next.count <= 1 else { throw .ambiguousSteps(target, candidates: next) }
            if next.isEmpty, steps > 0 || here == nil {
                throw .tooFewSteps(target, available: done, current: label(ids))
            }
            here = next.first
        }
        return here.map { [$0] } ?? []
    }

    /// Ids for people, separated by commas: `bbddd04b993d (head)`, `3494a07fed0c`, `<base>` for none.
    public func label(_ ids: [String]) -> String {
        ids.isEmpty ? "<base>" : ids.map(label).joined(separator: ", ")
    }

    /// An id for people: `bbddd04b993d (head)`.
    public func label(_ id: String) -> String { id + marks(id).map { " (\($0))" }.joined() }

    /// Alembic's marks of a revision.
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
