/// The peer sent what the protocol does not allow. The connection is closed, as nothing it says after that can be trusted.
public struct ProtocolViolation: Error, Sendable, Hashable, CustomStringConvertible {
    /// What was wrong, with the message's type where there is one.
    public var description: String

    package init(_ description: String) { self.description = description }
}
