public import PGSchemaReports
import PGSchemaSQL
import PGWire

/// Why a migration command did not do what was asked.
public enum MigrationError: ShownError {
    case badRevisionFile(String, String)
    case badGraph(String)
    /// A new revision that could not be read again.
    case badDraft(String)
    /// A directory of revisions cannot be used.
    case badDirectory(String, String)
    /// What `--sql` was given is no `FROM:TO`.
    case badRange(String)
    case unknownRevision(String)
    case ambiguousRevision(String, candidates: [String])
    case badRelativeTarget(String, MigrationPlan.Direction?)
    /// A name that means something only where the database is asked.
    case needsDatabase(String)
    case tooFewSteps(String, available: Int, current: String)
    /// Steps were counted across a place where there is more than one way.
    case forkOnTheWay(String, candidates: [String])
    /// `head` was asked for and there is more than one.
    case severalHeads([String])
    case noWayBack(Revision)
    /// A statement that no migration may carry out.
    case badStatement(Revision, Revision.Statement, reason: String)
    case notAtHead(current: String, heads: [String])
    case downgradeToNewer(String, current: String)
    /// The version table holds an id that no file has.
    case unknownVersion(String, table: String)
    /// What is named as the version table is a view or another thing, which may run anybody's code when it is read.
    case versionTableIsNone(String)
    /// The version table belongs to a role whose triggers are not to be run by this one.
    case versionTableOfAnother(owner: String, table: String)
    /// Policies would decide which of the version table's rows there are.
    case versionTableHasPolicies(String)
    /// The version table holds a revision and another that lies before it.
    case severalVersions([String], table: String)
    /// Another session changed the version table although the lock was held.
    case versionChanged(expected: [String], table: String)
    /// A statement failed; the whole command was rolled back.
    case stepFailed(MigrationPlan.Step, Revision.Statement, reason: any Error)
    /// A statement that runs outside a transaction failed; what came before it stays.
    case standaloneFailed(MigrationPlan.Step, Revision.Statement, reason: any Error)
    /// Another step was interrupted, and this command would not go on with it.
    case halfDone(MigrationRecord.Progress)
    /// What was carried out of a step before it was interrupted is no longer what its file says.
    case interruptedAndEdited(MigrationPlan.Step, done: Int)
    /// How far a step comes outside a transaction could not be written down.
    case noPlaceForProgress(MigrationPlan.Step, Revision.Statement, table: String)
    /// An index that no later run could recognise.
    case indexWithoutName(Revision, Revision.Statement)
    /// The user stopped it.
    case interrupted(done: [MigrationPlan.Step])
    /// The user stopped it in a statement outside a transaction; what came before it stays.
    case standaloneInterrupted(MigrationPlan.Step, Revision.Statement)
    /// A lock could not be had, so many times.
    case tableInUse(tries: Int, reason: any Error, others: [String])
    /// Another migration held the lock for so long.
    case lockedOut(Duration)

    /// What happened, what became of the database, and what to do.
    public var shown: ShownText {
        switch self {
        case .badRevisionFile(let file, let reason):
            "revision file \(file): \(reason)"
        case .badGraph(let reason), .badDraft(let reason):
            "\(reason)"
        case .badDirectory(let path, let reason):
            "the directory of revisions \(path): \(reason)"
        case .badRange(let range):
            "'\(range)' is no range: a script downward needs both ends, FROM:TO, for example --sql head:-1 or --sql bbdd:3494"
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
        case .forkOnTheWay(let target, let candidates):
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
        case .noWayBack(let revision):
            """
            \(revision.id) (\(revision.file)) has no way back\(revision.irreversible.map { ": \($0)" } ?? "")
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
        case .versionTableIsNone(let name):
            """
            \(name) is no table but a view or something else, so it is not read: whoever made it could run code as \
            this role. Drop it, or set the role's search_path to the schema that holds the real one
            """
        case .versionTableOfAnother(let owner, let table):
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
        case .severalVersions(let ids, let table):
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
        case .standaloneFailed(let step, let statement, let reason):
            """
            \(step.label): \(step.revision.file) line \(statement.line) failed. What came before it is done, the version has not \
            moved, and the same command goes on from here.
            \(error: reason)\(Self.advice(reason))
            """
        case .halfDone(let progress):
            """
            an earlier \(progress.direction) was interrupted in \(progress.revision), \(progress.done) \
            \(progress.done == 1 ? "statement" : "statements") of it done: let it finish first, by \
            `migrate \(progress.direction) …` to where it was going. Or put that right by hand, and have it forgotten \
            by `migrate stamp` and the revision that the schema has then
            """
        case .interruptedAndEdited(let step, let done):
            """
            \(step.label): an earlier run was interrupted behind the first \(done == 1 ? "statement" : "\(done) statements"), and \
            \(step.revision.file) says something else there now. Put back what was carried out (what follows may be changed), or put \
            the database right by hand and have it forgotten by `migrate stamp` and the revision that the schema has then
            """
        case .noPlaceForProgress(let step, let statement, let table):
            """
            \(step.label): nothing of it was begun. It is not one transaction, and after an interruption nobody could tell how far \
            it came: whether \(step.revision.file) line \(statement.line) was carried out does not show in the catalog, and to write \
            it down this role would have to own the table \(table). Migrate as its owner, or change that (ALTER TABLE \
            \(table) OWNER TO …)
            """
        case .indexWithoutName(let revision, let statement):
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
        case .standaloneInterrupted(let step, let statement):
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
        case .lockedOut(let duration):
            "another migration has held the lock for \(duration): see pg_locks (locktype advisory), then try again"
        }
    }

    private static func transactions(_ lines: [String]) -> ShownText {
        lines.isEmpty ? "" : "\nThe longest transactions now:\n\(lines: lines)"
    }

    /// What else can be done about the failure of a statement outside a transaction.
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
