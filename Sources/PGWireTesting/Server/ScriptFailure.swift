/// A client did not do what a script expects of it.
public struct ScriptFailure: Error, Sendable, CustomStringConvertible {
    /// What was expected and what came; where several scripts ran, with the connection and the step.
    public let description: String
    /// Whether it is only that the server was stopped meanwhile.
    let isStop: Bool

    /// A failure that a script of one's own reports.
    public init(_ description: String) { self.init(description, isStop: false) }

    init(_ description: String, isStop: Bool) {
        self.description = description
        self.isStop = isStop
    }
}
