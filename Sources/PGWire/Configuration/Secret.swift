/// Text that must not be shown, such as a password: its descriptions are asterisks.
public struct Secret: Sendable, Hashable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// The text itself.
    public let value: String

    /// A secret with this text.
    public init(_ value: String) { self.value = value }

    /// `***`, whatever the text.
    public var description: String { "***" }
    /// `***`, whatever the text.
    public var debugDescription: String { "***" }
    /// Without children, so that `dump` does not show the text.
    public var customMirror: Mirror { Mirror(self, children: []) }
}
