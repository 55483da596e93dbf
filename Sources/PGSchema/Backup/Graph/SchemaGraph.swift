import PGWire

/// What a backup holds, in the order in which it can be created, and what runs code of the schema's own.
struct SchemaGraph: Sendable {
    private(set) var order: [ObjectID] = []
    private(set) var graph = ObjectGraph()
    /// All objects that the backup holds, also those that are created after all others, without ``parts``.
    private(set) var members: Set<ObjectID> = []
    /// The parts of the members: the constraints of a domain, the index of a key.
    private(set) var parts: [ObjectID] = []
    /// Extensions of which nothing is known to need them.
    private(set) var optionalExtensions: Set<ObjectID> = []
    /// What is needed and is in none of the schemas: who needs it, and it.
    private(set) var lacking: Set<Lack> = []

    /// Something that is needed and not there.
    struct Lack: Hashable, Sendable {
        var member: ObjectID
        var target: ObjectID
    }

    private let all: CatalogDependencies
    private let opaque: Set<ObjectID>
    private var parents: [ObjectID: ObjectID] = [:]

    /// Reads what there is, and sorts it.
    ///
    /// - Throws: ``BackupError/unsupported(_:schema:)``, ``BackupError/dependencyCycle(_:)``, `PostgresError`
    init(of objects: SchemaObjects, _ tx: borrowing Transaction) async throws {
        all = try await CatalogDependencies(tx)
        opaque = try await Set(tx.fetchAll(objects.opaqueFunctions, as: Int64.self).map { ObjectID("pg_proc", $0) })
        var kinds: [ObjectID: ObjectKind] = [:]
        var unsupported: [ObjectID] = []
        for (table, oid, kind) in try await tx.fetchAll(objects.inventory, as: (String, Int64, String?).self) {
            let id = ObjectID(table, oid)
            guard let kind else {
                unsupported.append(id)
                continue
            }
            members.insert(id)
            kinds[id] = ObjectKind(rawValue: kind)
        }
        let likely = try await tx.fetchAll(objects.likelyExtensions, as: Int64.self).map {
            ObjectID("pg_extension", $0)
        }
        addExtensions(likely, &kinds)
        let names = try await objects.names(of: members.union(unsupported), tx)
        guard unsupported.isEmpty else {
            throw BackupError.unsupported(
                unsupported.compactMap { names[$0]?.description }.sorted(), schema: objects.schema)
        }
        for (id, kind) in kinds { graph.add(id, kind, names[id]?.identity ?? "") }
        graph.add(.rows, .rows, "")
        addNeeds()
        try await addSteps(objects, tx)
        order = try graph.sorted()
        let owned = all.parts()
        parts = members.filter { $0.catalog != "pg_extension" }.flatMap { owned[$0, default: []] }
    }

    /// Fails when something is needed that is not in the backup, and neither expected where it is restored.
    ///
    /// - Throws: ``BackupError/lacking(_:)``, `PostgresError`
    func refuseLacking(_ objects: SchemaObjects, expected: [String], _ tx: borrowing Transaction) async throws {
        guard !lacking.isEmpty else { return }
        let names = try await objects.names(of: Set(lacking.flatMap { [$0.member, $0.target] }), tx)
        let places = try await objects.schemas(of: Set(lacking.map(\.target)), tx)
        let lines = lacking.compactMap { lack -> String? in
            let place = places[lack.target] ?? nil
            if let place, expected.contains(where: { $0.hasSameBytes(as: place) }) { return nil }
            return "\(names[lack.member]?.description ?? "") needs \(names[lack.target]?.description ?? "")"
        }
        if !lines.isEmpty { throw BackupError.lacking(Set(lines).sorted()) }
    }

    /// Adds the extensions that members need, those that these need, and their schemas.
    private mutating func addExtensions(_ likely: [ObjectID], _ kinds: inout [ObjectID: ObjectKind]) {
        func needed(by ids: some Sequence<ObjectID>) -> Set<ObjectID> {
            Set(ids.flatMap { all.needs[$0, default: []] }.map { all.root(of: $0.target) }).subtracting(members)
        }
        var isOptional = false
        var found = needed(by: members).filter { $0.catalog == "pg_extension" }
        while true {
            while !found.isEmpty {
                for id in found {
                    members.insert(id)
                    kinds[id] = .extension_
                    if isOptional { optionalExtensions.insert(id) }
                }
                let next = needed(by: found)
                for id in next where id.catalog == "pg_namespace" {
                    members.insert(id)
                    kinds[id] = .schema
                }
                found = next.filter { $0.catalog == "pg_extension" }
            }
            if isOptional { return }
            isOptional = true
            found = Set(likely).subtracting(members)
        }
    }

    private mutating func addNeeds() {
        for id in members {
            for need in all.needs[id, default: []] {
                let target = all.root(of: need.target)
                if members.contains(target) {
                    graph.add(needOf: id, target, source: need.source)
                } else if target != id, target.catalog != "pg_namespace" || target.oid >= 16384, !isIgnored(id, target)
                {
                    lacking.insert(Lack(member: id, target: target))
                }
            }
        }
    }

    /// Objects that nothing has to be made for.
    private func isIgnored(_ id: ObjectID, _ target: ObjectID) -> Bool {
        // Publications are looked at by themselves; a schema that an extension made comes with it.
        id.catalog == "pg_extension" || target.catalog == "pg_publication"
    }

    /// Adds what is made in a step of its own, and what comes before and after the rows.
    private mutating func addSteps(_ objects: SchemaObjects, _ tx: borrowing Transaction) async throws {
        for (type, function) in try await tx.fetchAll(objects.shellTypes, as: (Int64, Int64).self) {
            let whole = ObjectID("pg_type", type)
            let shell = ObjectID(.shellType, of: whole)
            if graph.nodes[shell] == nil {
                graph.add(shell, .shellType, graph.nodes[whole]?.name ?? "")
                for need in graph.nodes[whole]?.needs ?? [] where need.target.catalog == "pg_namespace" {
                    graph.add(needOf: shell, need.target)
                }
                graph.add(needOf: whole, shell)
            }
            graph.redirect(needsOf: ObjectID("pg_proc", function), from: whole, to: shell)
        }
        let children = try await tx.fetchAll(objects.partitions, as: (Int64, Int64, Bool).self)
        for (child, parent, isIndex) in children {
            let kind = isIndex ? ObjectKind.indexPartition : .partition
            let pair = [child, parent].map { all.root(of: ObjectID("pg_class", $0)) }
            guard let name = graph.nodes[pair[0]]?.name, graph.nodes[pair[1]] != nil else { continue }
            let step = ObjectID(kind, of: ObjectID("pg_class", child))
            graph.add(step, kind, name)
            for id in pair { graph.add(needOf: step, id) }
            if !isIndex { parents[pair[0]] = pair[1] }
        }
        // A child inherits nothing from parents that differ until it says what it has itself.
        for (table, columnDefault) in try await tx.fetchAll(objects.parentsOfOneChild, as: (Int64, Int64?).self) {
            let owner = ObjectID("pg_class", table)
            graph.add(.tableSettings, after: owner)
            if let columnDefault {
                graph.separate(ObjectID("pg_attrdef", columnDefault), of: owner, as: .columnDefault)
            }
        }
        for (id, node) in graph.nodes {
            switch node.kind {
            case .table, .partition, .sequence, .tableSettings: graph.add(needOf: .rows, id)
            case .key, .index:
                if all.needs[id, default: []].contains(where: { opaque.contains($0.target) }) {
                    graph.setKind(node.kind == .key ? .earlyKey : .earlyIndex, of: id)
                    graph.add(needOf: .rows, id)
                } else {
                    graph.add(needOf: id, .rows)
                }
            default: break
            }
        }
        graph.fixed = try await Set(
            tx.fetchAll(
                "SELECT d.oid::bigint FROM pg_attrdef d JOIN pg_attribute a ON a.attrelid = d.adrelid AND a.attnum = d.adnum WHERE a.attgenerated <> ''",
                as: Int64.self
            ).map { ObjectID("pg_attrdef", $0) })
    }

    /// Whether it calls code that is not the server's own: such code may name what it uses without a schema.
    func callsCode(_ id: ObjectID) -> Bool {
        all.needs[id, default: []].contains { ["pg_proc", "pg_operator", "pg_opclass"].contains($0.target.catalog) }
    }

    /// What runs or is read while rows of a table come in, by what is known of it: types with checks, generated columns, indexes
    /// that are there already, bounds of partitions.
    func reachedByRows(of table: ObjectID) -> Set<ObjectID> {
        var reached: Set<ObjectID> = []
        var open =
            [table]
            + graph.nodes.filter { id, node in
                (node.kind == .earlyKey || node.kind == .earlyIndex) && node.needs.contains { $0.target == table }
            }.map(\.key)
        if let parent = parents[table] { open.append(parent) }
        while let id = open.popLast() {
            for need in all.needs[id, default: []]
            where id != table || need.source.catalog != "pg_attrdef" || graph.fixed.contains(need.source) {
                let target = all.root(of: need.target)
                if reached.insert(need.target).inserted { open.append(target) }
            }
        }
        return reached
    }
}
