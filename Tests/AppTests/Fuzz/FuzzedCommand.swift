import FoundationEssentials
import PGSchemaBackup
import PGSchemaCommands
import PGSchemaMigrations
import PGSchemaReports
import PGWire
import ScribeApp
import Synchronization
import TestSupport

/// A command of scribe-app that reads what a server says, as the program runs it.
enum FuzzedCommand: String, CaseIterable {
    case check = "db check"
    case info = "db info"
    case backup = "db backup"
    case current = "migrate current"

    /// Whether every statement of it has a deadline. The others take as long as the server likes, and may be interrupted.
    var hasDeadline: Bool { self == .check || self == .info }

    /// Runs it; returns what it shows.
    ///
    /// - Parameter file: where a backup goes.
    func run(_ settings: Settings, file: String) async throws -> [String] {
        guard let given = settings.database else { return [] }
        let database = Database(given)
        switch self {
        case .check:
            let lines = Mutex<[String]>([])
            // As the command prints them.
            try await DatabaseCheck(database: database, graph: .scribe()) { line in
                let shown: ShownText = "\(line)"
                lines.withLock { $0.append(shown.description) }
            }
            .run()
            return lines.withLock { $0 }
        case .info:
            let info = try await DatabaseInfo(database, graph: .scribe(), settings: settings)
            return info.lines + [String(decoding: try JSONEncoder().encode(info), as: UTF8.self)]
        case .backup:
            let shown = Mutex<[String]>([])
            let progress = ProgressDisplay(.lines, now: FuzzedCommand.hurriedClock()) { line in
                shown.withLock { $0.append(String(line.dropLast())) }
            }
            var backup = Backup(database.configuration, path: file, progress: progress.show)
            backup.replaces = true
            let summary = try await backup.run()
            let revision: ShownText = "\(summary.rows) \(summary.revision ?? "")"
            return shown.withLock { $0 } + summary.notes + [revision.description]
        case .current:
            let graph = try RevisionGraph.scribe()
            let shown = Mutex<[String]>([])
            let migrator = Migrator(configuration: database.configuration, graph: graph) { report in
                shown.withLock { $0.append("\(report)") }
            }
            let current = try await migrator.current()
            return shown.withLock { $0 } + current.map { graph.label($0) }
        }
    }

    /// Each look at it is a minute later, so that every progress is shown.
    private static func hurriedClock() -> @Sendable () -> ContinuousClock.Instant {
        let time = Mutex(ContinuousClock.now)
        return {
            time.withLock { time in
                time += .seconds(60)
                return time
            }
        }
    }
}
