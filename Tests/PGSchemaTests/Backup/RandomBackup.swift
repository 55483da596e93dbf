import FoundationEssentials
import LocalPostgres
import PGSchemaBackup
import PGWire
import TestSupport

/// Takes a random database through a backup into an empty one, and compares the two.
struct RandomBackup {
    let cluster: LocalPostgres
    let directory: String
    /// Whether pg_dump and psql stand in for the library: what they do not bring back either is the test's own fault.
    var isByPgDump = false

    /// What came of it.
    struct Outcome {
        /// The statements that the server took.
        var steps: [RandomDatabase.Step] = []
        /// Those that it refused, and why.
        var refused: [(step: RandomDatabase.Step, why: String)] = []
        /// Nil when both databases are the same.
        var problem: String?
    }

    func run(_ steps: [RandomDatabase.Step]) async throws -> Outcome {
        let source = try await makeDatabase()
        let target = try await makeDatabase()
        let file = "\(directory)/\(source.database ?? "").sql"
        defer { try? FileManager.default.removeItem(atPath: file) }
        var outcome = Outcome()
        try await Connection.withConnection(source) { db in
            try await db.execute(script: "SET client_min_messages = error")
            for step in steps {
                do {
                    // Several statements are one transaction.
                    try await db.execute(script: step.sql)
                    outcome.steps.append(step)
                } catch PostgresError.server(let error) {
                    outcome.refused.append((step, error.message))
                }
            }
        }
        do {
            try await refresh(source)
            let before = try await contents(source)
            try await carry(from: source, to: target, file)
            outcome.problem = differences(before, try await contents(target))
        } catch {
            outcome.problem = "\(error)"
        }
        try await drop(source, target)
        return outcome
    }

    private func carry(
        from source: Connection.Configuration, to target: Connection.Configuration, _ file: String
    ) async throws {
        guard !isByPgDump else {
            let text = try await cluster.dump(source.database ?? "", schema: nil)
            try text.write(toFile: file, atomically: false, encoding: .utf8)
            return try await cluster.restoreByPsql(file, into: target.database ?? "")
        }
        var backup = Backup(source, path: file)
        // Which restores it, and has an opinion of its own on what is the same.
        backup.verification = BackupVerification(scratch: target, isThrowaway: false)
        _ = try await backup.run()
    }

    /// Materialized views as they are when they are made: from the rows that are there, in the order of their creation.
    private func refresh(_ database: Connection.Configuration) async throws {
        try await Connection.withConnection(database) { db in
            let views = try await db.fetchAll(
                "SELECT oid::regclass::text FROM pg_class WHERE relkind = 'm' AND relispopulated ORDER BY oid",
                as: String.self)
            for view in views {
                do { try await db.execute(script: "REFRESH MATERIALIZED VIEW \(view)") } catch PostgresError.server {}
            }
        }
    }

    /// The dump, then a line for each table with a checksum of its rows.
    private func contents(_ database: Connection.Configuration) async throws -> [String] {
        let dump = try await cluster.dump(database.database ?? "", schema: nil)
        let sums = try await Connection.withConnection(database) { db in
            let tables = try await db.fetchAll(
                """
                SELECT format('%I.%I', n.nspname, c.relname) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
                WHERE c.relkind IN ('r', 'm') AND c.relispopulated AND n.nspname NOT IN ('pg_catalog', 'information_schema')
                AND n.nspname NOT LIKE 'pg_toast%' ORDER BY 1
                """, as: String.self)
            var sums: [String] = []
            for table in tables {
                let sum = try await db.fetchOne(
                    "SELECT concat(count(*), ' ', sum(hashtextextended(t::text, 0)::numeric)) FROM ONLY \(raw: table) AS t",
                    as: String.self)
                sums.append("rows of \(table): \(sum)")
            }
            return sums
        }
        // pg_dump's comments name its version, and what a section is about in the order of its own.
        let lines = dump.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        return lines.filter { !$0.hasPrefix("-- Dumped ") } + sums
    }

    private func differences(_ before: [String], _ after: [String]) -> String? {
        guard before != after else { return nil }
        let changes = after.difference(from: before).map { change in
            switch change {
            case .insert(_, let line, _): "+ \(line)"
            case .remove(_, let line, _): "- \(line)"
            }
        }
        return changes.filter { $0.count > 2 && !$0.hasPrefix("- --") && !$0.hasPrefix("+ --") }.prefix(40)
            .joined(separator: "\n")
    }

    private func makeDatabase() async throws -> Connection.Configuration {
        try await cluster.makeDatabase(copying: "template0")
    }

    private func drop(_ databases: Connection.Configuration...) async throws {
        try await Connection.withConnection(cluster.configuration(database: cluster.database)) { db in
            for database in databases {
                try await db.execute("DROP DATABASE \(identifier: database.database ?? "") WITH (FORCE)")
            }
        }
    }

    // MARK: - Reducing

    /// The statements of a failing database that are needed for it to fail in the same way.
    func reduce(_ steps: [RandomDatabase.Step], problem: String) async throws -> Outcome {
        var steps = steps
        var last = Outcome(steps: steps, problem: problem)
        var size = max(1, steps.count / 2)
        while true {
            var start = 0
            var isSmaller = false
            while start < steps.count {
                var fewer = steps
                fewer.removeSubrange(start..<min(start + size, steps.count))
                let outcome = try await run(fewer)
                if outcome.problem != nil {
                    steps = outcome.steps
                    last = outcome
                    isSmaller = true
                } else {
                    start += size
                }
            }
            if size == 1, !isSmaller { return last }
            size = max(1, size / 2)
        }
    }
}
