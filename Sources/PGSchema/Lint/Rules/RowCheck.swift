import PGSchemaCatalog
import PGSchemaMigrations
public import PGSchemaReports
import PGSchemaSQL
public import PGWire

/// Checks the rows of the database for which revisions are meant: whether they violate new constraints, and about how many
/// there are.
public struct RowCheck {
    private let configuration: Connection.Configuration

    /// A check of the database for which the revisions are meant.
    public init(_ configuration: Connection.Configuration) { self.configuration = configuration }

    /// Adds row estimates and findings to a report. It only reads, each query in a transaction of its own.
    ///
    /// - Throws: ``UntrustedTable``; `PostgresError` when the connection fails or the configuration's statement timeout passes.
    public func examine(_ report: LintReport) async throws -> LintReport {
        try await Connection.withConnection(configuration) { db in
            var report = report
            report.rowEstimates = try await estimates(db)
            let untrusted = try await TableOwners.untrustedTables(inEverySchema: true, db)
            // A statement that changes rows may do so to satisfy the constraints, so those after it are not checked.
            var isChanged = false
            for revision in report.revisions.indices {
                for statement in report.revisions[revision].up.statements.indices {
                    let found = report.revisions[revision].up.statements[statement]
                    for constraint in found.facts.rowConstraints where !isChanged {
                        if let table = untrusted.first(where: { constraint.mayName($0.name) }) {
                            throw UntrustedTable(table: table.name.text, owner: table.owner)
                        }
                        guard try await isViolated(constraint, db) else { continue }
                        report.revisions[revision].up.statements[statement].findings.append(
                            Finding(.existingRows, constraint.label))
                    }
                    isChanged = isChanged || Self.changesRows(found.statement)
                }
                report.revisions[revision].allow()
            }
            return report
        }
    }

    /// The owner of a table is not trusted: a query on it would run its owner's code as this role.
    public struct UntrustedTable: ShownError {
        /// The table's name.
        public let table: String
        /// The role that owns it.
        public let owner: String

        /// The text of the description.
        package var shown: ShownText {
            """
            \(table) belongs to \(owner), whose code would run as this role when its rows are looked at: \
            connect as that role, or as the owner of the database
            """
        }
    }

    private func isViolated(_ constraint: RowConstraint, _ db: Connection) async throws -> Bool {
        do {
            return try await db.fetchOne(SQL(raw: constraint.violationQuery), as: Bool.self)
        } catch PostgresError.server(let error) where error.sqlState.is(in: .syntaxErrorOrAccessRuleViolation) {
            // The table or column does not exist yet, or may not be read.
            return false
        }
    }

    private static func changesRows(_ statement: Revision.Statement) -> Bool {
        SQLCommand.all(in: statement.text).contains { command in
            switch command {
            case .change, .insert, .truncate: true
            default: false
            }
        }
    }

    private func estimates(_ db: Connection) async throws -> [SQLIdentifier: Int] {
        let rows = try await db.fetchAll(
            catalog: """
                SELECT c.oid::regclass::text, c.reltuples::int8 FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
                WHERE c.relkind IN ('r', 'p', 'm') AND c.reltuples >= 0 AND n.nspname NOT LIKE 'pg\\_%'
                AND n.nspname <> 'information_schema'
                """, as: (String, Int64).self)
        return Dictionary(rows.map { (SQLIdentifier($0.0), Int($0.1)) }) { first, _ in first }
    }
}
