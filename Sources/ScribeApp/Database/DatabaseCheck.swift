#if ScribeApp
import PGWire

/// Tries the database stage by stage, one line each; the first failure is thrown.
package struct DatabaseCheck {
    private let database: Database
    private let graph: RevisionGraph
    private let report: (String) -> Void
    private let clock = ContinuousClock()

    package init(database: Database, graph: RevisionGraph, report: @escaping (String) -> Void) {
        self.database = database
        self.graph = graph
        self.report = report
    }

    /// Runs all stages.
    ///
    /// - Throws: ``Failure``, whose description says what to do.
    package func run() async throws {
        let configuration = database.configuration
        report(
            """
            ok      settings    user "\(configuration.user)", database "\(configuration.database ?? "")", \
            sslmode \(configuration.tls.mode.rawValue), \(database.pooling.rawValue)
            """)
        let start = clock.now
        do {
            try await Connection.withConnection(configuration) { db in
                let tls = db.tls.map { "\($0.protocolVersion) \($0.cipher)" } ?? "no TLS"
                let version = try await db.serverVersion
                report("ok      connection  \(db.endpoint), \(tls), PostgreSQL \(version), \(elapsed(start))")
                try await checkQuery(db)
                try await checkRevision(db)
            }
        } catch let failure as Failure {
            throw failure
        } catch {
            // Name resolution, TCP, TLS and login are one call; the error says how far it came.
            let endpoints = configuration.endpoints.map(\.description).joined(separator: ", ")
            throw fail("connection", "\(endpoints), after \(elapsed(start))", error)
        }
    }

    private func checkQuery(_ db: Connection) async throws {
        let start = clock.now
        do {
            _ = try await db.fetchOne("SELECT 1", as: Int.self)
        } catch {
            throw fail("query", "SELECT 1, after \(elapsed(start))", error)
        }
        report("ok      query       SELECT 1, \(elapsed(start))")
    }

    private func checkRevision(_ db: Connection) async throws {
        let current: [String]
        do {
            current = try await VersionTable.current(in: graph, db)
        } catch {
            throw fail("revision", "unknown", error)
        }
        let behind = graph.revisions.count - graph.history(of: current).count
        guard behind == 0 else {
            throw fail(
                "revision", "\(graph.label(current)), \(behind) behind \(graph.label(graph.heads))",
                Outdated(behind: behind))
        }
        report("ok      revision    \(graph.label(current))")
    }

    private func fail(_ stage: String, _ what: String, _ reason: any Error) -> Failure {
        report("failed  \(stage)\(String(repeating: " ", count: 12 - stage.count))\(what)")
        return Failure(stage: stage, reason: reason)
    }

    private func elapsed(_ start: ContinuousClock.Instant) -> String {
        let (seconds, attoseconds) = (clock.now - start).components
        return "\(seconds * 1000 + attoseconds / 1_000_000_000_000_000) ms"
    }

    /// The stage that failed, and why.
    package struct Failure: Error, CustomStringConvertible {
        package let stage: String
        package let reason: any Error

        package var description: String { "\(stage): \(reason)" }
    }

    private struct Outdated: Error, CustomStringConvertible {
        let behind: Int

        var description: String {
            "the schema is \(behind) \(behind == 1 ? "revision" : "revisions") behind: run `scribe-app migrate upgrade`"
        }
    }
}
#endif
