// The examples in the documentation of PGSchema's types, compiled. `DocumentationExampleTests` finds each of them here.
import PGSchema
import PGSchemaReports
import PGWire

private func showText(_ path: String) -> ShownText {
    let text: ShownText = "\(path) is there already:\nchoose another name"
    return text
}

private func readGraph() throws {
    let graph = try RevisionGraph(directory: "migrations")
    if let head = try graph.onlyHead(), let newest = graph[head] { print(newest.title) }
}

private func migrate(_ configuration: Connection.Configuration) async throws {
    let graph = try RevisionGraph(directory: "migrations")
    let migrator = Migrator(configuration: configuration, graph: graph)
    try await migrator.run(.upgrade, to: "head")
}

private func declareColumn() -> Schema.Column {
    let status = Schema.Column("status", .text).default("'open'").check("status <> ''")
    return status
}

private func declareSchema() -> Schema {
    let shop = Schema(
        enums: [Schema.Enum("status", "open", "paid")],
        tables: [
            Schema.Table(
                "orders",
                Schema.Column("id", .uuid).primaryKey(),
                Schema.Column("user_id", .uuid).references("users", onDelete: .cascade),
                Schema.Column("status", "status").default("'open'"),
                Schema.Column("note", .text).null(),
                Schema.Column("created_at", .timestamptz).default("now()")
            )
            .index("ix_orders_recent", on: "user_id", .column("created_at").descending())
        ])
    return shop
}

private func compare(_ db: Connection, _ shop: Schema) async throws {
    let draft = try await SchemaComparison(shop).draft(db)
    for part in draft.parts { print(part.text) }
}

private func lint(_ graph: RevisionGraph) async throws {
    let report = try await ScratchDatabase.with(nil) { scratch in
        try await Linter(scratch: scratch, graph: graph).report()
    }
    for line in report.lines { print(line) }
}

private func test(_ graph: RevisionGraph) async throws {
    let report = try await ScratchDatabase.with(nil) { scratch in
        try await RoundTrip(scratch: scratch, graph: graph) { print($0) }.run()
    }
    if report.fails { print(report.summary) }
}

private func useScratchDatabase(_ graph: RevisionGraph) async throws -> [String] {
    let head = try await ScratchDatabase.with(nil, major: 17) { scratch in
        let migrator = Migrator(configuration: scratch, graph: graph)
        try await migrator.run(.upgrade, to: "head")
        return try await migrator.current()
    }
    return head
}

private func backUp(_ configuration: Connection.Configuration) async throws {
    let summary = try await Backup(configuration, path: "shop.backup").run()
    print("\(summary.tables) tables, \(summary.rows) rows")
}

private func backUpAndVerify(_ configuration: Connection.Configuration) async throws {
    let summary = try await ScratchDatabase.with(nil, major: 17) { scratch in
        var backup = Backup(configuration, path: "shop.backup")
        backup.verification = BackupVerification(scratch: scratch, isThrowaway: true)
        return try await backup.run()
    }
    print("\(summary.tables) tables")
}

private func restore(_ configuration: Connection.Configuration) async throws {
    let summary = try await Restore(configuration, path: "shop.backup").run()
    print("restored at \(summary.revision ?? "no revision")")
}
