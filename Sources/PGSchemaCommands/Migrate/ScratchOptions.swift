#if SchemaCommands
import ArgumentParser
import PGSchema
import PGSchemaLint
import PGSchemaReports
import PGWire

extension MigrateCommand {
    /// The options of commands that need a scratch database.
    struct ScratchOptions: ParsableArguments {
        @Option(
            help:
                """
                An empty database to use, as postgres://ROLE@HOST/NAME, that the role owns; no pooler. It is emptied again \
                afterwards. The password is that of SCRATCH_PASSWORD.
                """)
        var scratchUrl: String?
        @Option(
            help: "The major version of the throwaway PostgreSQL, such as 17; the best that is installed unless given.")
        var postgres: Int?

        /// Runs `body` on a scratch database, which is emptied afterwards, also after a signal.
        func with<R: Sendable>(_ body: @escaping @Sendable (Connection.Configuration) async throws -> R) async throws
            -> R
        {
            let provided = try scratchUrl.map { try ScratchURL<Project>.configuration($0) }
            let major = postgres
            return try await cancellingOnSignal("the scratch database was emptied again") {
                try await ScratchURL<Project>.mappingFailures {
                    try await ScratchDatabase.with(provided, major: major, body)
                }
            }
        }
    }
}
#endif
