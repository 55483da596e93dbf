/// Text that must not be seen: whatever prints it, prints asterisks.
public struct Secret: Sendable, Hashable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// The text itself.
    public let value: String

    /// Hides `value`.
    public init(_ value: String) { self.value = value }

    /// `***`, whatever the text.
    public var description: String { "***" }
    /// `***`, whatever the text.
    public var debugDescription: String { "***" }
    /// Nothing, so that `dump` shows nothing either.
    public var customMirror: Mirror { Mirror(self, children: []) }
}
