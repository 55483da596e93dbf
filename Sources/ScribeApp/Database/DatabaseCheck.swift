import PGSchemaCatalog
package import PGSchemaMigrations
package import PGSchemaReports
import PGSchemaSQL
import PGWire
import Synchronization

/// Tries the database stage by stage, one line each with its time; the first failure is thrown, explained.
package struct DatabaseCheck {
    private let database: Database
    private let graph: RevisionGraph
    private let report: @Sendable (String) -> Void

    package init(database: Database, graph: RevisionGraph, report: @escaping @Sendable (String) -> Void) {
        self.database = database
        self.graph = graph
        self.report = report
    }

    /// What is tried, in this order.
    package enum Stage: String, Sendable {
        case settings, name, tcp, tls, authentication, query, mode, revision
    }

    /// Runs all stages.
    ///
    /// - Throws: ``Failure``, whose description says what happened, why, and what to do.
    package func run() async throws {
        var configuration = database.configuration
        let lines = Lines(report)
        lines.ok(
            .settings,
            """
            user "\(configuration.user)", database "\(configuration.database ?? "")", \
            sslmode \(configuration.tls.mode.rawValue), \(database.pooling.rawValue)
            """)
        configuration.observer = EventObserver { event in
            guard case .connecting(let step) = event else { return }
            switch step {
            case .resolved(let endpoint, let addresses):
                // They come with the port, which is no part of what was asked.
                let port = ":\(endpoint.port)"
                let names = addresses.map {
                    $0.ends(withBytesOf: port) ? String($0.unicodeScalars.dropLast(port.utf8.count)) : $0
                }
                lines.ok(.name, "\(endpoint.host) is \(names.joined(separator: ", "))")
            case .reached(_, let address): lines.ok(.tcp, address)
            case .encrypted(_, let version, let cipher): lines.ok(.tls, "\(version) \(cipher)")
            case .fewSCRAMIterations(_, let iterations):
                lines.warn(
                    .authentication,
                    "the password is stored with \(iterations) SCRAM iterations, at least 4096 are right")
            case .authenticated: break
            }
        }
        let db: Connection
        do {
            db = try await Connection.connect(configuration)
        } catch {
            throw fail(Self.stage(of: error), lines, error)
        }
        do {
            if db.tls == nil { lines.ok(.tls, "none") }
            lines.ok(.authentication, "PostgreSQL \(try await db.serverVersion)")
            try await checkQuery(db, lines)
            try await checkRevision(db, lines)
        } catch {
            await db.close()
            throw error
        }
        await db.close()
    }

    private static func stage(of error: any Error) -> Stage {
        guard case PostgresError.connection(let error) = error else { return .authentication }
        return switch error.phase {
        case .nameResolution: .name
        case .connecting: .tcp
        case .tls: .tls
        default: .authentication
        }
    }

    /// Asks the server who it is: behind a pooler another process answers than the pooler told of.
    private func checkQuery(_ db: Connection, _ lines: Lines) async throws {
        let process: Int32
        do {
            process = try await db.fetchOne(catalog: "SELECT pg_backend_pid()", as: Int32.self)
            let isReadOnly = try await db.fetchOne(
                catalog: "SELECT current_setting('transaction_read_only')::boolean", as: Bool.self)
            if isReadOnly { throw ReadOnly() }
        } catch {
            throw fail(.query, lines, error)
        }
        lines.ok(.query, "SELECT pg_backend_pid()")
        guard let told = db.backendProcessID else { return }
        let isPooled = told != process
        let found = isPooled ? "there is a pooler" : "no pooler: this is the server itself"
        if isPooled == (database.pooling != .direct) {
            lines.ok(.mode, isPooled ? database.pooling.rawValue : found)
        } else {
            lines.warn(
                .mode,
                """
                \(found), and DB_PORT \(database.configuration.endpoints.first?.port ?? 0) says \
                \(database.pooling.rawValue): \(isPooled ? "6543 is the transaction pooler's" : "5432 is the server's")
                """)
        }
    }

    private func checkRevision(_ db: Connection, _ lines: Lines) async throws {
        let label: String
        let behind: Int
        do {
            (label, behind) = try await RevisionStatus.read(db, graph)
        } catch {
            throw fail(.revision, lines, error)
        }
        guard behind == 0 else {
            throw fail(
                .revision, lines, RevisionStatus.Outdated(label: label, behind: behind, head: graph.label(graph.heads)))
        }
        lines.ok(.revision, label)
    }

    private func fail(_ stage: Stage, _ lines: Lines, _ reason: any Error) -> Failure {
        let endpoints = database.configuration.endpoints.map(\.description).joined(separator: ", ")
        lines.failed(stage, endpoints)
        return Failure(
            stage: stage, reason: reason, diagnosis: Diagnosis(of: reason, database.configuration, database.pooling))
    }

    /// Reading works, and writing does not.
    struct ReadOnly: ShownError {
        var shown: ShownText { "the server takes no changes: transaction_read_only is on" }
    }

    /// The stage that failed, what happened, and what it means.
    package struct Failure: ShownError {
        package let stage: Stage
        package let reason: any Error
        package let diagnosis: Diagnosis

        package var shown: ShownText {
            """
            \(stage.rawValue): \(error: reason)
              cause:  \(diagnosis.cause)
              remedy: \(diagnosis.remedy)
            """
        }
    }
}

/// A line for each stage, with the time since the one before.
private final class Lines: Sendable {
    private let report: @Sendable (String) -> Void
    private let last = Mutex(ContinuousClock.now)

    init(_ report: @escaping @Sendable (String) -> Void) { self.report = report }

    func ok(_ stage: DatabaseCheck.Stage, _ what: String) { line("ok", stage, what) }
    func warn(_ stage: DatabaseCheck.Stage, _ what: String) { line("warning", stage, what) }
    func failed(_ stage: DatabaseCheck.Stage, _ what: String) { line("failed", stage, what) }

    private func line(_ result: String, _ stage: DatabaseCheck.Stage, _ what: String) {
        let time = last.withLock { last in
            defer { last = .now }
            return ContinuousClock.now - last
        }
        let (seconds, attoseconds) = time.components
        let milliseconds = seconds * 1000 + attoseconds / 1_000_000_000_000_000
        // Nothing but reading happens for the settings.
        let suffix = stage == .settings ? "" : ", \(milliseconds) ms"
        report(Self.padded(result, 9) + Self.padded(stage.rawValue, 16) + what + suffix)
    }

    private static func padded(_ text: String, _ width: Int) -> String {
        text + String(repeating: " ", count: max(1, width - text.count))
    }
}
