import PGSchemaSQL
import PGWire

extension Schema {
    /// Contradictions in the declaration, which the server would not report, or not clearly.
    package var problems: [String] {
        var problems = repeated(enums.map(\.name) + tables.map(\.name)).map { "\($0) is declared twice" }
        for type in enums {
            problems += repeated(type.labels).map { "enum type \(type.name) has the value '\($0)' twice" }
        }
        for table in tables { problems += self.problems(of: table) }
        let parts = tables.flatMap { $0.columns.map(\.name) + $0.constraints.map(\.name) + $0.indexes.map(\.name) }
        let names = enums.flatMap { [$0.name] + $0.labels } + tables.map(\.name) + parts
        // The server would truncate it, and the schemas would always differ.
        return problems + names.filter { $0.utf8.count > 63 }.map { "the name \($0) is longer than 63 bytes" }
    }

    private func problems(of table: Table) -> [String] {
        var problems = repeated(table.columns.map(\.name)).map { "\(table.name) has the column \($0) twice" }
        let names = (table.constraints.map(\.name) + table.indexes.map(\.name)).filter { !$0.isEmpty }
        problems += repeated(names).map { "\(table.name) has the constraint or index \($0) twice" }
        if table.constraints.count(where: { $0.kind == .primaryKey }) > 1 {
            problems.append("\(table.name) has two primary keys: one of several columns is declared with the table")
        }
        for constraint in table.constraints {
            if constraint.name.isEmpty, constraint.storage?.isEmpty == false {
                problems.append(
                    "\(table.name) has a \(constraint.kind.words) with storage parameters and without a name")
            }
            for column in constraint.columns where table.column(column) == nil {
                problems.append("\(table.name) has no column \(column), which its \(constraint.kind.words) names")
            }
            guard let target = constraint.target else { continue }
            guard let other = self.table(target.table) else {
                // The server would find it in the live schema, and lock it.
                problems.append("\(table.name) refers to the table \(target.table), which is not declared")
                continue
            }
            for column in target.columns where other.column(column) == nil {
                problems.append("\(table.name) refers to \(target.table).\(column), and there is no such column")
            }
        }
        return problems
    }

    private func repeated(_ names: [String]) -> [String] {
        Dictionary(grouping: names) { SQLIdentifier($0) }.filter { $0.value.count > 1 }.keys.sorted().map(\.text)
    }

    /// The schema without comments, which the server does not reword.
    var withoutComments: Schema {
        var copy = self
        for index in copy.enums.indices { copy.enums[index].comment = nil }
        for table in copy.tables.indices {
            copy.tables[table].comment = nil
            for index in copy.tables[table].columns.indices { copy.tables[table].columns[index].comment = nil }
            for index in copy.tables[table].constraints.indices { copy.tables[table].constraints[index].comment = nil }
            for index in copy.tables[table].indexes.indices { copy.tables[table].indexes[index].comment = nil }
        }
        return copy
    }

    /// The declared schema with the names and texts that the server has after it was built (``creation``).
    func named(by server: Schema) -> Schema {
        var result = self
        for index in result.tables.indices {
            guard let built = server.table(result.tables[index].name) else { continue }
            result.tables[index] = result.tables[index].named(by: built)
        }
        return result
    }
}

extension Schema.Table {
    fileprivate func named(by server: Schema.Table) -> Schema.Table {
        var result = self
        if storage != nil { result.storage = server.storage }
        if replicaIdentity != nil { result.replicaIdentity = server.replicaIdentity }
        result.columns = columns.map { column in
            guard var built = server.column(column.name) else { return column }
            built.comment = column.comment
            if column.settings == nil { built.settings = nil }
            built.type.sql = column.type.sql
            if let value = column.default { built.default?.sql = value.sql }
            if let generation = column.generation { built.generation?.expression.sql = generation.expression.sql }
            return built
        }
        // In the order in which they were built.
        let ordered = constraints.filter { $0.kind != .foreignKey } + constraints.filter { $0.kind == .foreignKey }
        result.constraints = zip(ordered, server.constraints).map { declared, built in
            var built = built
            built.comment = declared.comment
            if declared.storage == nil { built.storage = nil }
            built.definition.sql = declared.definition.sql
            return built
        }
        result.indexes = zip(indexes, server.indexes).map { declared, built in
            var built = built
            built.comment = declared.comment
            built.definition.sql = declared.definition.sql
            return built
        }
        return result
    }
}

// MARK: - What is not compared

extension Schema {
    /// The schema with everything that is not compared taken from `live`, so that it neither differs nor gets lost.
    func adopting(_ live: Schema, _ options: SchemaComparison.Options) -> Schema {
        var result = self
        for index in result.enums.indices {
            let found = options.leavesComments ? live.enum(result.enums[index].name) : nil
            result.enums[index].comment = result.enums[index].comment ?? found?.comment ?? ""
        }
        for index in result.tables.indices {
            result.tables[index].adopt(live.table(result.tables[index].name), options)
        }
        return result
    }
}

extension Schema {
    /// Takes out foreign keys to tables outside of the schema, such as those of another tool. They cannot be declared, so
    /// they are no difference, and building them in a scratch schema would lock the other table.
    mutating func setAsideExternalForeignKeys() {
        let names = tables.map(\.name).identifiers
        for index in tables.indices {
            let keys = tables[index].constraints.filter {
                $0.target.map { !names.contains(SQLIdentifier($0.table)) } ?? false
            }
            tables[index].constraints.removeAll { key in keys.contains { $0.name.hasSameBytes(as: key.name) } }
            for key in keys {
                tables[index].unmanaged.append("foreign key \(key.name)")
                for place in tables[index].columns.indices
                where key.columns.contains(bytesOf: tables[index].columns[place].name) {
                    tables[index].columns[place].unmanaged.value.append("foreign key \(key.name)")
                }
            }
        }
    }
}

extension Schema.Table {
    fileprivate mutating func adopt(_ live: Schema.Table?, _ options: SchemaComparison.Options) {
        // Whose undeclared comments and storage parameters stay.
        let commented = options.leavesComments ? live : nil
        let stored = options.leavesStorage ? live : nil
        comment = comment ?? commented?.comment ?? ""
        storage = storage ?? stored?.storage ?? []
        rowSecurity = rowSecurity ?? live?.rowSecurity ?? .disabled
        replicaIdentity = replicaIdentity ?? live?.replicaIdentity ?? "DEFAULT"
        unmanaged = live?.unmanaged ?? []
        for index in columns.indices {
            let found = live?.column(columns[index].name)
            let name = columns[index].name
            columns[index].comment = columns[index].comment ?? commented?.column(name)?.comment ?? ""
            columns[index].settings = columns[index].settings ?? stored?.column(name)?.settings ?? []
            // Names that cannot be declared.
            columns[index].notNullName.value = found?.notNullName.value ?? columns[index].notNullName.value
            if let identity = found?.identity, (identity.mode == .serial) == (columns[index].identity?.mode == .serial)
            {
                columns[index].identity?.sequence = identity.sequence
            }
        }
        for index in constraints.indices {
            let found = live?.constraints.counterpart(of: constraints[index]) { $0.isSame(as: $1) }
            let (comment, storage) = (commented.flatMap { _ in found?.comment }, stored.flatMap { _ in found?.storage })
            constraints[index].comment = constraints[index].comment ?? comment ?? ""
            constraints[index].storage = constraints[index].storage ?? storage ?? []
        }
        for index in indexes.indices {
            let found = commented?.indexes.counterpart(of: indexes[index]) { $0.isSame(as: $1) }
            indexes[index].comment = indexes[index].comment ?? found?.comment ?? ""
        }
    }
}

extension Array where Element: SchemaObject {
    /// The object of the same name, or else one that differs only in its name.
    fileprivate func counterpart(of object: Element, isSame: (Element, Element) -> Bool) -> Element? {
        first { $0.name.hasSameBytes(as: object.name) } ?? first { isSame($0, object) }
    }
}
