public import PGSchemaReports
import PGSchemaSQL
import PGWire

/// Why a migration failed.
///
/// The description says what happened, what became of the database, and what to do.
public enum MigrationError: ShownError {
    /// A revision file cannot be read: its name and the reason.
    case badRevisionFile(String, String)
    /// The revisions do not fit together.
    case badGraph(String)
    /// A new revision that could not be read back from its file.
    case badDraft(String)
    /// A directory of revisions cannot be used: its path and the reason.
    case badDirectory(String, String)
    /// The range of a script is not `FROM:TO`.
    case badRange(String)
    /// No revision has this id, or an id that begins so.
    case unknownRevision(String)
    /// Several ids begin so.
    case ambiguousRevision(String, candidates: [String])
    /// A relative target that cannot be read, or has the wrong sign for the direction.
    case badRelativeTarget(String, MigrationPlan.Direction?)
    /// A name that depends on the database's revision, where no database was read.
    case needsDatabase(String)
    /// There are fewer revisions than the steps to go.
    case tooFewSteps(String, available: Int, current: String)
    /// Steps were counted across a revision that has several children or parents.
    case ambiguousSteps(String, candidates: [String])
    /// `head` was asked for and there is more than one.
    case severalHeads([String])
    /// A revision that cannot be downgraded.
    case irreversibleStep(Revision)
    /// A statement that no migration may carry out.
    case badStatement(Revision, Revision.Statement, reason: String)
    /// The database is not at the newest revision.
    case notAtHead(current: String, heads: [String])
    /// The target of a downgrade is not among the applied revisions.
    case downgradeToNewer(String, current: String)
    /// The version table holds an id that no file has.
    case unknownVersion(String, table: String)
    /// The version table's name is empty or longer than PostgreSQL's names are.
    case badVersionTableName(String)
    /// The version table is a view or something else, which may run anybody's code when it is read.
    case versionTableIsNotATable(String)
    /// The version table's owner is not trusted: its triggers would run as this role.
    case versionTableHasUntrustedOwner(owner: String, table: String)
    /// Row-level security hides rows of the version table from this role.
    case versionTableHasPolicies(String)
    /// The version table holds a revision together with an ancestor of it.
    case overlappingVersions([String], table: String)
    /// Another session changed the version table although the lock was held.
    case versionChanged(expected: [String], table: String)
    /// A statement failed; the whole command was rolled back.
    case stepFailed(MigrationPlan.Step, Revision.Statement, reason: any Error)
    /// A statement outside a transaction block failed. What came before it is committed.
    case nonTransactionalStatementFailed(MigrationPlan.Step, Revision.Statement, reason: any Error)
    /// An earlier run was interrupted in a step that is not part of this one.
    case unfinishedStep(revision: String, direction: String, done: Int)
    /// The file of an interrupted step was edited in the part that has run.
    case editedAfterInterruption(MigrationPlan.Step, done: Int)
    /// The progress of a step outside a transaction block could not be recorded.
    case cannotRecordProgress(MigrationPlan.Step, Revision.Statement, table: String)
    /// An index without a name, which a later run could not recognise.
    case unnamedIndex(Revision, Revision.Statement)
    /// The task was cancelled. What was under way is rolled back, `done` is committed.
    case interrupted(done: [MigrationPlan.Step])
    /// The task was cancelled in a statement outside a transaction block. What came before it is committed.
    case nonTransactionalStatementInterrupted(MigrationPlan.Step, Revision.Statement)
    /// A table lock could not be taken within the lock timeout, in any of the tries.
    case tableInUse(tries: Int, reason: any Error, others: [String])
    /// Another migration held the advisory lock for that long.
    case advisoryLockTimedOut(Duration)

    /// The text of the description.
    package var shown: ShownText {
        switch self {
        case .badRevisionFile(let file, let reason):
            "revision file \(file): \(reason)"
        case .badGraph(let reason), .badDraft(let reason):
            "\(reason)"
        case .badDirectory(let path, let reason):
            "the directory of revisions \(path): \(reason)"
        case .badRange(let range):
            "'\(range)' is no range: a script for a downgrade needs both ends, FROM:TO, for example --sql head:-1 or --sql bbdd:3494"
        case .unknownRevision(let id):
            "can't locate revision identified by '\(id)': `migrate history` lists them"
        case .ambiguousRevision(let prefix, let candidates):
            "'\(prefix)' begins \(candidates.count) revisions (\(candidates.joined(separator: ", "))): write more of it"
        case .badRelativeTarget(let target, let direction):
            if let direction {
                "'\(target)' is no target: relative to the current revision, \(direction.rawValue) takes "
                    + (direction == .upgrade ? "+1, +2, …" : "-1, -2, …")
            } else {
                "'\(target)' is no revision: steps are counted as in head-1 or 3494+2"
            }
        case .needsDatabase(let name):
            "'\(name)' is counted from the database's revision, and this command does not look there: name a revision"
        case .tooFewSteps(let target, let available, let current):
            "'\(target)' is too far: from \(current) there \(available == 1 ? "is 1 step" : "are \(available) steps") left"
        case .downgradeToNewer(let target, let current):
            "\(target) is newer than the database's revision \(current): use `migrate upgrade`"
        case .ambiguousSteps(let target, let candidates):
            """
            '\(target)' counts across a place where there is more than one way (\(candidates.joined(separator: ", "))): name \
            the revision instead
            """
        case .severalHeads(let heads):
            """
            there are \(heads.count) heads (\(heads.joined(separator: ", "))): two revisions follow the same one. Put one behind the \
            other by its down_revision if no database has it yet; otherwise join them by \
            `migrate merge heads -m "…"`, or name one of them, or say `heads` for all
            """
        case .irreversibleStep(let revision):
            """
            \(revision.id) (\(revision.file)) cannot be downgraded\(revision.irreversible.map { ": \($0)" } ?? "")
            """
        case .badStatement(let revision, let statement, let reason):
            "\(revision.file) line \(statement.line) \(reason)"
        case .notAtHead(let current, let heads):
            """
            target database is not up to date: it is at \(current), and the newest is \(heads.joined(separator: ", ")): run \
            `migrate upgrade`
            """
        case .unknownVersion(let id, let table):
            """
            the table \(table) holds '\(id)', and this program can't locate a revision of that id: it was written \
            by a newer program, or another application shares the database
            """
        case .badVersionTableName(let name):
            "the version table's name '\(name)' has \(name.utf8.count) bytes: it must have 1 to \(SQLIdentifier.maximumByteCount)"
        case .versionTableIsNotATable(let name):
            """
            \(name) is no table but a view or something else, so it is not read: whoever made it could run code as \
            this role. Drop it, or set the role's search_path to the schema that holds the real one
            """
        case .versionTableHasUntrustedOwner(let owner, let table):
            """
            the table \(table) belongs to \(owner), whose triggers would run as this role: nothing is written into \
            it. The owners of the database and of the schema are trusted: give the database to \(owner) if it is who \
            migrates (ALTER DATABASE … OWNER TO …), migrate as that role, or find out why the table is there
            """
        case .versionTableHasPolicies(let name):
            """
            row-level security decides which rows of \(name) this role sees, so they tell nothing of the revision: connect as \
            the table's owner, or take its policies away
            """
        case .overlappingVersions(let ids, let table):
            """
            the table \(table) holds \(ids.count) revisions (\(ids.joined(separator: ", "))) that overlap: they are \
            of one line, so only the one that the schema really has may stay: `migrate stamp --purge` and its name
            """
        case .versionChanged(let expected, let table):
            """
            the table \(table) no longer holds \(expected.isEmpty ? "no row" : expected.joined(separator: ", ")) as it \
            did at the start: another program has moved it; what was under way was rolled back, try again
            """
        case .stepFailed(let step, let statement, let reason):
            """
            \(step.label): \(step.revision.file) line \(statement.line) failed, and the whole command was rolled back: \
            nothing was changed.
            \(error: reason)
            """
        case .nonTransactionalStatementFailed(let step, let statement, let reason):
            """
            \(step.label): \(step.revision.file) line \(statement.line) failed. What came before it is done, the version has not \
            moved, and the same command goes on from here.
            \(error: reason)\(Self.advice(reason))
            """
        case .unfinishedStep(let revision, let direction, let done):
            """
            an earlier \(direction) was interrupted in \(revision), \(done) \
            \(done == 1 ? "statement" : "statements") of it done: let it finish first, by \
            `migrate \(direction) …` to where it was going. Or put that right by hand, and have it forgotten \
            by `migrate stamp` and the revision that the schema has then
            """
        case .editedAfterInterruption(let step, let done):
            """
            \(step.label): an earlier run was interrupted behind the first \(done == 1 ? "statement" : "\(done) statements"), and \
            \(step.revision.file) says something else there now. Put back what was carried out (what follows may be changed), or put \
            the database right by hand and have it forgotten by `migrate stamp` and the revision that the schema has then
            """
        case .cannotRecordProgress(let step, let statement, let table):
            """
            \(step.label): nothing of it was begun. It is not one transaction, and after an interruption nobody could tell how far \
            it came: whether \(step.revision.file) line \(statement.line) was carried out does not show in the catalog, and to write \
            it down this role would have to own the table \(table). Migrate as its owner, or change that (ALTER TABLE \
            \(table) OWNER TO …)
            """
        case .unnamedIndex(let revision, let statement):
            """
            \(revision.file) line \(statement.line) creates an index without a name, which would be created once more after an \
            interruption: name it
            """
        case .interrupted(let done):
            if let last = done.last {
                "interrupted: what was under way was rolled back, what came before it is done: up to \(last.label)"
            } else {
                "interrupted: everything was rolled back, nothing was changed"
            }
        case .nonTransactionalStatementInterrupted(let step, let statement):
            """
            interrupted. \(step.label): \(step.revision.file) line \(statement.line) was given up. What came before it is done, the \
            version has not moved, and the same command goes on from here
            """
        case .tableInUse(let tries, let reason, let others):
            """
            given up after \(tries) \(tries == 1 ? "try" : "tries"), because other sessions use the table: try again when they have \
            ended, or give --lock-timeout more seconds or --lock-retries a larger number.
            \(error: reason)\(Self.transactions(others))
            """
        case .advisoryLockTimedOut(let duration):
            "another migration has held the lock for \(duration): see pg_locks (locktype advisory), then try again"
        }
    }

    private static func transactions(_ lines: [String]) -> ShownText {
        lines.isEmpty ? "" : "\nThe longest transactions now:\n\(lines: lines)"
    }

    /// Advice on the failure of a statement outside a transaction block.
    private static func advice(_ reason: any Error) -> ShownText {
        guard case PostgresError.server(let error) = reason, error.sqlState == .queryCanceled,
            error.message.contains(bytesOf: "statement timeout")
        else { return "" }
        return """

            That is the role's own statement_timeout, which only a session can lift, and a transaction pooler has none: migrate through \
            port 5432, or ALTER ROLE … SET statement_timeout
            """
    }
}
