/// The mode of a table lock (manual: "Table-Level Locks"), weakest first.
public enum LockMode: Int, Sendable, Comparable, CaseIterable, CustomStringConvertible {
    /// `ACCESS SHARE`, as SELECT takes it.
    case accessShare = 1
    /// `ROW SHARE`, as SELECT FOR UPDATE takes it.
    case rowShare
    /// `ROW EXCLUSIVE`, as INSERT, UPDATE, DELETE and MERGE take it.
    case rowExclusive
    /// `SHARE UPDATE EXCLUSIVE`, as VACUUM, ANALYZE and CREATE INDEX CONCURRENTLY take it.
    case shareUpdateExclusive
    /// `SHARE`, as CREATE INDEX takes it.
    case share
    /// `SHARE ROW EXCLUSIVE`, as CREATE TRIGGER and ADD FOREIGN KEY take it.
    case shareRowExclusive
    /// `EXCLUSIVE`, as REFRESH MATERIALIZED VIEW CONCURRENTLY takes it.
    case exclusive
    /// `ACCESS EXCLUSIVE`, as DROP TABLE, TRUNCATE and most forms of ALTER TABLE take it.
    case accessExclusive

    /// The mode as `pg_locks` spells it, `AccessExclusiveLock`.
    init?(catalogName name: String) {
        guard let mode = Self.allCases.first(where: { $0.catalogName == name }) else { return nil }
        self = mode
    }

    /// Whether `left` is the weaker mode.
    public static func < (left: LockMode, right: LockMode) -> Bool { left.rawValue < right.rawValue }

    /// As `pg_locks.mode` has it: `AccessExclusiveLock`.
    package var catalogName: String {
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

    /// The mode as LOCK TABLE spells it: `ACCESS EXCLUSIVE`.
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

    /// What the lock blocks in other sessions, for people.
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
