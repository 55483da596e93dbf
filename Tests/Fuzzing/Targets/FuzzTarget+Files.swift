import PGSchemaBackup
import PGSchemaMigrations
import PGSchemaReports
import PGSchemaSQL
import PGWire
import PGWireTesting

#if canImport(Darwin)
import Darwin
#else
import Glibc
#endif

/// SQL, revisions and backups.
extension FuzzTarget {
    private static let revisions = ["../Sources/ScribeApp/Schema/Revisions"].flatMap { Fixtures.files($0) }.map {
        Fixtures.text($0)
    }

    static let sql = FuzzTarget.text(
        "sql",
        seeds: {
            revisions + [
                "CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT CASE WHEN true THEN 1 END; END; SELECT 'a;''b', $x$;$x$",
                "DO $$BEGIN EXECUTE 'DROP TABLE t'; END$$; /* a /* b */ c */ SELECT E'\\'', U&\"a\" -- x\n;",
                "ALTER TABLE a.b ADD COLUMN c int DEFAULT 1, DROP CONSTRAINT IF EXISTS d CASCADE;",
                "COPY t (a) FROM STDIN (FORMAT binary); CREATE RULE r AS ON INSERT TO t DO (SELECT 1; SELECT 2)",
            ]
        }
    ) { text throws(FuzzProblem) in
        for statement in StatementSplitter.parts(of: text).flatMap(\.statements) {
            guard !statement.text.isEmpty else { throw FuzzProblem("an empty statement") }
            _ = SQLCommand.all(in: statement.text)
            _ = NonTransactionalStatement(statement.text)
        }
        let sql = SQL(raw: text)
        _ = (sql.onlyReads(backslashesAreText: true), sql.onlyReads(backslashesAreText: false), sql.needsOwnBatch)
        do throws(BackupError.UnsafeText) { try BackupText.check(text) } catch {}
    }

    static let revision = FuzzTarget.text("revision", longest: 4096, seeds: { revisions }) { text throws(FuzzProblem) in
        let revision: Revision
        do throws(MigrationError) {
            revision = try RevisionFile.parse(text, name: "f.sql")
        } catch {
            return try FuzzedSession.check(text: error.description)
        }
        guard Revision.isID(revision.id) else { throw FuzzProblem("a revision has the identifier \(revision.id)") }
    }

    /// A backup, whose checksum is put right, as one would who changes it on purpose; behind a byte that is odd where it is not.
    static let backup = FuzzTarget("backup", longest: 4096, seeds: { [[0] + backupSample, [1] + backupSample] }) {
        input throws(FuzzProblem) in
        var file = Array(input.dropFirst())
        if let first = input.first, first & 1 == 0 { file += BackupFormat.checksumLine(of: file).utf8 }
        try MemoryFile.shared.hold(file)
        do {
            try Restore(backupConfiguration, path: MemoryFile.shared.path).check()
        } catch let error as BackupError {
            try FuzzedSession.check(text: error.description)
        } catch {
            throw FuzzProblem("a backup file is refused by \(error)")
        }
    }

    private static let backupConfiguration = Connection.Configuration(host: "localhost", user: "fuzz")

    private static let backupSample = Array(
        """
        -- pgschema backup, format 1
        -- schema   public

        \\restrict 0123

        --@ begin 8 transaction
        BEGIN;

        --@ sql 28 TABLE public.player
        CREATE TABLE p (id bigint);

        --@ copy 30 public.player
        COPY p (id, name) FROM stdin;
        1\tAda
        \\N\t\\\\.
        \\.
        --@ rows 2 public.player
        --@ commit 8 transaction
        COMMIT;
        \\unrestrict 0123

        """.utf8)
}

extension BackupFormat {
    /// The last line of a backup.
    fileprivate static func checksumLine(of bytes: [UInt8]) -> String {
        var hash = SHA256()
        hash.update(bytes)
        let digits = Array("0123456789abcdef".utf8)
        let text = String(
            decoding: hash.finalize().flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
        return "-- sha256 \(text)\n"
    }
}

/// A file that is in memory alone where the system has such files.
private final class MemoryFile: Sendable {
    static let shared = MemoryFile()
    let path: String
    private let descriptor: CInt

    private init() {
        #if canImport(Darwin)
        path = "/tmp/pgwire-fuzz-\(getpid())"
        descriptor = open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        #else
        var name = Array("/dev/shm/pgwire-fuzz-XXXXXX".utf8CString)
        descriptor = mkstemp(&name)
        unlink(name)
        path = "/proc/self/fd/\(descriptor)"
        #endif
    }

    func hold(_ bytes: [UInt8]) throws(FuzzProblem) {
        guard ftruncate(descriptor, 0) == 0, pwrite(descriptor, bytes, bytes.count, 0) == bytes.count else {
            throw FuzzProblem("the input cannot be written: \(String(cString: strerror(errno)))")
        }
    }
}
