import PGSchemaSQL
import PGWire

extension SchemaDiff {
    /// The differences one by one, tables in their order.
    var changes: [SchemaDifference] {
        var changes = enums.added.map { SchemaDifference(.addEnum, $0.name, "added enum type \($0.name)") }
        changes += enums.dropped.map { SchemaDifference(.removeEnum, $0.name, "removed enum type \($0.name)") }
        for (old, new) in enums.changed { changes += Self.changes(of: old, new) }
        changes += enums.commented.map { Self.comment("enum type", $0.name) }
        for (old, new) in enums.changed where !old.comment.hasSameBytes(as: new.comment) {
            changes.append(Self.comment("enum type", new.name))
        }
        changes += addedTables.map { SchemaDifference(.addTable, $0.name, "added table \($0.name)") }
        changes += droppedTables.map {
            SchemaDifference(.removeTable, $0.name, "removed table \($0.name)", losesData: true)
        }
        return changes + tables.flatMap(\.changes)
    }

    private static func changes(of old: Schema.Enum, _ new: Schema.Enum) -> [SchemaDifference] {
        var changes: [SchemaDifference] = []
        for label in new.labels where !old.labels.contains(bytesOf: label) {
            changes.append(
                SchemaDifference(
                    .addEnumValue, "\(new.name).\(label)", "added value '\(label)' to enum type \(new.name)"))
        }
        for label in old.labels where !new.labels.contains(bytesOf: label) {
            changes.append(
                SchemaDifference(
                    .removeEnumValue, "\(new.name).\(label)", "removed value '\(label)' from enum type \(new.name)",
                    losesData: true))
        }
        let kept = old.labels.filter(new.labels.contains(bytesOf:))
        if !kept.hasSameBytes(as: new.labels.filter(old.labels.contains(bytesOf:))) {
            changes.append(
                SchemaDifference(.reorderEnum, new.name, "changed the order of enum type \(new.name)'s values"))
        }
        return changes
    }

    fileprivate static func comment(_ kind: String, _ object: String) -> SchemaDifference {
        SchemaDifference(.modifyComment, object, "changed comment of \(kind) \(object)")
    }

    /// Possible renames: something removed, and something similar added in the same place.
    var renameCandidates: [SchemaRename] {
        var candidates: [SchemaRename] = []
        for old in enums.dropped {
            for new in enums.added where old.labels.hasSameBytes(as: new.labels) {
                candidates.append(SchemaRename(kind: .type, container: nil, old: old.name, new: new.name))
            }
        }
        for (old, new) in enums.changed {
            for gone in old.labels where !new.labels.contains(bytesOf: gone) {
                for come in new.labels where !old.labels.contains(bytesOf: come) {
                    candidates.append(SchemaRename(kind: .label, container: new.name, old: gone, new: come))
                }
            }
        }
        for old in droppedTables {
            for new in addedTables where old.isLike(new) {
                candidates.append(SchemaRename(kind: .table, container: nil, old: old.name, new: new.name))
            }
        }
        for table in tables {
            for old in table.droppedColumns {
                for new in table.addedColumns where old.type == new.type {
                    candidates.append(SchemaRename(kind: .column, container: table.name, old: old.name, new: new.name))
                }
            }
        }
        return candidates
    }
}

extension Schema.Table {
    /// Whether at least half of the columns, of the table that has more, are the same.
    fileprivate func isLike(_ other: Schema.Table) -> Bool {
        let common = columns.count { column in other.column(column.name).map { $0.type == column.type } ?? false }
        return common * 2 >= max(columns.count, other.columns.count)
    }
}

extension TableDiff {
    fileprivate var changes: [SchemaDifference] {
        var changes: [SchemaDifference] = []
        if !old.comment.hasSameBytes(as: new.comment) { changes.append(SchemaDiff.comment("table", name)) }
        changes += settingChanges
        changes += addedColumns.map {
            SchemaDifference(.addColumn, "\(name).\($0.name)", "added column \(name).\($0.name)")
        }
        changes += droppedColumns.map {
            SchemaDifference(
                .removeColumn, "\(name).\($0.name)", "removed column \(name).\($0.name)",
                losesData: $0.generation == nil)
        }
        for (old, new) in changedColumns { changes += columnChanges(old, new) }
        changes += constraintChanges
        changes += indexChanges
        return changes
    }

    private func columnChanges(_ old: Schema.Column, _ new: Schema.Column) -> [SchemaDifference] {
        let path = "\(name).\(new.name)"
        var changes: [SchemaDifference] = []
        if old.type != new.type || !old.collation.hasSameBytes(as: new.collation) {
            changes.append(
                SchemaDifference(
                    .modifyType, path, "changed type of \(path) from \(old.typeText) to \(new.typeText)",
                    losesData: TypeChange(old, new).mayLoseData))
        }
        if old.isNullable != new.isNullable {
            changes.append(
                SchemaDifference(
                    .modifyNullable, path, "changed \(path) to \(new.isNullable ? "nullable" : "not null")"))
        }
        let (from, to) = (old.default?.sql ?? "none", new.default?.sql ?? "none")
        // After a change of type the server prints the same constant differently.
        if old.default != new.default, !from.hasSameBytes(as: to) || old.type == new.type {
            changes.append(SchemaDifference(.modifyDefault, path, "changed default of \(path) from \(from) to \(to)"))
        }
        if old.identity != new.identity {
            changes.append(SchemaDifference(.modifyIdentity, path, "changed identity of \(path)"))
        }
        if old.generation != new.generation {
            let how = new.generation == nil ? "no longer generated" : old.generation == nil ? "generated" : nil
            changes.append(
                SchemaDifference(
                    .modifyGenerated, path, how.map { "changed \(path) to \($0)" } ?? "changed expression of \(path)",
                    losesData: old.generation == nil))
        }
        if old.settings != new.settings {
            let (from, to) = (old.settings.list, new.settings.list)
            changes.append(
                SchemaDifference(.modifyStorage, path, "changed settings of column \(path) from \(from) to \(to)"))
        }
        if !old.comment.hasSameBytes(as: new.comment) { changes.append(SchemaDiff.comment("column", path)) }
        return changes
    }

    /// Of the table itself, and of the indexes of its constraints.
    private var settingChanges: [SchemaDifference] {
        var changes: [SchemaDifference] = []
        if changesStorage {
            let (from, to) = (old.storage.list, new.storage.list)
            changes.append(
                SchemaDifference(
                    .modifyStorage, name, "changed storage parameters of table \(name) from \(from) to \(to)"))
        }
        for (before, after) in restoredConstraints {
            let (from, to) = (before.storage.list, after.storage.list)
            changes.append(
                SchemaDifference(
                    .modifyStorage, "\(name).\(after.name)",
                    "changed storage parameters of \(after.kind.words) \(after.name) on \(name) from \(from) to \(to)"))
        }
        if old.isUnlogged != new.isUnlogged {
            let words = new.isUnlogged ? "unlogged: its rows are gone after a crash" : "logged"
            changes.append(SchemaDifference(.modifyPersistence, name, "changed table \(name) to \(words)"))
        }
        if let security = new.rowSecurity, old.rowSecurity != security {
            let words = security.rawValue.lowercased()
            changes.append(
                SchemaDifference(.modifyRowSecurity, name, "changed row level security of table \(name) to \(words)"))
        }
        if let identity = new.replicaIdentity, !old.replicaIdentity.hasSameBytes(as: identity) {
            changes.append(
                SchemaDifference(
                    .modifyReplicaIdentity, name, "changed replica identity of table \(name) to \(identity)"))
        }
        return changes
    }

    private var constraintChanges: [SchemaDifference] {
        func change(_ kind: SchemaDifference.Kind, _ verb: String, _ object: Schema.Constraint, _ more: String = "")
            -> SchemaDifference
        {
            SchemaDifference(
                kind, "\(name).\(object.name)", "\(verb) \(object.kind.words) \(object.name) on \(name)\(more)")
        }
        return constraints.added.map { change(.addConstraint, "added", $0) }
            + constraints.dropped.map { change(.removeConstraint, "removed", $0) }
            + constraints.changed.map {
                change(
                    .modifyConstraint, "changed", $0.new, " from \($0.old.definition.sql) to \($0.new.definition.sql)")
            }
            + constraints.renamed.map { change(.renameConstraint, "renamed", $0.old, " to \($0.new.name)") }
            + constraints.commented.map { SchemaDiff.comment($0.kind.words, "\(name).\($0.name)") }
            + constraints.changed.filter { !$0.old.comment.hasSameBytes(as: $0.new.comment) }
            .map { SchemaDiff.comment($0.new.kind.words, "\(name).\($0.new.name)") }
    }

    private var indexChanges: [SchemaDifference] {
        func change(_ kind: SchemaDifference.Kind, _ verb: String, _ object: Schema.Index, _ more: String = "")
            -> SchemaDifference
        {
            let words = object.isUnique ? "unique index" : "index"
            return SchemaDifference(kind, "\(name).\(object.name)", "\(verb) \(words) \(object.name) on \(name)\(more)")
        }
        return indexes.added.map { change(.addIndex, "added", $0) }
            + indexes.dropped.map { change(.removeIndex, "removed", $0) }
            + indexes.changed.map {
                let (old, new) = ($0.old.creation(on: name), $0.new.creation(on: name))
                let state = $0.old.isValid ? "" : " (invalid: building it concurrently has failed)"
                return change(.modifyIndex, "changed", $0.new, " from \(old)\(state) to \(new)")
            }
            + indexes.renamed.map { change(.renameIndex, "renamed", $0.old, " to \($0.new.name)") }
            + indexes.commented.map { SchemaDiff.comment("index", "\(name).\($0.name)") }
            + indexes.changed.filter { !$0.old.comment.hasSameBytes(as: $0.new.comment) }
            .map { SchemaDiff.comment("index", "\(name).\($0.new.name)") }
    }
}

extension [String]? {
    /// For a person: `fillfactor=70, autovacuum_enabled=false`.
    fileprivate var list: String { self.map { $0.isEmpty ? "none" : $0.joined(separator: ", ") } ?? "none" }
}

extension Schema.Column {
    /// `text COLLATE "C"`
    fileprivate var typeText: String { type.sql + (collation.map { " COLLATE \($0.quotedIfNeeded)" } ?? "") }
}

extension Schema.Constraint.Kind {
    /// For a person.
    package var words: String {
        switch self {
        case .primaryKey: "primary key"
        case .unique: "unique constraint"
        case .check: "check constraint"
        case .foreignKey: "foreign key"
        case .exclusion: "exclusion constraint"
        }
    }
}
