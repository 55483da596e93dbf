/// A client did not do what a script expected.
public struct ScriptFailure: Error, Sendable, CustomStringConvertible {
    /// What was expected and what came; with several scripts, also the connection and the step.
    public let description: String
    /// Whether the server was just stopped meanwhile.
    let isStop: Bool

    /// A failure for a script that is code.
    public init(_ description: String) { self.init(description, isStop: false) }

    init(_ description: String, isStop: Bool) {
        self.description = description
        self.isStop = isStop
    }
}
