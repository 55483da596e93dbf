#if SchemaCommands
import ArgumentParser
import PGSchemaCommands

/// `pgschema`: migrations, lint, backup and restore for any project, without any Swift.
@main
struct PGSchemaProgram: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "pgschema",
        abstract: "Migrate a PostgreSQL database by files of SQL, lint them, back up and restore.",
        discussion: """
            The database is the one that DATABASE_URL names, as postgres://USER:PASSWORD@HOST/NAME. The revisions are the \
            .sql files of ./migrations, or of --directory. A database keeps its revision in the table schema_version, or in \
            the one that PGSCHEMA_VERSION_TABLE names, such as alembic_version.
            """,
        subcommands: [
            MigrateCommand<EnvironmentProject>.self, BackupCommand<EnvironmentProject>.self,
            RestoreCommand<EnvironmentProject>.self,
        ])

    func run() throws { throw ValidationError("say what to do, for example: pgschema migrate upgrade") }

    static func main() async { await CommandLineProgram.run(Self.self, name: "pgschema") }
}
#else
@main
struct BuiltWithoutTrait {
    static func main() {
        print("pgschema was built without its packages: use `swift build --traits SchemaCommands --product pgschema`.")
    }
}
#endif
