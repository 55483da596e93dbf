#if SchemaCommands
public import ArgumentParser
import PGSchemaBackup
import PGSchemaReports
import PGSchemaSQL
import PGWire

/// `backup FILE`
public struct BackupCommand<Project: SchemaProject>: AsyncParsableCommand {
    /// Its name and help.
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
    @Flag(help: "Show no progress.")
    var quiet = false

    /// Checks the arguments.
    public func validate() throws {
        guard !file.isEmpty else { throw ValidationError("the file's name is empty") }
    }

    /// As the parser makes it.
    public init() {}

    /// Runs it.
    public func run() async throws {
        let isToOutput = file == "-"
        let (file, compress, force, quiet) = (file, compress, force, quiet)
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
                return try await backup.run()
            }
        }
        for note in summary.notes { Console.problem("warning: \(note)") }
        let say = isToOutput ? Console.problem : Console.print
        if !(isToOutput && quiet) {
            say(
                """
                \(file): \(contents(tables: summary.tables, rows: Int64(summary.rows))), \
                revision \(summary.revision ?? "none"), \(ByteCount(summary.bytes)) of SQL
                """)
        }
    }
}
#endif
