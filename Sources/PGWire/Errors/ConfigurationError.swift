/// All problems of a connection string or of a configuration.
public struct ConfigurationError: Error, Sendable, Equatable, CustomStringConvertible {
    /// One sentence for each problem, with the parameter. Secret values are not quoted.
    public var problems: [String]

    /// An error with these problems.
    public init(problems: [String]) { self.problems = problems }

    /// The problems, separated by semicolons; of very many the first.
    public var description: String {
        let shown = problems.prefix(20).map(\.escapingControls).joined(separator: "; ")
        return problems.count > 20 ? "\(shown); and \(problems.count - 20) more" : shown
    }
}
