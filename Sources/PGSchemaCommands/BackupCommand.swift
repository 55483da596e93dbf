import PGSchemaSQL
import PGSchemaReports
import PGSchemaBackup
import ArgumentParser
import PGWire

extension DatabaseCommand {
    /// `db backup FILE`
    struct BackupCommand: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "backup", abstract: "Write the default schema with all rows into a file of SQL.",
            discussion: """
                The file holds the state of one moment, while others go on writing. `db restore` restores it, and so does \
                `psql -X -v ON_ERROR_STOP=1 -f FILE`. It appears under its name only when it is complete.
                """)

        @Argument(help: "The file; compressed if it ends in .gz; - for standard output.")
        var file: String
        @Flag(help: "Compress by gzip, whatever the name.")
        var compress = false
        @Flag(help: "Replace a file of that name.")
        var force = false
        @Flag(help: "Show no progress.")
        var quiet = false

        func validate() throws {
            guard !file.isEmpty else { throw ValidationError("the file's name is empty") }
        }

        func run() async throws {
            let settings = try Settings.ofProcess()
            let isToOutput = file == "-"
            let (file, compress, force, quiet) = (file, compress, force, quiet)
            let summary = try await Database.with(settings) { database in
                let configuration = database.configuration
                return try await cancellingOnSignal("no backup was written") {
                    var backup = Backup(
                        configuration, path: isToOutput ? nil : file, progress: ProgressDisplay(isQuiet: quiet))
                    backup.isCompressed = compress || file.ends(withBytesOf: ".gz")
                    backup.replaces = force
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

    /// `db restore FILE`
    struct RestoreCommand: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "restore", abstract: "Restore what db backup wrote: all of it or nothing.",
            discussion: """
                The whole file is read and checked before anything is touched. The default schema must be empty, unless \
                --replace is given.
                """)

        @Argument(help: "The file.")
        var file: String
        @Flag(help: "Drop all that the default schema holds, in the same transaction.")
        var replace = false
        @Flag(help: "Show no progress.")
        var quiet = false

        func validate() throws {
            guard !file.isEmpty else { throw ValidationError("the file's name is empty") }
            guard file != "-" else {
                throw ValidationError(
                    "a restore reads its file twice, first to check it: save standard input to a file first")
            }
        }

        func run() async throws {
            let settings = try Settings.ofProcess()
            let (file, replace, quiet) = (file, replace, quiet)
            let summary = try await Database.with(settings) { database in
                let configuration = database.configuration
                return try await cancellingOnSignal("everything was rolled back, nothing was changed") {
                    var restore = Restore(configuration, path: file, progress: ProgressDisplay(isQuiet: quiet))
                    restore.replaces = replace
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
}

/// `5 tables, 1 row`
private func contents(tables: Int, rows: Int64) -> ShownText {
    "\(tables) \(tables == 1 ? "table" : "tables"), \(rows) \(rows == 1 ? "row" : "rows")"
}
