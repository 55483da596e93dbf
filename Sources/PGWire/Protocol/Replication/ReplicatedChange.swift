/// A change that a transaction has made.
public enum ReplicatedChange: Sendable {
    /// A row was inserted.
    case insert(ReplicatedRow)
    /// A row was updated. The old row is there if the key was changed, then with the key only, or if the replica identity is
    /// FULL.
    case update(old: ReplicatedRow?, new: ReplicatedRow)
    /// A row was deleted. What is there of it depends on the replica identity.
    case delete(ReplicatedRow)
    /// Tables were truncated together.
    case truncate(ReplicatedTruncation)
    /// Somebody called `pg_logical_emit_message`; only with ``Replication/Options/messages``.
    case message(LogicalMessage)
}

/// What TRUNCATE did.
public struct ReplicatedTruncation: Sendable {
    /// The tables, those that are published.
    public var relations: [ReplicatedRelation]
    /// Whether it said CASCADE.
    public var cascades: Bool
    /// Whether it said RESTART IDENTITY.
    public var restartsIdentity: Bool
}

/// What `pg_logical_emit_message` wrote into the log.
public struct LogicalMessage: Sendable, Hashable {
    /// Whether it belongs to its transaction, and comes only if that commits; else it came at once.
    public var isTransactional: Bool
    /// Where it is in the log.
    public var lsn: LogSequenceNumber
    /// Whom it is for, as its writer said.
    public var prefix: String
    /// What it says.
    public var content: [UInt8]
}

/// One thing that the server streams, in the order of ``Replication``.
public struct ReplicationEvent: Sendable {
    /// Where it is in the write-ahead log; for what belongs to a whole transaction, where that is.
    public var lsn: LogSequenceNumber
    /// The transaction that it belongs to; nil outside of any.
    public var transaction: TransactionID?
    /// The subtransaction that made the change, which may be aborted alone. Only known of a transaction that is streamed
    /// while it is under way; there it is ``transaction`` itself for what is in no savepoint.
    public var subtransaction: TransactionID?
    /// What to acknowledge when this and all before it is dealt with; nil in the middle of a transaction.
    public var endLSN: LogSequenceNumber?
    /// What it is.
    public var content: Content

    /// What is streamed.
    public enum Content: Sendable {
        /// A transaction that has committed begins; its changes follow, with no others between them, and then ``commit(_:)``.
        case begin(Begin)
        /// The end of it.
        case commit(Commit)
        /// The transaction came here by replication itself, from this origin and this place there.
        case origin(name: String, lsn: LogSequenceNumber)
        /// What the next changes' table is like.
        case relation(ReplicatedRelation)
        /// What a type is called.
        case type(ReplicatedType)
        /// A change.
        case change(ReplicatedChange)
        /// A part of a transaction follows that is still under way, and may be aborted; until ``streamStop``.
        case streamStart(isFirst: Bool)
        /// The part is over; another transaction's may follow.
        case streamStop
        /// The transaction that was streamed has committed.
        case streamCommit(Commit)
        /// The transaction that was streamed was aborted, or one of its subtransactions was.
        case streamAbort(Abort)
        /// As ``begin(_:)``, of a transaction that was prepared.
        case beginPrepare(Prepared)
        /// The end of it.
        case prepare(Prepared)
        /// The transaction that was streamed is prepared.
        case streamPrepare(Prepared)
        /// A transaction that was prepared before has committed.
        case commitPrepared(Prepared)
        /// A transaction that was prepared before was rolled back.
        case rollbackPrepared(PreparedRollback)
        /// The connection was lost for this reason, and another one streams. What was not acknowledged comes again, from the
        /// beginning of its transaction; of a transaction that was under way nothing more follows here.
        case reconnected(lost: PostgresError)
    }

    /// The beginning of a transaction.
    public struct Begin: Sendable, Hashable {
        /// Where its commit is.
        public var finalLSN: LogSequenceNumber
        /// When it committed.
        public var time: TimestampTZ
    }

    /// A commit.
    public struct Commit: Sendable, Hashable {
        /// Where it is.
        public var lsn: LogSequenceNumber
        /// Where it ends: that is what is acknowledged.
        public var endLSN: LogSequenceNumber
        /// When it was.
        public var time: TimestampTZ
    }

    /// The end of what was streamed too early.
    public struct Abort: Sendable, Hashable {
        /// Whether all of the transaction is undone; else what ``ReplicationEvent/subtransaction`` did.
        public var isWhole: Bool
        /// Where it is; only where parallel streaming was asked for.
        public var lsn: LogSequenceNumber?
        /// When it was, likewise.
        public var time: TimestampTZ?
    }

    /// A prepared transaction, or what became of it.
    public struct Prepared: Sendable, Hashable {
        /// The name that PREPARE TRANSACTION gave to it.
        public var identifier: String
        /// Where that, or its commit, is.
        public var lsn: LogSequenceNumber
        /// Where it ends.
        public var endLSN: LogSequenceNumber
        /// When it was.
        public var time: TimestampTZ
    }

    /// The end of a prepared transaction that came to nothing.
    public struct PreparedRollback: Sendable, Hashable {
        /// The name that PREPARE TRANSACTION gave to it.
        public var identifier: String
        /// Where that ended.
        public var prepareEndLSN: LogSequenceNumber
        /// Where the rollback ends.
        public var endLSN: LogSequenceNumber
        /// When it was prepared.
        public var prepareTime: TimestampTZ
        /// When it was rolled back.
        public var time: TimestampTZ
    }
}
