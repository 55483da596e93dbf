package import LocalPostgres
package import PGSchemaComparison
package import PGSchemaMigrations
import PGSchemaSQL
package import PGWire

/// An empty database for one test of autogenerate, and what it does there.
package struct SchemaDatabase {
    package let cluster: LocalPostgres
    package let configuration: Connection.Configuration
    package let connection: Connection

    /// Runs `body` with an empty database. At most four of a major version are in use at a time, each one again and again.
    package static func with<R>(major: Int, _ body: (SchemaDatabase) async throws -> R) async throws -> R {
        let cluster = try await TestServers.shared.cluster(major: major)
        let configuration = try await Pool.shared.take(major: major, of: cluster)
        do {
            let result = try await Connection.withConnection(configuration) { db in
                try await db.execute(script: "DROP SCHEMA public CASCADE; CREATE SCHEMA public")
                return try await body(
                    SchemaDatabase(cluster: cluster, configuration: configuration, connection: db))
            }
            await Pool.shared.give(back: configuration, major: major)
            return result
        } catch {
            await Pool.shared.give(back: configuration, major: major)
            throw error
        }
    }

    private actor Pool {
        static let shared = Pool()

        private var count: [Int: Int] = [:]
        private var free: [Int: [Connection.Configuration]] = [:]
        /// Resumed with a database, or with nil: then they may make one.
        private var waiting: [Int: [CheckedContinuation<Connection.Configuration?, Never>]] = [:]

        func take(major: Int, of cluster: LocalPostgres) async throws -> Connection.Configuration {
            if let database = free[major]?.popLast() { return database }
            if count[major, default: 0] < 4 {
                count[major, default: 0] += 1
            } else if let database = await withCheckedContinuation({ waiting[major, default: []].append($0) }) {
                return database
            }
            do {
                return try await cluster.makeDatabase()
            } catch {
                // Whoever waits must not wait for ever.
                if waiting[major, default: []].isEmpty {
                    count[major, default: 0] -= 1
                } else {
                    waiting[major]?.removeFirst().resume(returning: nil)
                }
                throw error
            }
        }

        func give(back database: Connection.Configuration, major: Int) {
            if waiting[major, default: []].isEmpty {
                free[major, default: []].append(database)
            } else {
                waiting[major]?.removeFirst().resume(returning: database)
            }
        }
    }

    /// Runs the statements of one way of a draft, as a revision's file with this text would.
    package func apply(_ draft: SchemaDraft, _ direction: MigrationPlan.Direction) async throws {
        for part in direction == .upgrade ? draft.parts : draft.parts.reversed() {
            let header = "-- revision: aaaaaaaaaaaa\n-- down_revision: base\n-- created: 2026-01-01\n-- title: test\n\n"
            let revision = try RevisionFile.parse(header + part.text, name: "test.sql")
            let statements = (direction == .upgrade ? revision.up : revision.down ?? []).map(\.text)
            if part.isTransactional {
                try await connection.transaction { tx in
                    for statement in statements { try await tx.execute(script: statement) }
                }
            } else {
                for statement in statements { try await connection.execute(script: statement) }
            }
        }
    }

    /// Makes what `schema` declares.
    package func make(_ schema: Schema) async throws {
        let draft = try await SchemaComparison(schema).draft(connection)
        guard !draft.isEmpty else { return }
        try await apply(draft, .upgrade)
    }

    /// `pg_dump --schema-only --no-owner`, without what is random in it.
    ///
    /// - Parameter keepsColumnOrder: without it the columns of a table, their comments and defaults are sorted: one that was
    ///   dropped and comes back is the last.
    package func dump(keepsColumnOrder: Bool) async throws -> [String] {
        let text = try await cluster.dump(
            configuration.database ?? "", "--schema-only", "--no-owner", schema: nil)
        let lines = text.split(separator: "\n").map(String.init)
        return keepsColumnOrder ? lines : Self.withSortedColumns(lines)
    }

    private static func withSortedColumns(_ lines: [String]) -> [String] {
        let isOfColumn = { (line: String) in
            line.hasPrefix("COMMENT ON COLUMN ") || line.contains(" ALTER COLUMN ") && line.hasSuffix(";")
        }
        let columns = lines.filter(isOfColumn).sorted()
        return withSortedTables(lines.filter { !isOfColumn($0) && !$0.hasPrefix("--") }) + columns
    }

    private static func withSortedTables(_ lines: [String]) -> [String] {
        var result: [String] = []
        var columns: [String]?
        for line in lines {
            if line.hasPrefix("CREATE TABLE ") || line.hasPrefix("CREATE UNLOGGED TABLE ") {
                columns = []
            } else if line == ");" || line == ")", let sorted = columns?.sorted() {
                result += sorted
                columns = nil
            } else if columns != nil {
                columns?.append(line.hasSuffix(",") ? String(line.dropLast()) : line)
                continue
            }
            result.append(line)
        }
        return result
    }
}

/// What is in one list of lines and not in the other.
///
/// Of `status IN ('a', 'b')` for a varchar the server prints one text when it was written so, and another when it has read
/// what it printed, as every restored dump shows: where the casts of constants stand is no difference.
package func difference(_ found: [String], _ expected: [String]) -> [String] {
    let casts = #/[()]|::(?:character varying|text)(?:\[\])?/#
    func isSame(_ left: String, _ right: String) -> Bool {
        left == right || left.contains("ARRAY[") && left.replacing(casts, with: "") == right.replacing(casts, with: "")
    }
    return found.difference(from: expected, by: isSame).map { change in
        switch change {
        case .insert(_, let line, _): "+ \(line)"
        case .remove(_, let line, _): "- \(line)"
        }
    }
}
