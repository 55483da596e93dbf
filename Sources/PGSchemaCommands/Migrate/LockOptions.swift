#if SchemaCommands
import ArgumentParser
import PGSchemaMigrations
import PGSchemaReports
import PGWire

extension MigrateCommand {
    /// How long to wait for others.
    struct Locking: ParsableArguments {
        @Option(help: "How many seconds a statement may wait for a lock that another session holds.")
        var lockTimeout = 2.0
        @Option(help: "How often to begin again when a lock could not be had in that time.")
        var lockRetries = 10

        func validate() throws {
            guard lockTimeout >= 0.001, lockTimeout <= 86_400 else {
                throw ValidationError("--lock-timeout must be seconds, from 0.001 to 86400")
            }
            guard lockRetries >= 0 else { throw ValidationError("--lock-retries must be 0 or more") }
        }

        func migrator(_ database: ProjectDatabase, _ graph: RevisionGraph, _ options: Options) -> Migrator {
            var migrator = options.migrator(database, graph)
            migrator.lockTimeout = .milliseconds(Int64(lockTimeout * 1000))
            migrator.lockRetries = lockRetries
            migrator.ownsSession = database.ownsSession
            return migrator
        }
    }
}
#endif
