/// The peer sent what the protocol does not allow. The connection is closed, as nothing it says after that can be trusted.
public struct ProtocolViolation: Error, Sendable, Hashable, CustomStringConvertible {
    /// What was wrong, with the message's type where there is one.
    public var description: String

    /// More of it than this is nobody's sentence, but a peer's text in one.
    private static let maximumLength = 1000

    package init(_ description: String) {
        self.description = String(description.prefix(Self.maximumLength)).escapingControls
    }
}
