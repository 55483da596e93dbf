#if ScribeApp
import PGWire

/// Why a migration command did not do what was asked.
package enum MigrationError: Error, CustomStringConvertible {
    case badRevisionFile(String, String)
    case badGraph(String)
    case unknownRevision(String)
    case ambiguousRevision(String, candidates: [String])
    case badRelativeTarget(String, MigrationPlan.Direction)
    case tooFewSteps(String, available: Int, current: String)
    case downgradeToNewer(String, current: String)
    /// The version table holds an id that no file has.
    case unknownVersion(String)
    /// The version table holds more than one row.
    case severalVersions([String])
    /// Another session changed the version row although the lock was held.
    case versionChanged(expected: String?)
    /// A statement failed; the whole command was rolled back.
    case stepFailed(MigrationPlan.Step, Revision.Statement, reason: any Error)
    /// Another migration held the lock for so long.
    case lockedOut(Duration)

    package var description: String {
        switch self {
        case .badRevisionFile(let file, let reason):
            "revision file \(file): \(reason)"
        case .badGraph(let reason):
            reason
        case .unknownRevision(let id):
            "can't locate revision identified by '\(id)': `scribe-app migrate history` lists them"
        case .ambiguousRevision(let prefix, let candidates):
            "'\(prefix)' begins \(candidates.count) revisions (\(candidates.joined(separator: ", "))): write more of it"
        case .badRelativeTarget(let target, let direction):
            "'\(target)' is no target: relative to the current revision, \(direction.rawValue) takes "
                + (direction == .upgrade ? "+1, +2, …" : "-1, -2, …")
        case .tooFewSteps(let target, let available, let current):
            "'\(target)' is too far: from \(current) there \(available == 1 ? "is 1 step" : "are \(available) steps") left"
        case .downgradeToNewer(let target, let current):
            "\(target) is newer than the database's revision \(current): use `scribe-app migrate upgrade`"
        case .unknownVersion(let id):
            """
            the table alembic_version holds '\(id)', and this program can't locate a revision of that id: it was written \
            by a newer program, or another application shares the database
            """
        case .severalVersions(let ids):
            """
            the table alembic_version holds \(ids.count) revisions (\(ids.joined(separator: ", "))) that overlap: they are \
            of one line, so only the one that the schema really has may stay
            """
        case .versionChanged(let expected):
            """
            the table alembic_version no longer holds \(expected ?? "no row") as it did at the start: another program \
            migrates without taking the lock; nothing was changed, try again
            """
        case .stepFailed(let step, let statement, let reason):
            """
            \(step.label): \(step.revision.file) line \(statement.line) failed, and the whole command was rolled back: \
            nothing was changed.
            \(reason)\(Self.advice(for: reason))
            """
        case .lockedOut(let duration):
            "another migration has held the lock for \(duration): see pg_locks (locktype advisory), then try again"
        }
    }

    private static func advice(for reason: any Error) -> String {
        guard case PGError.server(let error) = reason, error.sqlState == .lockNotAvailable else { return "" }
        return "\nAnother session uses the table: try again when it has ended, or give --lock-timeout more seconds."
    }
}
#endif
