/// Something that has happened. There may be further cases in later versions: have a `default`.
public enum DatabaseEvent: Sendable {
    /// A step of connecting is done. A failed step is in the error instead.
    case connecting(ConnectionStep)
    /// A connection is closed; at its end there may be statements whose end is told afterwards.
    case closed(ClosedConnection)
    /// A transaction was rolled back because of others and begins anew, after a pause.
    case transactionRetried(ObservedConnection, attempt: Int, pause: Duration, ObservedFailure)
    /// A statement is sent once more, as what the server had prepared was of no use any more, and nothing was carried out.
    case statementRepeated(ObservedStatement, ObservedFailure)
    /// The server was asked to cancel what it does on the connection; how long that took.
    case cancelRequested(ObservedConnection, duration: Duration)
    /// The server has sent a notice or a warning.
    case notice(ObservedConnection, ServerError)
    /// A notification was given to whoever listens. Its text is not told.
    case notification(ObservedConnection, channel: SQLIdentifier)
    /// Notifications were dropped, so many, as nobody has asked for them in time.
    case notificationsDropped(ObservedConnection, count: Int)
    /// A connection that listens was lost.
    case listeningLost(ObservedConnection, ObservedFailure)
    /// Another one listens in its place, so long after.
    case listeningRegained(ObservedConnection, after: Duration)
    /// A connection that replicates was lost.
    case replicationLost(ObservedConnection, ObservedFailure)
    /// Another one streams in its place, so long after.
    case replicationRegained(ObservedConnection, after: Duration)
    /// A pool has opened a connection.
    case poolOpened(ObservedPool)
    /// A pool could not open a connection.
    case poolFailedToOpen(ObservedPool)
    /// A connection was given back after it was in use for so long (OpenTelemetry: `db.client.connection.use_time`).
    case poolReturned(ObservedPool, ObservedConnection?, use: Duration)
    /// A pool has closed a connection.
    case poolClosed(ObservedPool, PoolCloseReason)
}

/// A connection that is closed.
public struct ClosedConnection: Sendable {
    /// The connection.
    public let connection: ObservedConnection
    /// Why: that the client has closed it (``ConnectionError/Reason/closed``), or what has gone wrong.
    public let reason: ObservedFailure
    /// Whether nothing has gone wrong.
    public var isRegular: Bool {
        if case PostgresError.connection(let error) = reason.error { error.reason == .closed } else { false }
    }
    /// How long it was open.
    public let duration: Duration
    /// All bytes that were sent on it, before encryption.
    public let bytesSent: Int
    /// All bytes that came on it, after decryption.
    public let bytesReceived: Int
}
