import PGSchemaCatalog
import PGSchemaSQL

/// A migration as SQL text for `psql`, for databases that only a person may change.
public struct MigrationScript {
    private let plan: MigrationPlan
    private let start: [String]
    private let table: VersionTable

    /// The script of `plan`, from `start`, which is what the version table holds.
    package init(_ plan: MigrationPlan, from start: [String], in graph: RevisionGraph) {
        self.plan = plan
        table = graph.versionTable
        self.start = start
    }

    /// The script for a range `FROM:TO`. An upgrade may leave out `FROM:`, and then begins at base.
    ///
    /// - Throws: ``MigrationError`` when an end of the range means no revision, or a downgrade has no `FROM:`.
    public init(
        _ direction: MigrationPlan.Direction, range: String, in graph: RevisionGraph
    ) throws(MigrationError) {
        let ends = range.split(at: ":", maxSplits: 1, omittingEmpty: false)
        guard ends.count == 2 || direction == .upgrade else { throw .badRange(range) }
        let start = ends.count == 2 ? try graph.revisions(named: ends[0].isEmpty ? "base" : ends[0]) : []
        let end = ends.last ?? ""
        self.start = start
        table = graph.versionTable
        plan = try MigrationPlan(
            direction, to: end.isEmpty ? (direction == .upgrade ? "head" : "base") : end, from: start, in: graph)
    }

    /// The script. Run it with `psql -X -v ON_ERROR_STOP=1 -f FILE`.
    ///
    /// - Throws: ``MigrationError/irreversibleStep(_:)``
    public func text() throws(MigrationError) -> String {
        var text = ""
        var isInTransaction = false
        for (index, step) in plan.steps.enumerated() {
            if step.revision.isTransactional, !isInTransaction { text += begin(checking: index == 0) }
            if !step.revision.isTransactional, isInTransaction { text += "COMMIT;\n\n" }
            if !step.revision.isTransactional, index == 0 { text += begin(checking: true) + "COMMIT;\n\n" }
            isInTransaction = step.revision.isTransactional
            text += "-- Running \(step.label.onOneLine)\n\n"
            for statement in try step.statements { text += statement.terminated + "\n" }
            if try step.changesSettings {
                text += "\n\(MigrationPlan.Step.settingsReset);\n\(isInTransaction ? Self.timeouts : "")"
            }
            for statement in table.statements(for: step.change) { text += "\n" + statement + ";\n" }
            text += "\n"
        }
        if isInTransaction { text += "COMMIT;\n" }
        return text
    }

    private static func untrusted(_ table: VersionTable) -> String {
        "\(table.name) is missing, no plain table, or belongs to a role that is not trusted".split(
            at: "%", omittingEmpty: false
        )
        .joined(separator: "%%")
    }

    private static let timeouts = "SET LOCAL lock_timeout = '2s';\nSET LOCAL statement_timeout = 0;\n"

    /// Begins a transaction. The first one checks that the database is at the script's first revision.
    private func begin(checking: Bool) -> String {
        var text = "BEGIN;\nSELECT pg_catalog.pg_advisory_xact_lock(\(table.lockKey));\n\(Self.timeouts)\n"
        guard checking else { return text }
        if start.isEmpty {
            text += table.definition(ifMissing: true) + ";\n\n"
        }
        let ids = start.sorted().map(\.asLiteral).joined(separator: ", ")
        let expected = start.isEmpty ? "at base" : "at \(start.sorted().joined(separator: ", "))"
        // The message of RAISE is a format string.
        let message = "this script is for a database that is \(expected)".split(at: "%", omittingEmpty: false)
            .joined(separator: "%%")
        // Whoever may create in a schema of the path could have put a view or a table with triggers of that name there, whose
        // code would run as whoever runs the script. The catalogs, under a path of their own, hold no such code.
        let body = """
            DECLARE
                version_table pg_catalog.oid := pg_catalog.to_regclass(\(table.sqlName.asLiteral));
                path_before pg_catalog.text := pg_catalog.current_setting('search_path');
            BEGIN
                PERFORM pg_catalog.set_config('search_path', 'pg_catalog, pg_temp', true);
                IF NOT EXISTS (\(TableOwners.plainTrustedTable("version_table"))) THEN
                    RAISE EXCEPTION \(Self.untrusted(table).asLiteral);
                END IF;
                PERFORM pg_catalog.set_config('search_path', path_before, true);
                IF ARRAY(SELECT version_num::pg_catalog.text COLLATE pg_catalog."C" FROM \(table.sqlName) ORDER BY 1)
                    OPERATOR(pg_catalog.<>) ARRAY[\(ids)]::pg_catalog.text[]
                THEN
                    RAISE EXCEPTION \(message.asLiteral);
                END IF;
            END
            """
        return text + "DO \("\n\(body)\n".dollarQuoted);\n\n\n"
    }
}
