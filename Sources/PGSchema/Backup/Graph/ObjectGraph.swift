import PGSchemaSQL
import PGWire

/// Objects and what each needs, which gives the order in which they can be created.
struct ObjectGraph: Sendable {
    /// What an object needs.
    struct Need: Hashable, Sendable {
        let target: ObjectID
        /// The part of the object that has the need: itself, the default of a column, the rule of a view.
        let source: ObjectID
    }

    struct Node: Sendable {
        var kind: ObjectKind
        /// For people, and to have the same order in each database.
        var name: String
        var needs: Set<Need> = []
    }

    private(set) var nodes: [ObjectID: Node] = [:]

    mutating func add(_ id: ObjectID, _ kind: ObjectKind, _ name: String) {
        nodes[id] = Node(kind: kind, name: name)
    }

    /// Without a meaning when one of them is no node.
    mutating func add(needOf id: ObjectID, _ target: ObjectID, source: ObjectID? = nil) {
        guard id != target, nodes[target] != nil else { return }
        nodes[id]?.needs.insert(Need(target: target, source: source ?? id))
    }

    /// Replaces a need, such as a function's that needs no more of a type than that there is one.
    mutating func redirect(needsOf id: ObjectID, from target: ObjectID, to other: ObjectID) {
        let needs = nodes[id]?.needs.filter { $0.target == target } ?? []
        guard !needs.isEmpty else { return }
        nodes[id]?.needs.subtract(needs)
        add(needOf: id, other)
    }

    mutating func setKind(_ kind: ObjectKind, of id: ObjectID) { nodes[id]?.kind = kind }

    /// All nodes in an order in which each comes after what it needs, and as ``ObjectKind`` and the names say otherwise.
    /// Cycles are broken where a part of an object can be made later.
    ///
    /// - Throws: ``BackupError/dependencyCycle(_:)``
    mutating func sorted() throws(BackupError) -> [ObjectID] {
        while true {
            var walk = Walk(self)
            let order = walk.run()
            guard order.count < nodes.count else { return order }
            let cycle = cycle(in: walk.waiting)
            guard breakUp(cycle) else {
                throw .dependencyCycle(Set(cycle.compactMap { nodes[$0.id]?.name }).sorted())
            }
        }
    }

    /// A cycle among nodes that all wait for another one of them.
    private func cycle(in waiting: Set<ObjectID>) -> [(id: ObjectID, need: Need)] {
        var path: [(id: ObjectID, need: Need)] = []
        var places: [ObjectID: Int] = [:]
        var next = waiting.min { isBefore($0, $1) }
        while let id = next {
            if let start = places[id] { return Array(path[start...]) }
            places[id] = path.count
            let needs = nodes[id]?.needs.filter { waiting.contains($0.target) } ?? []
            guard let need = needs.min(by: { isBefore($0.target, $1.target) }) else { return path }
            path.append((id, need))
            next = need.target
        }
        return path
    }

    func isBefore(_ a: ObjectID, _ b: ObjectID) -> Bool {
        guard let first = nodes[a], let second = nodes[b] else { return a.oid < b.oid }
        if first.kind != second.kind { return first.kind.priority < second.kind.priority }
        if !first.name.hasSameBytes(as: second.name) {
            return first.name.utf8.lexicographicallyPrecedes(second.name.utf8)
        }
        return (a.catalog, a.oid) < (b.catalog, b.oid)
    }

    /// As pg_dump does: a default, a check of a domain and the query of a view can come later than what has it.
    private mutating func breakUp(_ cycle: [(id: ObjectID, need: Need)]) -> Bool {
        for (catalog, kind) in [("pg_attrdef", ObjectKind.columnDefault), ("pg_constraint", .domainConstraint)] {
            for (id, need) in cycle
            where need.source.catalog == catalog && need.source != id && !fixed.contains(need.source) {
                separate(need.source, of: id, as: kind)
                return true
            }
        }
        for (id, need) in cycle where nodes[id]?.kind == .view && need.source != id {
            separateColumns(of: id)
            return true
        }
        return false
    }

    /// Parts that cannot be made later: the expressions of generated columns.
    var fixed: Set<ObjectID> = []

    /// What is made in a step of its own, to be left out of what it is a part of.
    private(set) var separated: Set<ObjectID> = []

    /// Makes a part of an object a node that comes after it.
    mutating func separate(_ part: ObjectID, of owner: ObjectID, as kind: ObjectKind) {
        guard let node = nodes[owner] else { return }
        let id = ObjectID(kind, of: part)
        add(id, kind, node.name)
        nodes[id]?.needs = node.needs.filter { $0.source == part }
        add(needOf: id, owner)
        nodes[owner]?.needs = node.needs.filter { $0.source != part }
        separated.insert(part)
    }

    /// Adds a step after an object, which leaves something to it that nobody needs.
    mutating func add(_ kind: ObjectKind, after owner: ObjectID) {
        guard let name = nodes[owner]?.name else { return }
        add(ObjectID(kind, of: owner), kind, name)
        add(needOf: ObjectID(kind, of: owner), owner)
        separated.insert(owner)
    }

    /// Makes a view with the right columns first, and gives it its query later.
    private mutating func separateColumns(of view: ObjectID) {
        guard let node = nodes[view] else { return }
        let columns = ObjectID(.viewColumns, of: view)
        add(columns, .viewColumns, node.name)
        // What uses the view can use the columns. Its own query may use itself by a function, too.
        for (id, other) in nodes where id != columns {
            let uses = other.needs.filter { $0.target == view }
            guard !uses.isEmpty else { continue }
            nodes[id]?.needs.subtract(uses)
            for use in uses where id != view { add(needOf: id, columns, source: use.source) }
        }
        // The types of its columns are the view's own need, all else is that of its rule.
        for need in node.needs where need.source == view { add(needOf: columns, need.target) }
        add(needOf: view, columns)
        separated.insert(view)
    }
}

/// One walk through a graph, smallest first among those that need nothing any more.
private struct Walk {
    private let graph: ObjectGraph
    private var users: [ObjectID: [ObjectID]] = [:]
    private var open: [ObjectID: Int] = [:]
    /// Sorted, the next one last.
    private var ready: [ObjectID] = []
    private(set) var waiting: Set<ObjectID>

    init(_ graph: ObjectGraph) {
        self.graph = graph
        waiting = Set(graph.nodes.keys)
        for (id, node) in graph.nodes {
            let targets = Set(node.needs.map(\.target))
            open[id] = targets.count
            for target in targets { users[target, default: []].append(id) }
        }
        ready = open.filter { $0.value == 0 }.map(\.key).sorted { graph.isBefore($1, $0) }
    }

    mutating func run() -> [ObjectID] {
        var order: [ObjectID] = []
        while let id = ready.popLast() {
            order.append(id)
            waiting.remove(id)
            for user in users[id, default: []] {
                open[user, default: 1] -= 1
                if open[user] == 0 { insert(user) }
            }
        }
        return order
    }

    private mutating func insert(_ id: ObjectID) {
        var (low, high) = (0, ready.count)
        while low < high {
            let middle = (low + high) / 2
            if graph.isBefore(id, ready[middle]) { low = middle + 1 } else { high = middle }
        }
        ready.insert(id, at: low)
    }
}
