#if SchemaCommands
public import ArgumentParser
import PGSchemaBackup
import PGSchemaReports
import PGWire

/// `restore FILE`
public struct RestoreCommand<Project: SchemaProject>: AsyncParsableCommand {
    /// Its name and help.
    public static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "restore", abstract: "Restore what backup wrote: all of it or nothing.",
            discussion: """
                The whole file is read and checked before anything is touched. The default schema must be empty, unless \
                --replace is given.
                """)
    }

    @Argument(help: "The file.")
    var file: String
    @Flag(help: "Drop all that the default schema holds, in the same transaction.")
    var replace = false
    @Flag(help: "Show no progress.")
    var quiet = false

    /// Checks the arguments.
    public func validate() throws {
        guard !file.isEmpty else { throw ValidationError("the file's name is empty") }
        guard file != "-" else {
            throw ValidationError(
                "a restore reads its file twice, first to check it: save standard input to a file first")
        }
    }

    /// As the parser makes it.
    public init() {}

    /// Runs it.
    public func run() async throws {
        let (file, replace, quiet) = (file, replace, quiet)
        let summary = try await Project.withDatabase { database in
            let configuration = database.configuration
            let display = ProgressDisplay(isQuiet: quiet)
            defer { display.end() }
            return try await cancellingOnSignal("everything was rolled back, nothing was changed") {
                var restore = Restore(configuration, path: file, progress: display.show)
                restore.replaces = replace
                restore.versionTable = Project.versionTable
                restore.versionTable = Project.versionTable
                return try await restore.run()
            }
        }
        for note in summary.notes { Console.problem("warning: \(note)") }
        Console.print(
            """
            \(file): restored \(contents(tables: summary.tables, rows: summary.rows)), \
            revision \(summary.revision ?? "none")
            """)
    }
}
#endif
