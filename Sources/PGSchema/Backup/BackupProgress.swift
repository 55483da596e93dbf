/// The progress of a backup or a restore.
public struct BackupProgress: Sendable {
    /// The current work: a table's name, or an activity.
    public let stage: String
    /// The progress of that, for people: `350000 rows`.
    public let detail: String
    /// The share of the whole that is done, from 0 to 1; nil when it is not known.
    public let fraction: Double?

    /// Is called with the progress, possibly many times a second.
    public typealias Handler = @Sendable (BackupProgress) -> Void
}
