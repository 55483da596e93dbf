/// A table's lock (manual: "Table-Level Locks"), weakest first.
public enum LockMode: Int, Sendable, Comparable, CaseIterable, CustomStringConvertible {
    case accessShare = 1
    case rowShare, rowExclusive, shareUpdateExclusive, share, shareRowExclusive, exclusive, accessExclusive

    /// The mode as `pg_locks` spells it, `AccessExclusiveLock`.
    public init?(catalogName name: String) {
        guard let mode = Self.allCases.first(where: { $0.catalogName == name }) else { return nil }
        self = mode
    }

    public static func < (left: LockMode, right: LockMode) -> Bool { left.rawValue < right.rawValue }

    /// As `pg_locks.mode` has it: `AccessExclusiveLock`.
    public var catalogName: String {
        switch self {
        case .accessShare: "AccessShareLock"
        case .rowShare: "RowShareLock"
        case .rowExclusive: "RowExclusiveLock"
        case .shareUpdateExclusive: "ShareUpdateExclusiveLock"
        case .share: "ShareLock"
        case .shareRowExclusive: "ShareRowExclusiveLock"
        case .exclusive: "ExclusiveLock"
        case .accessExclusive: "AccessExclusiveLock"
        }
    }

    /// As LOCK TABLE spells it.
    public var description: String {
        switch self {
        case .accessShare: "ACCESS SHARE"
        case .rowShare: "ROW SHARE"
        case .rowExclusive: "ROW EXCLUSIVE"
        case .shareUpdateExclusive: "SHARE UPDATE EXCLUSIVE"
        case .share: "SHARE"
        case .shareRowExclusive: "SHARE ROW EXCLUSIVE"
        case .exclusive: "EXCLUSIVE"
        case .accessExclusive: "ACCESS EXCLUSIVE"
        }
    }

    /// What other sessions cannot do meanwhile.
    public var blocks: String {
        switch self {
        case .accessShare, .rowShare: "blocks neither reads nor writes"
        case .rowExclusive: "blocks neither reads nor writes, only index builds"
        case .shareUpdateExclusive: "blocks neither reads nor writes, only VACUUM and schema changes"
        case .share, .shareRowExclusive: "blocks writes"
        case .exclusive: "blocks writes and SELECT … FOR UPDATE"
        case .accessExclusive: "blocks reads and writes"
        }
    }
}
