#if SchemaCommands
public import ArgumentParser
import PGSchemaMigrations
import PGSchemaReports
import PGWire

/// `migrate …`: the revisions of the schema. Subcommands and output are like Alembic's.
public struct MigrateCommand<Project: SchemaProject>: AsyncParsableCommand {
    /// The name and the help.
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

    /// A command for the parser to fill.
    public init() {}

    /// Throws an error that asks for a subcommand.
    public func run() throws {
        throw ValidationError("say what to do, for example: \(Project.commandName) migrate upgrade")
    }
}
#endif
