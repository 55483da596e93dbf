import PGSchemaSQL

/// Sorts objects so that each comes after those that it depends on.
struct DependencyOrder {
    /// The dependency on a primary or unique key, which some views have. Those views are created after the keys.
    static let constraint = "constraint"

    private var parts: [String: SchemaScript.Part] = [:]
    /// The keys, in the order in which they were added.
    private var keys: [String] = []
    private var needs: [String: Set<String>] = [:]

    mutating func add(_ key: String, _ part: SchemaScript.Part) {
        if parts.updateValue(part, forKey: key) == nil { keys.append(key) }
    }

    mutating func add(dependencyOf key: String, on other: String) { needs[key, default: []].insert(other) }

    /// The parts to create before the rows, and those to create after the keys.
    ///
    /// - Throws: ``BackupError/dependencyCycle(_:)``, also when a table would have to be created after the rows.
    func sorted() throws(BackupError) -> (early: [SchemaScript.Part], late: [SchemaScript.Part]) {
        var done: Set<String> = []
        var late: Set<String> = []
        var result: (early: [SchemaScript.Part], late: [SchemaScript.Part]) = ([], [])
        var rest = keys
        while !rest.isEmpty {
            var left: [String] = []
            for key in rest {
                let needs = needs[key, default: []].filter { parts[$0] != nil && $0 != key }
                guard needs.isSubset(of: done), let part = parts[key] else {
                    left.append(key)
                    continue
                }
                done.insert(key)
                let isView = part.kind == "VIEW" || part.kind == "MATERIALIZED VIEW"
                if isView || !needs.isDisjoint(with: late) || self.needs[key]?.contains(Self.constraint) == true {
                    guard part.kind != "TABLE" else { throw .dependencyCycle([part.label] + labels(needs)) }
                    late.insert(key)
                    result.late.append(part)
                } else {
                    result.early.append(part)
                }
            }
            guard left.count < rest.count else { throw .dependencyCycle(labels(left)) }
            rest = left
        }
        return result
    }

    private func labels(_ keys: some Sequence<String>) -> [String] { keys.compactMap { parts[$0]?.label }.sorted() }
}
