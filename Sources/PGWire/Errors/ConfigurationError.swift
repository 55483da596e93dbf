/// Everything that is wrong with a connection string, or with values that were to make a configuration.
public struct ConfigurationError: Error, Sendable, Equatable, CustomStringConvertible {
    /// Each problem as one sentence that names the parameter; a value only where it is no secret.
    public var problems: [String]

    /// An error with these problems.
    public init(problems: [String]) { self.problems = problems }

    /// The problems, separated by semicolons.
    public var description: String { problems.map(\.escapingControls).joined(separator: "; ") }
}
