import PGSchemaSQL
import PGWire

extension SchemaPlan {
    /// Renames constraints and indexes.
    ///
    /// A rename waits until its new name is free: indexes, and constraints with an index, share one namespace.
    mutating func rename() {
        var waiting: [(old: String, new: String, command: (String) -> String)] = []
        for table in diff.tables {
            for (old, new) in table.constraints.renamed where !rebuilds.contains(constraint: new, of: table.name) {
                let head = "ALTER TABLE \(table.name.quotedIfNeeded) RENAME CONSTRAINT"
                waiting.append((old.name, new.name, { "\(head) \($0.quotedIfNeeded) TO" }))
            }
            for (old, new) in table.indexes.renamed where !rebuilds.contains(index: new, of: table.name) {
                waiting.append((old.name, new.name, { "ALTER INDEX \($0.quotedIfNeeded) RENAME TO" }))
            }
        }
        while let first = waiting.first {
            let held = waiting.map(\.old).identifiers
            if let place = waiting.firstIndex(where: { !held.contains(SQLIdentifier($0.new)) }) {
                let next = waiting.remove(at: place)
                add("\(next.command(next.old)) \(next.new.quotedIfNeeded)")
            } else {
                // They swap names.
                waiting[0].old = diff.freeName(first.old + "_old")
                add("\(first.command(first.old)) \(waiting[0].old.quotedIfNeeded)")
            }
        }
    }
}
