/// What somebody sent by `NOTIFY` or `pg_notify` (manual: NOTIFY).
public struct PostgresNotification: Sendable, Hashable {
    /// The channel, as it is without quotes.
    public var channel: SQLIdentifier
    /// The text that was sent along; empty when there was none. What is no UTF-8, which a database whose encoding is
    /// `SQL_ASCII` lets pass, has U+FFFD in its place.
    public var payload: String
    /// The server process of the sender, see ``Connection/backendProcessID``: by it one's own are known.
    public var processID: Int32

    /// A notification of these values.
    public init(channel: SQLIdentifier, payload: String, processID: Int32) {
        self.channel = channel
        self.payload = payload
        self.processID = processID
    }

    /// Compares the bytes: to the server, two texts that look the same may be two.
    public static func == (left: PostgresNotification, right: PostgresNotification) -> Bool {
        left.processID == right.processID && left.channel == right.channel
            && left.payload.hasSameBytes(as: right.payload)
    }

    /// Hashes the bytes.
    public func hash(into hasher: inout Hasher) {
        hasher.combine(channel)
        payload.hashBytes(into: &hasher)
    }
}
