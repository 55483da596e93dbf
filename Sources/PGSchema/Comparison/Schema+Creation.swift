import PGSchemaSQL
import PGWire

extension Schema {
    /// The statements that create the schema, foreign keys last.
    ///
    /// The other constraints of a table are created in their order.
    package var creation: [String] {
        var statements = enums.map(\.creation)
        for table in tables {
            let sequences = table.columns.compactMap { $0.ownSequence(in: table.name) }
            statements += sequences.map(\.creation)
            statements.append(
                "CREATE \(table.kind) \(table.name.quotedIfNeeded) (\(table.columnDefinitions))\(table.withStorage)")
            statements += sequences.map(\.owning) + table.columns.flatMap { $0.settingStatements(in: table.name) }
        }
        for table in tables {
            for constraint in table.constraints where constraint.kind != .foreignKey {
                statements.append(constraint.addition(to: table.name))
                statements += constraint.storageStatements
            }
            statements += table.indexes.map { $0.creation(on: table.name) } + table.securityStatements
        }
        for table in tables {
            statements += table.constraints.filter { $0.kind == .foreignKey }.map { $0.addition(to: table.name) }
        }
        return statements + comments
    }

    private var comments: [String] {
        var statements = enums.compactMap { $0.commentIfAny(on: "TYPE \($0.name.quotedIfNeeded)") }
        for table in tables { statements += table.allComments }
        return statements
    }
}

extension SchemaObject {
    /// `COMMENT ON subject IS 'text'`; "" removes the comment.
    func commenting(on subject: String) -> String {
        let comment = comment ?? ""
        return "COMMENT ON \(subject) IS \(comment.isEmpty ? "NULL" : comment.asLiteral)"
    }

    /// The statement that gives a new object its comment; nil without one.
    func commentIfAny(on subject: String) -> String? {
        comment.map { !$0.isEmpty } == true ? commenting(on: subject) : nil
    }
}

extension Schema.Enum {
    package var creation: String {
        "CREATE TYPE \(name.quotedIfNeeded) AS ENUM (\(labels.map(\.asLiteral).joined(separator: ", ")))"
    }
}

extension Schema.Table {
    fileprivate var columnDefinitions: String { columns.map { $0.sql(in: name) }.joined(separator: ", ") }

    /// CREATE TABLE with the constraints, except for ``laterConstraints``, formatted for people.
    package var creation: String {
        let lines =
            columns.map { $0.sql(in: name) }
            + constraints.filter { !laterConstraints.contains($0) }.map { constraint in
                let isNamed = !constraint.hasDefaultName(in: name)
                return (isNamed ? "CONSTRAINT \(constraint.name.quotedIfNeeded) " : "") + constraint.definition.sql
            }
        let body = lines.map { "    \($0)" }.joined(separator: ",\n")
        return "CREATE \(kind) \(name.quotedIfNeeded) (\n\(body)\n)\(withStorage)"
    }

    /// The constraints that CREATE TABLE would change: there the server merges keys of the same columns, and equal exclusion
    /// constraints, and ignores NOT VALID.
    var laterConstraints: [Schema.Constraint] {
        let all = constraints.filter { $0.kind == .primaryKey || $0.kind == .unique }
        let isDeferrable = { (key: Schema.Constraint) in key.definition.text.contains(bytesOf: " DEFERRABLE") }
        // A foreign key of the table to itself needs a key that is not deferrable.
        let keys = all.filter { !isDeferrable($0) } + all.filter(isDeferrable)
        let repeated = keys.enumerated().filter { place, key in
            keys[..<place].contains { $0.columns.hasSameBytes(as: key.columns) }
        }
        // Only the server knows which of them are equal.
        let exclusions = constraints.filter { $0.kind == .exclusion }.dropFirst()
        return repeated.map(\.element) + exclusions
            + constraints.filter { $0.definition.text.ends(withBytesOf: " NOT VALID") }
    }

    /// ` WITH (fillfactor=70)`
    var withStorage: String {
        guard let storage, !storage.isEmpty else { return "" }
        return " WITH (\(storage.joined(separator: ", ")))"
    }

    /// The statements for the comments of a new table and its parts.
    var allComments: [String] {
        let table = name.quotedIfNeeded
        var statements = [commentIfAny(on: "TABLE \(table)")]
        statements += columns.map { $0.commentIfAny(on: $0.subject(in: name)) }
        statements += constraints.map { $0.commentIfAny(on: $0.subject(in: name)) }
        statements += indexes.map { $0.commentIfAny(on: $0.subject) }
        return statements.compactMap { $0 }
    }
}

extension Schema.Column {
    /// The column as in CREATE TABLE and ADD COLUMN: `email varchar(255) NOT NULL`.
    package func sql(in table: String) -> String {
        let sequence = ownSequence(in: table)
        let isSerial = identity?.mode == .serial && sequence == nil
        var words = [name.quotedIfNeeded, isSerial ? serialType : type.sql]
        if let collation { words.append("COLLATE \(collation.quotedIfNeeded)") }
        if let value = self.default?.sql ?? sequence?.value { words.append("DEFAULT \(value)") }
        if let generation { words.append(generation.sql) }
        if let identity, identity.mode != .serial { words.append(identity.sql(for: name, of: table)) }
        if let constraint = notNullConstraint(in: table) {
            words.append("CONSTRAINT \(constraint.quotedIfNeeded) NOT NULL")
        } else if !isNullable, identity == nil || sequence != nil {
            words.append("NOT NULL")
        }
        return words.joined(separator: " ")
    }

    /// The name of the NOT NULL constraint if it is not the default one, as after a rename of the table.
    func notNullConstraint(in table: String) -> String? {
        guard !isNullable, let constraint = notNullName.value,
            !constraint.hasSameBytes(as: .defaultName(table, name, "not_null"))
        else { return nil }
        return constraint
    }

    /// `COLUMN emails.id`
    func subject(in table: String) -> String { "COLUMN \(table.quotedIfNeeded).\(name.quotedIfNeeded)" }

    /// The sequence of a serial column that the type `serial` would not create alike; nil for others.
    func ownSequence(in table: String) -> Sequence? {
        guard let identity, identity.mode == .serial, let name = identity.sequence.value,
            !name.hasSameBytes(as: .defaultName(table, self.name, "seq")) || !identity.options.isEmpty
        else { return nil }
        return sequence(in: table)
    }

    /// The sequence of a serial column, written in full.
    func sequence(in table: String) -> Sequence {
        let sequence = (identity?.sequence.value ?? .defaultName(table, name, "seq")).quotedIfNeeded
        let column = "\(table.quotedIfNeeded).\(name.quotedIfNeeded)"
        return Sequence(
            creation: "CREATE SEQUENCE \(sequence) \(identity?.options.first ?? "AS \(type.sql)")",
            owning: "ALTER SEQUENCE \(sequence) OWNED BY \(column)",
            value: "nextval(\(sequence.asLiteral))")
    }

    /// The statements before and after the column's creation, and its default.
    package struct Sequence {
        package let creation, owning, value: String
    }

    private var serialType: String {
        switch type.text {
        case "smallint": "smallserial"
        case "bigint": "bigserial"
        default: "serial"
        }
    }
}

extension Schema.Constraint {
    /// `ALTER TABLE table ADD CONSTRAINT name definition`
    func addition(to table: String) -> String {
        "ALTER TABLE \(table.quotedIfNeeded) ADD \(name.isEmpty ? "" : "CONSTRAINT \(name.quotedIfNeeded) ")\(definition.sql)"
    }

    /// `CONSTRAINT name ON table`
    func subject(in table: String) -> String { "CONSTRAINT \(name.quotedIfNeeded) ON \(table.quotedIfNeeded)" }

    /// Whether PostgreSQL would choose this name, as far as that is easy to tell.
    func hasDefaultName(in table: String) -> Bool {
        let joined = columns.joined(separator: "_")
        return switch kind {
        case .primaryKey: name.hasSameBytes(as: .defaultName(table, nil, "pkey"))
        // PostgreSQL's name would contain the included columns too.
        case .unique:
            name.hasSameBytes(as: .defaultName(table, joined, "key"))
                && !definition.text.contains(bytesOf: " INCLUDE (")
        case .foreignKey: name.hasSameBytes(as: .defaultName(table, joined, "fkey"))
        case .check, .exclusion: false
        }
    }
}

extension Schema.Index {
    /// `INDEX name`
    var subject: String { "INDEX \(name.quotedIfNeeded)" }
}
