/// A transaction that has ended, with all that it changed.
public struct ReplicatedTransaction: Sendable {
    /// Its number, which is used again after four billion others.
    public var id: TransactionID
    /// How it ended.
    public var outcome: Outcome
    /// What it did, in order.
    public var changes: [ReplicatedChange]
    /// Where its end is in the log.
    public var lsn: LogSequenceNumber
    /// What to acknowledge when it is dealt with.
    public var endLSN: LogSequenceNumber
    /// When it ended.
    public var time: TimestampTZ
    /// Where it came from, if it came here by replication itself.
    public var origin: String?

    /// How a transaction ended.
    public enum Outcome: Sendable, Hashable {
        /// By COMMIT.
        case committed
        /// By PREPARE TRANSACTION with this name; whether it will commit is not yet known. Only with
        /// ``Replication/Options/twoPhase``.
        case prepared(String)
        /// It was prepared under this name, and its changes came then; now it has committed.
        case preparedCommitted(String)
        /// It was prepared under this name, and its changes came then; now it is undone.
        case preparedRolledBack(String)
    }
}

/// What ``Replication/transactions(maximumSize:)`` gives.
public enum TransactionEvent: Sendable {
    /// A transaction has ended.
    case transaction(ReplicatedTransaction)
    /// Somebody has written a message that belongs to no transaction; only with ``Replication/Options/messages``.
    /// Acknowledge `endLSN`.
    case message(LogicalMessage, endLSN: LogSequenceNumber?)
    /// The connection was lost for this reason, and another one streams. What was not acknowledged comes again.
    case reconnected(lost: PostgresError)
}

/// Puts whole transactions together, of events in the order of the stream.
package struct TransactionCollector: Sendable {
    private struct Change: Sendable {
        var subtransaction: TransactionID?
        var change: ReplicatedChange
        var size: Int
    }

    /// A transaction whose end has not come yet.
    private struct Pending: Sendable {
        var changes: [Change] = []
        var origin: String?
        var counts: [TransactionID: Int] = [:]

        /// What it takes in memory, itself and its changes.
        var size: Int { TransactionCollector.overhead + changes.reduce(0) { $0 + $1.size } }
    }

    private static let overhead = 256

    private var pending: [TransactionID: Pending] = [:]
    /// About how many bytes are held.
    package private(set) var size = 0

    package init() {}

    /// Takes the next event; returns what is complete by it.
    package mutating func take(_ event: ReplicationEvent) -> TransactionEvent? {
        let id = event.transaction ?? TransactionID(rawValue: 0)
        switch event.content {
        case .begin, .beginPrepare, .streamStart(isFirst: true): discard(id)
        case .origin(let name, _): update(id) { $0.origin = name }
        case .change(.message(let message)) where !message.isTransactional:
            return .message(message, endLSN: event.endLSN)
        case .change(let change): add(change, event.subtransaction, to: id)
        case .streamAbort(let abort):
            if abort.isWhole { discard(id) } else if let part = event.subtransaction { undo(part, in: id) }
        case .commit(let commit), .streamCommit(let commit):
            return finish(id, .committed, commit.lsn, commit.endLSN, commit.time)
        case .prepare(let prepared), .streamPrepare(let prepared):
            return finish(id, .prepared(prepared.identifier), prepared.lsn, prepared.endLSN, prepared.time)
        case .commitPrepared(let prepared):
            return finish(id, .preparedCommitted(prepared.identifier), prepared.lsn, prepared.endLSN, prepared.time)
        case .rollbackPrepared(let prepared):
            return finish(
                id, .preparedRolledBack(prepared.identifier), prepared.prepareEndLSN, prepared.endLSN, prepared.time)
        case .reconnected(let loss):
            self = TransactionCollector()
            return .reconnected(lost: loss)
        case .streamStart, .streamStop, .relation, .type: break
        }
        return nil
    }

    private mutating func update(_ id: TransactionID, _ body: (inout Pending) -> Void) {
        if pending[id] == nil { size += Self.overhead }
        body(&pending[id, default: Pending()])
    }

    private mutating func add(_ change: ReplicatedChange, _ part: TransactionID?, to id: TransactionID) {
        let bytes = change.size
        size += bytes
        update(id) { pending in
            pending.changes.append(Change(subtransaction: part, change: change, size: bytes))
            if let part { pending.counts[part, default: 0] += 1 }
        }
    }

    @discardableResult
    private mutating func discard(_ id: TransactionID) -> Pending? {
        let old = pending.removeValue(forKey: id)
        size -= old?.size ?? 0
        return old
    }

    /// Takes away what a subtransaction did.
    private mutating func undo(_ part: TransactionID, in id: TransactionID) {
        // What it did may all be in tables that are not published: then there is nothing of it here.
        guard var count = pending[id]?.counts.removeValue(forKey: part), var rest = pending.removeValue(forKey: id)
        else { return }
        // As a rule it did it last.
        while let last = rest.changes.last, last.subtransaction == part {
            size -= last.size
            count -= 1
            rest.changes.removeLast()
        }
        if count > 0 {
            for change in rest.changes where change.subtransaction == part { size -= change.size }
            rest.changes.removeAll { $0.subtransaction == part }
        }
        pending[id] = rest
    }

    private mutating func finish(
        _ id: TransactionID, _ outcome: ReplicatedTransaction.Outcome, _ lsn: LogSequenceNumber,
        _ endLSN: LogSequenceNumber, _ time: TimestampTZ
    ) -> TransactionEvent {
        let whole = discard(id) ?? Pending()
        return .transaction(
            ReplicatedTransaction(
                id: id, outcome: outcome, changes: whole.changes.map(\.change), lsn: lsn, endLSN: endLSN, time: time,
                origin: whole.origin))
    }
}

extension ReplicatedChange {
    /// About how many bytes it takes.
    fileprivate var size: Int {
        switch self {
        case .insert(let row), .delete(let row): row.size
        case .update(let old, let new): (old?.size ?? 0) + new.size
        case .truncate(let truncation): 256 + 8 * truncation.relations.count
        case .message(let message): 256 + message.content.count + message.prefix.utf8.count
        }
    }
}

extension ReplicatedRow {
    /// With what the allocations take.
    fileprivate var size: Int { 256 + values.capacity + 8 * unsent.count }
}
