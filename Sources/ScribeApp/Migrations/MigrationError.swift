#if ScribeApp
import PGWire

/// Why a migration command did not do what was asked.
package enum MigrationError: Error, CustomStringConvertible {
    case badRevisionFile(String, String)
    case badGraph(String)
    /// A directory of revisions cannot be used.
    case badDirectory(String, String)
    /// What `--sql` was given is no `FROM:TO`.
    case badRange(String)
    case unknownRevision(String)
    case ambiguousRevision(String, candidates: [String])
    case badRelativeTarget(String, MigrationPlan.Direction)
    case tooFewSteps(String, available: Int, current: String)
    /// Steps were counted across a place where there is more than one way.
    case forkOnTheWay(String, candidates: [String])
    /// `head` was asked for and there is more than one.
    case severalHeads([String])
    case noWayBack(Revision)
    case notAtHead(current: String, heads: [String])
    case downgradeToNewer(String, current: String)
    /// The version table holds an id that no file has.
    case unknownVersion(String)
    /// The version table holds a revision and another that lies before it.
    case severalVersions([String])
    /// Another session changed the version table although the lock was held.
    case versionChanged(expected: [String])
    /// A statement failed; the whole command was rolled back.
    case stepFailed(MigrationPlan.Step, Revision.Statement, reason: any Error)
    /// A statement that runs outside a transaction failed; what came before it stays.
    case standaloneFailed(MigrationPlan.Step, Revision.Statement, reason: any Error)
    /// A lock could not be had, so many times.
    case tableInUse(tries: Int, reason: any Error, others: [String])
    /// Another migration held the lock for so long.
    case lockedOut(Duration)

    package var description: String {
        switch self {
        case .badRevisionFile(let file, let reason):
            "revision file \(file): \(reason)"
        case .badGraph(let reason):
            reason
        case .badDirectory(let path, let reason):
            "the directory of revisions \(path): \(reason)"
        case .badRange(let range):
            "'\(range)' is no range: a script downward needs both ends, FROM:TO, for example --sql head:-1 or --sql bbdd:3494"
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
        case .forkOnTheWay(let target, let candidates):
            """
            '\(target)' counts across a place where there is more than one way (\(candidates.joined(separator: ", "))): name \
            the revision instead
            """
        case .severalHeads(let heads):
            """
            there are \(heads.count) heads (\(heads.joined(separator: ", "))): two revisions follow the same one. Put one behind the \
            other by its down_revision if no database has it yet; otherwise join them by \
            `scribe-app migrate merge heads -m "…"`, or name one of them, or say `heads` for all
            """
        case .noWayBack(let revision):
            """
            \(revision.id) (\(revision.file)) has no way back\(revision.irreversible.map { ": \($0)" } ?? "")
            """
        case .notAtHead(let current, let heads):
            """
            target database is not up to date: it is at \(current), and the newest is \(heads.joined(separator: ", ")): run \
            `scribe-app migrate upgrade`
            """
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
            the table alembic_version no longer holds \(expected.isEmpty ? "no row" : expected.joined(separator: ", ")) as it \
            did at the start: another program migrates without taking the lock; what was under way was rolled back, try again
            """
        case .stepFailed(let step, let statement, let reason):
            """
            \(step.label): \(step.revision.file) line \(statement.line) failed, and the whole command was rolled back: \
            nothing was changed.
            \(reason)
            """
        case .standaloneFailed(let step, let statement, let reason):
            """
            \(step.label): \(step.revision.file) line \(statement.line) failed. What came before it is done, the version has not \
            moved, and the same command goes on from here.
            \(reason)
            """
        case .tableInUse(let tries, let reason, let others):
            """
            given up after \(tries) \(tries == 1 ? "try" : "tries"), because other sessions use the table: try again when they have \
            ended, or give --lock-timeout more seconds or --lock-retries a larger number.
            \(reason)\(others.isEmpty ? "" : "\nThe longest transactions now:\n  " + others.joined(separator: "\n  "))
            """
        case .lockedOut(let duration):
            "another migration has held the lock for \(duration): see pg_locks (locktype advisory), then try again"
        }
    }
}
#endif
