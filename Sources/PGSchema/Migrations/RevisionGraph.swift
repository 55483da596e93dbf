import PGSchemaSQL
import PGWire

/// The revisions and what follows what. Most projects have one line; two people who each wrote a next revision have two
/// heads until a merge revision follows both.
public struct RevisionGraph: Sendable {
    /// Parents before children; otherwise by the names of their files.
    public let revisions: [Revision]
    /// Where a database keeps its place among them.
    public let versionTable: VersionTable
    private let places: [String: Int]
    private let children: [String: [String]]

    /// Puts revisions, given in any order, into their order.
    ///
    /// - Throws: ``MigrationError/badGraph(_:)`` when two have one id, one names an unknown parent, or they go in a circle.
    public init(_ revisions: [Revision], versionTable: VersionTable = .standard) throws(MigrationError) {
        self.versionTable = versionTable
        var files: [String: String] = [:]
        for revision in revisions {
            if let rival = files.updateValue(revision.file, forKey: revision.id) {
                throw .badGraph(
                    "\(rival) and \(revision.file) both have the revision id \(revision.id): give one another id")
            }
        }
        for revision in revisions {
            guard let unknown = revision.downRevisions.first(where: { files[$0] == nil }) else { continue }
            throw .badGraph(
                "\(revision.file) names the down_revision \(unknown), which no file has: is a file missing?")
        }
        self.revisions = try Self.sorted(revisions)
        places = Dictionary(
            self.revisions.indices.map { [all = self.revisions] in (all[$0].id, $0) }
        ) { first, _ in first }
        var children: [String: [String]] = [:]
        for revision in self.revisions {
            for parent in revision.downRevisions { children[parent, default: []].append(revision.id) }
        }
        self.children = children
    }

    private static func sorted(_ revisions: [Revision]) throws(MigrationError) -> [Revision] {
        var waiting = revisions.sorted { ($0.file, $0.id) < ($1.file, $1.id) }
        var done: Set<String> = []
        var result: [Revision] = []
        while !waiting.isEmpty {
            guard let index = waiting.firstIndex(where: { done.isSuperset(of: $0.downRevisions) }) else {
                let names = waiting.map(\.file).joined(separator: ", ")
                throw .badGraph("the down_revisions of \(names) go in a circle")
            }
            let revision = waiting.remove(at: index)
            done.insert(revision.id)
            result.append(revision)
        }
        return result
    }

    /// The revision with exactly this id.
    public subscript(id: String) -> Revision? {
        // What only looks like an id is none.
        places[id].map { revisions[$0] }.flatMap { $0.id.hasSameBytes(as: id) ? $0 : nil }
    }

    /// The revisions that follow `id` directly.
    public func children(of id: String) -> [String] { children[id] ?? [] }

    /// The revisions that nothing follows, oldest file first.
    public var heads: [String] { revisions.map(\.id).filter { children(of: $0).isEmpty } }

    /// The revisions that follow nothing.
    public var bases: [String] { revisions.filter(\.downRevisions.isEmpty).map(\.id) }

    /// `ids` and all that lies before them.
    public func history(of ids: some Sequence<String>) -> Set<String> {
        reach(ids) { self[$0]?.downRevisions ?? [] }
    }

    /// `ids` and all that follows them.
    public func future(of ids: some Sequence<String>) -> Set<String> {
        reach(ids) { children(of: $0) }
    }

    private func reach(_ ids: some Sequence<String>, _ next: (String) -> [String]) -> Set<String> {
        var found: Set<String> = []
        var waiting = Array(ids)
        while let id = waiting.popLast() {
            guard found.insert(id).inserted else { continue }
            waiting += next(id)
        }
        return found
    }

    /// Those of `ids` that none of the others follows, in the graph's order: what the version table holds when `ids` are
    /// applied.
    public func tips(of ids: Set<String>) -> [String] {
        revisions.map(\.id).filter { id in ids.contains(id) && !children(of: id).contains(where: ids.contains) }
    }
}
