/// All problems of a connection string or of a configuration.
public struct ConfigurationError: Error, Sendable, Equatable, CustomStringConvertible {
    /// One sentence for each problem, with the parameter. Secret values are not quoted.
    public var problems: [String]

    /// An error with these problems.
    public init(problems: [String]) { self.problems = problems }

    /// The problems, separated by semicolons.
    public var description: String { problems.map(\.escapingControls).joined(separator: "; ") }
}
