/// The name of a replication slot, as the server takes it.
struct SlotName: Sendable {
    let quoted: String

    /// - Throws: ``PostgresError/usage(_:)`` for a name that no slot can have.
    init(_ name: String) throws(PostgresError) {
        let isValid = name.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"): true
            default: false
            }
        }
        guard isValid, (1...63).contains(name.utf8.count) else {
            throw .usage(
                "\"\(name.prefix(100))\" cannot be a replication slot's name: it has 1 to 63 of the characters a to z, 0 to 9 "
                    .escapingControls + "and _")
        }
        quoted = "\"\(name)\""
    }
}

/// How to make a replication slot, see ``ReplicationConnection/createSlot(_:_:)``.
public struct ReplicationSlotOptions: Sendable, Hashable {
    /// What becomes of the snapshot of the database at the slot's beginning.
    public enum Snapshot: String, Sendable {
        /// There is none.
        case nothing
        /// Other connections can take it, by `SET TRANSACTION SNAPSHOT` and ``CreatedReplicationSlot/snapshotName``, until the
        /// next call on the replication connection: to copy what was there before.
        case export
        /// The transaction that is open on the replication connection has it from now on. It is to be the first thing in a
        /// transaction that was begun by `BEGIN READ ONLY ISOLATION LEVEL REPEATABLE READ`.
        case use
    }

    /// Whether the slot is gone with the connection. Then only ``ReplicationConnection/replicate(from:publications:_:_:)`` can
    /// use it.
    public var isTemporary = false
    /// The snapshot.
    public var snapshot = Snapshot.nothing
    /// Whether prepared transactions are streamed when they are prepared, and not when they commit; from PostgreSQL 15 on.
    public var twoPhase = false
    /// Whether standbys get the slot, too, so that it is there after a failover; from PostgreSQL 17 on.
    public var failover = false

    /// A lasting slot without any of these.
    public init() {}
}

/// A slot that was made.
public struct CreatedReplicationSlot: Sendable, Hashable {
    /// Its name.
    public var name: String
    /// What is committed after this place is streamed.
    public var consistentPoint: LogSequenceNumber
    /// The snapshot that was exported, if one was.
    public var snapshotName: String?
    /// The output plugin.
    public var plugin: String?
}

/// A server, as replication sees it.
public struct ReplicationSystem: Sendable, Hashable {
    /// What a cluster shares with its standbys, and with no other.
    public var systemIdentifier: String
    /// The timeline: it counts the promotions.
    public var timeline: Int64
    /// Up to where the log is flushed.
    public var flushed: LogSequenceNumber
    /// The database.
    public var database: String?
}

/// Where a physical slot is.
public struct PhysicalReplicationSlot: Sendable, Hashable {
    /// The beginning of what it keeps; nil when it keeps nothing yet.
    public var restartLSN: LogSequenceNumber?
    /// The timeline of that.
    public var timeline: Int64?
}
