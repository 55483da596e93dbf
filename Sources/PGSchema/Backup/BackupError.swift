public import PGSchemaReports
import PGSchemaSQL
import PGWire

/// Why a backup or a restore failed. The description says what happened, what became of it, and what to do.
public enum BackupError: ShownError {
    /// The file exists.
    case fileExists(String)
    /// The path is that of a directory, link or device, which is not replaced.
    case notReplaceable(String)
    /// Another backup writes to the same file.
    case fileInUse(String)
    /// A system call failed: what was to be done with which file, and `errno`.
    case file(action: String, path: String, errorNumber: Int32)
    /// The file is no backup.
    case notABackup(String)
    /// The end of the file is missing.
    case incomplete(String)
    /// The file was changed or damaged. The text says how that shows.
    case altered(String, String)
    /// The file has an unknown format version.
    case unknownFormat(String)
    /// The schema has objects that a backup does not support.
    case unsupported([String], schema: String)
    /// Objects need what is in none of the schemas of the backup: one sentence each.
    case lacking([String])
    /// A schema that was asked for is not there.
    case missingSchemas([String])
    /// Objects depend on each other in a cycle.
    case dependencyCycle([String])
    /// Tables were created or dropped during each of several tries.
    case schemaKeepsChanging
    /// No schema of the search path exists.
    case noSchema
    /// The backup is of another schema than the default one here.
    case schemaMismatch(backup: String, here: String)
    /// The schema to restore into is not empty.
    case notEmpty(schema: String, examples: [String], count: Int)
    /// Objects of other schemas depend on what is to be dropped.
    case hasDependents([String])
    /// A migration, a restore or a reset holds the advisory lock.
    case migrationInProgress
    /// To verify it, the backup was restored into a scratch database, and that failed.
    case notRestorable(reason: any Error)
    /// To verify it, the backup was restored into a scratch database, and something there is not the same: how, in lines.
    case notSame([String])
    /// The table has another number of rows than the file says.
    case rowCountMismatch(table: String, expected: Int64, found: Int64)
    /// The server's text for a part is not safe in a file.
    case unsafeText(part: String, BackupError.UnsafeText)
    /// The text for a part is longer than a restore would read.
    case tooLong(part: String)
    /// The rows that the server sent are not safe in a file.
    case unsafeRows(table: String)
    /// A part of the file is not safe. Nothing was sent to the server.
    case unsafePart(String, part: String, BackupError.UnsafeText)
    /// A part of the file ended the transaction of the restore.
    case transactionEnded(part: String, reason: (any Error)?)
    /// The server refused a part of the file. Nothing was changed.
    case failed(part: String, reason: any Error)
    /// The server refused a query of the backup.
    case refused(reason: any Error)
    /// The connection was lost before COMMIT.
    case connectionLost(reason: any Error)
    /// The connection was lost between COMMIT and its answer, and the outcome could not be found out.
    case outcomeUnknown(reason: any Error)
    /// A signal or a cancellation ended it.
    case interrupted(String)

    /// The text of the description.
    package var shown: ShownText {
        switch self {
        case .fileExists(let path):
            "\(path) is there already: choose another name, or give --force to replace it"
        case .notReplaceable(let path):
            "\(path) is there already and no plain file but a directory, a link or a device: choose another name"
        case .fileInUse(let path):
            "another backup writes to \(path) at this moment: wait for it, or choose another name"
        case .file(let action, let path, let number):
            "\(path) cannot be \(action): \(SystemError(code: number))"
        case .notABackup(let path):
            """
            \(path) is no backup: a restore takes what a backup wrote; give other SQL to psql. \
            Nothing was changed.
            """
        case .incomplete(let path):
            """
            \(path) is not complete, as its last line is not the one with its checksum: it was cut off while it was copied, \
            the disk was full, or something was put behind it. Take another copy. Nothing was changed.
            """
        case .altered(let path, let how):
            """
            \(path) is not as it was written (\(how)): it was altered or damaged. Take another copy, or give what you have \
            altered yourself to psql. Nothing was changed.
            """
        case .unknownFormat(let path):
            "\(path) was written in a format that this program does not know: use a newer version of it, or psql"
        case .unsupported(let objects, let schema):
            """
            the schema \(schema) holds what a backup does not cover, and nothing is to be left out silently:
            \(lines: objects)
            Move it to another schema, or take the backup by pg_dump.
            """
        case .lacking(let sentences):
            """
            the backup would lack what its objects need, and could not be restored:
            \(lines: sentences)
            Take the schema that this is in along (--schema NAME for each schema), or say that it is there where the backup is \
            restored (--expect NAME). What is in no schema, as a language or an access method, is not held unless an extension \
            brings it: take the backup by pg_dump then.
            """
        case .missingSchemas(let names):
            "there is no schema \(names.joined(separator: ", ")) in this database, or no right to use it"
        case .dependencyCycle(let objects):
            """
            these depend on each other in a cycle, so that none can be created first: \(objects.joined(separator: ", ")). Take \
            the backup by pg_dump.
            """
        case .schemaKeepsChanging:
            "tables are made or dropped all the time, so that no moment could be found to begin: wait for the migration"
        case .noSchema:
            """
            the role has no schema to work in (current_schema() is null): grant it USAGE on the schema public, or set its \
            search_path
            """
        case .schemaMismatch(let backup, let here):
            """
            the backup is of the schema \(backup), where it goes again, and the default schema here is \(here). Nothing was \
            changed. Set the role's search_path to the backup's schema (ALTER ROLE … SET search_path), or restore it by psql.
            """
        case .notEmpty(let schema, let examples, let count):
            """
            the schema \(schema) is not empty: it holds \(count) \(count == 1 ? "object" : "objects") \
            (\(examples.joined(separator: ", "))\(count > examples.count ? ", …" : "")). Nothing was changed. Give --replace to \
            drop all of it and put the backup in its place.
            """
        case .hasDependents(let objects):
            """
            what is to be dropped is used from other schemas, which are not ours:
            \(lines: objects)
            Nothing was changed. Drop that first.
            """
        case .migrationInProgress:
            "a migration, a restore or a reset is under way in this database: try again when it is over"
        case .notRestorable(let reason):
            """
            the backup was taken, but could not be restored into the scratch database, so no file was written:
            \(error: reason)
            """
        case .notSame(let differences):
            """
            the backup was taken and restored into the scratch database, but what is there is not the same, so no file was \
            written:
            \(lines: Array(differences.prefix(40)))\(differences.count > 40 ? "\n…" : "")
            """
        case .rowCountMismatch(let table, let expected, let found):
            """
            \(table) has \(found) rows after the restore, and the file says \(expected): everything was rolled back, nothing \
            was changed
            """
        case .unsafeText(let part, let problem):
            """
            \(part): what the server says of it cannot stand in a backup (\(problem)): no file was written. \
            Somebody may have changed the server to say so; do not trust it.
            """
        case .tooLong(let part):
            "\(part): its text is longer than 64 MiB, and a restore would not read it: no file was written. Use pg_dump."
        case .unsafeRows(let table):
            """
            \(table): its rows came in a form in which no server sends them, which could end the data and let \
            commands follow: no file was written. Somebody may have changed the server to send them so; do not trust it.
            """
        case .unsafePart(let path, let part, let problem):
            """
            \(path) is none that a backup wrote, whatever its checksum says: its part \(part) holds \
            \(problem). Nothing was changed.
            """
        case .transactionEnded(let part, let reason):
            """
            \(part): something in the file ended the transaction that was to hold all of it, so what came before \
            is committed, and what came after may be: look into the database, and do not trust the file.\
            \(Self.below(reason))
            """
        case .failed(let part, let reason):
            """
            \(part): the server refused this part of the backup, and all of it was rolled back: nothing was changed.
            \(error: reason)\(Self.advice(for: reason))
            """
        case .refused(let reason):
            "\(error: reason)\(Self.advice(for: reason))"
        case .connectionLost(let reason):
            """
            the connection was lost before COMMIT, so the server rolls everything back: nothing was changed.
            \(error: reason)
            """
        case .outcomeUnknown(let reason):
            """
            the connection was lost at COMMIT, and the server could not be asked what became of it: either all is restored, or \
            nothing was changed. Look into the database.
            \(error: reason)
            """
        case .interrupted(let what):
            "interrupted: \(what)"
        }
    }

    private static func below(_ reason: (any Error)?) -> ShownText { reason.map { "\n\(error: $0)" } ?? "" }

    private static func advice(for reason: any Error) -> ShownText {
        guard case PostgresError.server(let error) = reason else { return "" }
        let text: ShownText? =
            switch error.sqlState {
            case .lockNotAvailable:
                "Another session uses the table: stop the program that does, or try again when its transaction has ended."
            case .undefinedObject where error.message.starts(withBytesOf: "role "):
                "Make the role first, as the backup's row security names it: CREATE ROLE … NOLOGIN."
            case .undefinedObject, .undefinedFunction, .undefinedTable, .invalidSchemaName:
                "The backup expects what is not here: make what it uses from others first (schemas that --expect named, extensions)."
            case .insufficientPrivilege where error.message.contains(bytesOf: "row-level security"):
                "The role does not see all rows, so the backup would lack some: use the tables' owner, or a role with BYPASSRLS."
            case .foreignKeyViolation:
                "The table refers to rows of another schema, which are not in the backup: put them there first."
            case .readOnlySqlTransaction:
                "The server is a standby, or the role or the database is set to read only, as Supabase does when the disk is full."
            case .insufficientPrivilege:
                "Use the role that owns the tables; on Supabase that is postgres."
            default: nil
            }
        return text.map { "\n\($0)" } ?? ""
    }
}
