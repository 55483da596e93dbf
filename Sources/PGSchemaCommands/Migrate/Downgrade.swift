#if SchemaCommands
import ArgumentParser
import PGSchemaMigrations
import PGWire

extension MigrateCommand {
    /// `migrate downgrade [-N|REV|base]`
    struct Downgrade: AsyncParsableCommand {
        static var configuration: CommandConfiguration {
            CommandConfiguration(
                abstract: "Take back the revisions down to a target, all in one transaction.")
        }

        @Argument(help: "-N, a revision or the beginning of one, or base; with --sql FROM:TO.")
        var target = "-1"
        @OptionGroup var moving: Moving
        @OptionGroup var options: Options

        func run() async throws { try await moving.run(.downgrade, to: target, options) }
    }
}
#endif
