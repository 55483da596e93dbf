/// A promise that was not kept: what a peer or a file says ends in a result or in an error of the right kind, within bounded memory
/// and time, and is the same however it was cut into pieces.
public struct FuzzProblem: Error, Sendable, CustomStringConvertible {
    /// What happened instead.
    public var description: String

    package init(_ description: String) { self.description = description }
}
