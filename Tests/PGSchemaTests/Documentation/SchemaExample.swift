// The README's example of PGSchema, which .ci/consumer builds in a package of its own, as a user would.
import PGSchema
import PGWire

/// Declares a table, writes and runs the revision that makes it, lints a dangerous one, backs up and restores.
func schemaExample(_ database: String, directory: String) async throws -> [String] {
    let configuration = try Connection.Configuration(database)
    // shown: begin
    let shop = Schema(tables: [
        Schema.Table(
            "player", Schema.Column("id", .bigint).primaryKey(), Schema.Column("name", .text),
            Schema.Column("joined", .timestamptz).default("now()"))
    ])

    // What the database lacks becomes a file of SQL, to be read, changed and committed.
    let draft = try await Connection.withConnection(configuration) { db in
        try await SchemaComparison(shop).draft(db)
    }
    let revisions = RevisionDirectory(path: directory)
    let first = RevisionDraft(downRevisions: [], title: "players", parts: draft.parts[0].text)
    _ = try revisions.write(first)
    // shown: end

    // At the start of a server: migrates, and throws when the database is ahead of the program.
    let migrator = Migrator(configuration: configuration, graph: try revisions.graph())
    try await migrator.run(.upgrade, to: "head")

    // shown: begin
    let up = "ALTER TABLE player ALTER COLUMN id TYPE int"
    _ = try revisions.write(
        RevisionDraft(downRevisions: [first.id], title: "smaller", parts: "-- up\n\(up);\n-- down\nSELECT 1;\n"))
    let report = try await ScratchDatabase.with(nil) { scratch in
        try await Linter(scratch: scratch, graph: try revisions.graph()).report()
    }
    // shown: end

    // shown: begin
    let backup = try await Backup(configuration, path: "\(directory)/player.backup").run()
    var restore = Restore(configuration, path: "\(directory)/player.backup")
    restore.replaces = true
    let restored = try await restore.run()
    // shown: end
    return report.lines + ["\(backup.tables) tables, restored at \(restored.revision ?? "no revision")"]
}
