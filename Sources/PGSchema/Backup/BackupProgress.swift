/// How far a backup or a restore has come.
public struct BackupProgress: Sendable {
    /// What is worked on: a table's name, or what is done.
    public let stage: String
    /// How far that is, for people: `350000 rows`.
    public let detail: String
    /// The share of the whole that is done, from 0 to 1; nil when it is not known.
    public let fraction: Double?

    /// Is told of progress, many times a second; whoever shows it leaves out what is too much.
    public typealias Handler = @Sendable (BackupProgress) -> Void
}
