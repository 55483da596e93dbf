#if SchemaCommands
public import ArgumentParser
import PGSchemaBackup
import PGSchemaCatalog
import PGSchemaLint
import PGSchemaReports
import PGSchemaSQL
import PGWire

/// `backup FILE`: writes the default schema with all rows into a file of SQL.
public struct BackupCommand<Project: SchemaProject>: AsyncParsableCommand {
    /// The name and the help.
    public static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "backup", abstract: "Write the default schema with all rows into a file of SQL.",
            discussion: """
                The file holds the state of one moment, while others go on writing. `\(Project.restoreCommand)` restores it, and so does \
                `psql -X -v ON_ERROR_STOP=1 -f FILE`. It appears under its name only when it is complete.
                """)
    }

    @Argument(help: "The file; compressed if it ends in .gz; - for standard output.")
    var file: String
    @Flag(help: "Compress by gzip, whatever the name.")
    var compress = false
    @Flag(help: "Replace a file of that name.")
    var force = false
    @Flag(
        help: """
            Restore it into a throwaway PostgreSQL of the same version before the file gets its name, and compare: each object, \
            and the number and a checksum of each table's rows.
            """)
    var verify = false
    @Option(
        help: """
            With --verify: an empty database to restore into instead, as postgres://ROLE@HOST/NAME, that the role owns; no \
            pooler. It is emptied again. The password is that of SCRATCH_PASSWORD.
            """)
    var scratchUrl: String?
    @Option(name: .customLong("schema"), help: "Another schema than the default one; may be given more than once.")
    var schemas: [String] = []
    @Option(
        name: .customLong("expect"),
        help:
            "A schema that is there where the backup is restored, as auth is at Supabase; may be given more than once.")
    var expected: [String] = []
    @Flag(help: "Keep the owner of each object. Those roles must be there at the restore.")
    var owners = false
    @Flag(help: "Take the database's large objects along, too.")
    var largeObjects = false
    @Flag(help: "Show no progress.")
    var quiet = false

    /// Checks the arguments.
    public func validate() throws {
        guard !file.isEmpty else { throw ValidationError("the file's name is empty") }
        guard verify || scratchUrl == nil else { throw ValidationError("--scratch-url is for --verify") }
        guard !(verify && file == "-") else {
            throw ValidationError("--verify needs a file, which it restores before it gets its name")
        }
    }

    /// A command for the parser to fill.
    public init() {}

    /// Runs the command.
    ///
    /// - Throws: ``/PGSchemaBackup/BackupError``, `PostgresError`, or what the project throws.
    public func run() async throws {
        let isToOutput = file == "-"
        let (file, compress, force, quiet, verify) = (file, compress, force, quiet, verify)
        let provided = try scratchUrl.map { try ScratchURL<Project>.configuration($0) }
        let (schemas, expected, owners, largeObjects) = (schemas, expected, owners, largeObjects)
        let summary = try await Project.withDatabase { database in
            let configuration = database.configuration
            let display = ProgressDisplay(isQuiet: quiet)
            defer { display.end() }
            return try await cancellingOnSignal("no backup was written") {
                var backup = Backup(
                    configuration, path: isToOutput ? nil : file, progress: display.show)
                backup.isCompressed = compress || file.ends(withBytesOf: ".gz")
                backup.replaces = force
                backup.program = Project.commandName
                backup.restoreCommand = Project.restoreCommand
                backup.versionTable = Project.versionTable
                (backup.schemas, backup.expectedSchemas, backup.keepsOwners) = (schemas, expected, owners)
                backup.includesLargeObjects = largeObjects
                guard verify else { return try await backup.run() }
                let major = try await Connection.withConnection(configuration) { try await $0.serverMajor }
                return try await ScratchURL<Project>.mappingFailures { [backup] in
                    try await ScratchDatabase.with(provided, major: major) { scratch in
                        var backup = backup
                        backup.verification = BackupVerification(scratch: scratch, isThrowaway: provided == nil)
                        return try await backup.run()
                    }
                }
            }
        }
        for note in summary.notes { Console.problem("warning: \(note)") }
        let say = isToOutput ? Console.problem : Console.print
        if !(isToOutput && quiet) {
            say(
                """
                \(file): \(contents(tables: summary.tables, rows: Int64(summary.rows))), \
                revision \(summary.revision ?? "none"), \(ByteCount(summary.bytes)) of SQL\
                \(verify ? "; restored elsewhere, and the same there" : "")
                """)
        }
    }
}
#endif
