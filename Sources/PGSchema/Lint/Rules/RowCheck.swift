import PGSchemaCatalog
import PGSchemaMigrations
public import PGSchemaReports
import PGSchemaSQL
public import PGWire

/// Looks at the rows of the database that revisions are meant for: whether they violate what a revision says of them, and
/// about how many there are.
public struct RowCheck {
    private let configuration: Connection.Configuration

    /// - Parameter configuration: leads to the database that the revisions are meant for.
    public init(_ configuration: Connection.Configuration) { self.configuration = configuration }

    /// Adds what it finds to a report. Only reads, each query in a transaction of its own.
    ///
    /// - Throws: `PostgresError` when the connection fails or the configuration's statement timeout passes.
    public func examine(_ report: LintReport) async throws -> LintReport {
        try await Connection.withConnection(configuration) { db in
            var report = report
            report.rowEstimates = try await estimates(db)
            let strangers = try await TableOwners.strangers(inEverySchema: true, db)
            // A statement that changes rows may be there to make them fit, so nothing can be said behind it.
            var isChanged = false
            for revision in report.revisions.indices {
                for statement in report.revisions[revision].up.statements.indices {
                    let found = report.revisions[revision].up.statements[statement]
                    for promise in found.facts.promises where !isChanged {
                        if let table = strangers.first(where: { promise.mayName($0.name) }) {
                            throw Stranger(table: table.name.text, owner: table.owner)
                        }
                        guard try await isViolated(promise, db) else { continue }
                        report.revisions[revision].up.statements[statement].findings.append(
                            Finding(.existingRows, promise.label))
                    }
                    isChanged = isChanged || Self.changesRows(found.statement)
                }
                report.revisions[revision].allow()
            }
            return report
        }
    }

    /// A query over the table would run what its owner has put into its indexes.
    public struct Stranger: ShownError {
        /// The table's name.
        public let table: String
        /// The role that owns it.
        public let owner: String

        /// What is wrong, and what to do.
        public var shown: ShownText {
            """
            \(table) belongs to \(owner), whose code would run as this role when its rows are looked at: \
            connect as that role, or as the owner of the database
            """
        }
    }

    private func isViolated(_ promise: Promise, _ db: Connection) async throws -> Bool {
        do {
            return try await db.fetchOne(SQL(raw: promise.violation), as: Bool.self)
        } catch PostgresError.server(let error) where error.sqlState.is(in: .syntaxErrorOrAccessRuleViolation) {
            // The table or column is not there yet, or not for us to read.
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
