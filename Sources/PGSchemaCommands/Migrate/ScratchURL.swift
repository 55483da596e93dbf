import PGSchemaLint
import PGSchemaReports
import PGWire

/// The value of `--scratch-url`, and errors that name that option.
enum ScratchURL<Project: SchemaProject> {
    /// The database, with the project's password for it.
    ///
    /// - Throws: ``ScratchURLProblem``, or what the project's settings throw.
    static func configuration(_ url: String) throws -> Connection.Configuration {
        var configuration: Connection.Configuration
        do { configuration = try Connection.Configuration(url) } catch {
            throw ScratchURLProblem(shown: "\(error: error)")
        }
        guard configuration.password == nil else {
            throw ScratchURLProblem(
                shown: """
                    every user of this machine sees the arguments of a program: leave the password out, and put \
                    it into SCRATCH_PASSWORD, in the environment or in .env
                    """)
        }
        configuration.password = try Project.scratchPassword()
        return configuration
    }

    /// Runs `body`, and maps problems with a scratch database to problems with the option.
    static func mappingFailures<R>(_ body: () async throws -> R) async throws -> R {
        do {
            return try await body()
        } catch let error as ScratchDatabase.Failure {
            switch error {
            case .noServer(let reason):
                throw ScratchURLProblem(
                    option: nil, shown: "\(error: reason)\nOr give an empty database by --scratch-url.")
            case .login(let reason):
                throw ScratchURLProblem(
                    shown: """
                        \(error: reason)
                        Its password is that of SCRATCH_PASSWORD, in the environment or in .env.
                        """)
            default: throw ScratchURLProblem(shown: error.detail)
            }
        }
    }
}

/// Why the scratch database cannot be used, or why there is none without the option.
struct ScratchURLProblem: ShownError {
    let shown: ShownText

    init(option: ShownText? = "--scratch-url: ", shown: ShownText) {
        self.shown = option.map { $0 + shown } ?? shown
    }
}
