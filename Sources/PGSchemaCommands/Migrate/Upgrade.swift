#if SchemaCommands
import ArgumentParser
import PGSchemaMigrations
import PGWire

extension MigrateCommand {
    /// `migrate upgrade [head|REV|+N]`
    struct Upgrade: AsyncParsableCommand {
        static var configuration: CommandConfiguration {
            CommandConfiguration(
                abstract: "Apply the revisions up to a target, all in one transaction.")
        }

        @Argument(help: "head, heads, a revision or the beginning of one, or +N; with --sql also FROM:TO.")
        var target = "head"
        @OptionGroup var moving: Moving
        @OptionGroup var options: Options

        func run() async throws { try await moving.run(.upgrade, to: target, options) }
    }
}
#endif
