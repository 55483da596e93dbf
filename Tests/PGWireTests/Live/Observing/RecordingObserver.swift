import PGWire
import Synchronization

/// Writes down all that it is told.
final class RecordingObserver: DatabaseObserver {
    let lines = Log<String>()
    let statements = Log<(ObservedStatement, ObservedStatement.End)>()
    let attempts = Log<ConnectionAttempt.End>()
    let closed = Log<ClosedConnection>()
    let borrowings = Log<PoolBorrowing.End>()
    private let underWay = Mutex(0)
    private let name: String

    init(_ name: String = "") { self.name = name }

    /// How much has begun and not ended.
    var openCount: Int { underWay.withLock { $0 } }

    private func begin() { underWay.withLock { $0 += 1 } }
    private func end() { underWay.withLock { $0 -= 1 } }

    func connectionBegins(_ attempt: ConnectionAttempt) -> Observation<ConnectionAttempt.End>? {
        begin()
        return Observation { [self] end in
            self.end()
            attempts.append(end)
            lines.append("connect \(end.failure?.type ?? "ok")")
        }
    }

    func statementBegins(_ statement: ObservedStatement) -> Observation<ObservedStatement.End>? {
        begin()
        return Observation { [self] end in
            self.end()
            statements.append((statement, end))
            let inside = statement.transactionContext.map { " in \($0)" } ?? ""
            let outcome =
                end.isIncomplete
                ? "left"
                : end.failure?.type ?? "\(end.tag?.command ?? "-") rows=\(end.rows.map(String.init) ?? "?")"
            lines.append("\(Self.name(statement.kind)) \(statement.summary): \(outcome)\(inside)")
        }
    }

    private static func name(_ kind: ObservedStatement.Kind) -> String {
        switch kind {
        case .call: "call"
        case .sequence: "sequence"
        case .pipeline(let index, let count): "\(index + 1)/\(count)"
        case .many: "many"
        case .script: "script"
        case .copyIn: "copyIn"
        case .copyOut: "copyOut"
        }
    }

    func transactionBegins(_ transaction: ObservedTransaction) -> Observation<ObservedTransaction.End>? {
        begin()
        return Observation(context: "\(name)#\(transaction.attempt)") { [self] end in
            self.end()
            lines.append("transaction \(transaction.attempt) \(end.outcome) \(end.failure?.type ?? "ok")")
        }
    }

    func borrowingBegins(_ borrowing: PoolBorrowing) -> Observation<PoolBorrowing.End>? {
        begin()
        return Observation { [self] end in
            self.end()
            borrowings.append(end)
            lines.append("borrow \(end.failure?.type ?? "ok") idle=\(end.pool.idle) used=\(end.pool.inUse)")
        }
    }

    func happened(_ event: DatabaseEvent) {
        switch event {
        case .connecting: break
        case .closed(let connection):
            closed.append(connection)
            lines.append("closed \(connection.reason.type) \(connection.isRegular)")
        case .transactionRetried(_, let attempt, _, let failure): lines.append("retry \(attempt) \(failure)")
        case .statementRepeated(let statement, let failure): lines.append("again \(statement.operation) \(failure)")
        case .cancelRequested(_, let duration): lines.append("cancel \(duration > .zero)")
        case .notice(_, let notice): lines.append("notice \(notice.message)")
        case .notification(_, let channel): lines.append("notification \(channel.text)")
        case .notificationsDropped(_, let count): lines.append("dropped \(count)")
        case .listeningLost(_, let failure): lines.append("lost \(failure)")
        case .replicationLost(_, let failure): lines.append("replication lost \(failure)")
        case .replicationRegained(_, let duration): lines.append("replication regained \(duration > .zero)")
        case .listeningRegained(_, let duration): lines.append("regained \(duration > .zero)")
        case .poolOpened(let pool): lines.append("opened of \(pool.maximum)")
        case .poolFailedToOpen: lines.append("failed to open")
        case .poolReturned(_, let connection, let use): lines.append("returned \(connection != nil) \(use > .zero)")
        case .poolClosed(_, let reason): lines.append("pool closed \(reason)")
        }
    }
}

/// The bytes that have passed, counted by others than those who are tested.
final class CountedBytes: Sendable {
    private let counts = Mutex((sent: 0, received: 0))

    var all: (sent: Int, received: Int) { counts.withLock { $0 } }

    func count(_ direction: Transport.Direction, _ bytes: RawSpan) {
        let count = bytes.byteCount
        counts.withLock { if direction == .sent { $0.sent += count } else { $0.received += count } }
    }
}
