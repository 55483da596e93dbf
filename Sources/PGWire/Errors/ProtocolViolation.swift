/// The peer sent something that the protocol does not allow. The connection is closed, as no later message can be
/// trusted.
public struct ProtocolViolation: Error, Sendable, Hashable, CustomStringConvertible {
    /// What was wrong, with the message's type where there is one.
    public var description: String

    /// A longer sentence can only quote a text of the peer's.
    private static let maximumLength = 1000

    package init(_ description: String) {
        self.description = String(description.prefix(Self.maximumLength)).escapingControls
    }
}
