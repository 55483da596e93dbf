#if SchemaCommands
public import ArgumentParser
import PGSchemaMigrations
import PGSchemaReports
import PGWire

/// `migrate …`: the schema's revisions, in Alembic's words.
public struct MigrateCommand<Project: SchemaProject>: AsyncParsableCommand {
    /// Its name and help.
    public static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "migrate", abstract: "Move the database's schema to another revision, or tell where it is.",
            subcommands: [
                Upgrade.self, Downgrade.self, Stamp.self, Current.self, History.self, Heads.self, Branches.self,
                Show.self,
                Check.self, NewRevision.self, Merge.self, Lint.self,
                Test.self,
            ])
    }

    /// As the parser makes it.
    public init() {}

    /// Runs it.
    public func run() throws {
        throw ValidationError("say what to do, for example: \(Project.commandName) migrate upgrade")
    }
}
#endif
