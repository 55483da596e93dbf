#if SchemaCommands
import PGSchemaReports
import PGSchemaMigrations
public import ArgumentParser
import PGWire

/// `migrate …`: the schema's revisions, in Alembic's words.
public struct MigrateCommand<Project: SchemaProject>: AsyncParsableCommand {
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

    public init() {}

    public func run() throws {
        throw ValidationError("say what to do, for example: \(Project.commandName) migrate upgrade")
    }
}
#endif
