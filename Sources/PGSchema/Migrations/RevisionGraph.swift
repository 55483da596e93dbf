import PGSchemaSQL
import PGWire

/// The revisions of a schema, and which follows which.
///
/// ```swift
/// let graph = try RevisionGraph(directory: "migrations")
/// if let head = try graph.onlyHead(), let newest = graph[head] { print(newest.title) }
/// ```
/// Most projects have one line of revisions. When two people each write a next revision there are two heads, until a merge
/// revision follows both.
public struct RevisionGraph: Sendable {
    /// All revisions, parents before children, and otherwise by file name.
    public let revisions: [Revision]
    /// Where a database keeps its revision.
    public let versionTable: VersionTable
    private let places: [String: Int]
    private let children: [String: [String]]

    /// A graph of revisions, which may be given in any order.
    ///
    /// - Throws: ``MigrationError/badGraph(_:)`` when two have the same id, one has an unknown parent, or they form a cycle.
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
                throw .badGraph("the down_revisions of \(names) form a cycle")
            }
            let revision = waiting.remove(at: index)
            done.insert(revision.id)
            result.append(revision)
        }
        return result
    }

    /// The revision with exactly this id.
    public subscript(id: String) -> Revision? {
        // Dictionaries compare by Unicode equivalence, ids by bytes.
        places[id].map { revisions[$0] }.flatMap { $0.id.hasSameBytes(as: id) ? $0 : nil }
    }

    /// The ids of the revisions that follow `id` directly.
    public func children(of id: String) -> [String] { children[id] ?? [] }

    /// The ids of the revisions that none follows, in the graph's order.
    public var heads: [String] { revisions.map(\.id).filter { children(of: $0).isEmpty } }

    /// The ids of the revisions that follow none.
    public var bases: [String] { revisions.filter(\.downRevisions.isEmpty).map(\.id) }

    /// `ids` and all their ancestors.
    public func history(of ids: some Sequence<String>) -> Set<String> {
        reach(ids) { self[$0]?.downRevisions ?? [] }
    }

    /// `ids` and all their descendants.
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

    /// Those of `ids` that no other of them follows, in the graph's order: what the version table holds when `ids` are
    /// applied.
    public func tips(of ids: Set<String>) -> [String] {
        revisions.map(\.id).filter { id in ids.contains(id) && !children(of: id).contains(where: ids.contains) }
    }
}
