/// A statement whose rows, or data, nobody may want to the end.
struct Leftover {
    let sql: SQL
    /// What its own call was to take at most.
    let limit: PhysicalConnection.Limit

    init(_ sql: SQL, _ limit: PhysicalConnection.Limit) {
        self.sql = sql
        self.limit = limit
    }
}

/// A statement that was left before its end. Whoever comes next puts the connection in order, as the one who left may have
/// had no time to wait, such as a loop that was left by `break`.
///
/// - What is nearly through is read to its end, which takes less time than anything else.
/// - A statement that certainly only reads (``SQL/onlyReads``) is cancelled.
/// - Any other is read to its end, as cancelling it would undo what its caller has seen done.
/// - In a transaction block nothing is cancelled, as that would end the transaction; there rows are asked for in parts
///   (``RowWindow``), so that little is left. A transaction that is rolled back has nothing to lose.
extension PhysicalConnection {
    /// So long it is waited for the end of a statement before it is cancelled.
    private static let patience = Duration.milliseconds(10)
    /// So long a statement that has no limit of its own may go on when its connection is to be closed, or given to others.
    private static let maximumRest = Duration.seconds(30)

    /// Puts the connection in order.
    ///
    /// - Parameter undoing: whether nothing that the statement has done is to be kept.
    /// - Throws: ``Interruption``, which leaves what is left as it is; or a ``PostgresError``, after which the connection is
    ///   closed.
    func settle(_ limit: Limit, undoing: Bool = false) async throws {
        guard isBusy else { return leftover = nil }
        if try await !drainSoon(limit) {
            if canBeCancelled, undoing || mayBeCut {
                try await cut(limit)
            } else {
                try await drain(limit)
            }
        }
        leftover = nil
    }

    /// Reads what comes soon; true when that was all.
    private func drainSoon(_ limit: Limit) async throws -> Bool {
        let soon = limit.within(Self.patience)
        do {
            try await drain(soon)
            return true
        } catch Interruption.timedOut where soon.deadline != limit.deadline {
            return false
        }
    }

    /// Puts the connection in order for somebody else, in bounded time; false when it is of no use any more.
    func settleForOthers() async -> Bool {
        let isOpenBlock = session.transactionStatus != .idle
        let limit = Limit(deadline: leftover?.limit.deadline ?? .now + Self.maximumRest)
        do {
            try await settle(limit, undoing: isOpenBlock)
            return true
        } catch is Interruption {
            // A task that is cancelled wants nothing of it.
            return await cancel()
        } catch {
            return false
        }
    }

    /// Lets a statement that was left finish what it does, before the connection is closed. A statement that only reads has
    /// nothing to finish, nor does a task wait for it that is cancelled.
    func finishLeftover() async {
        guard closure == nil, isBusy, session.transactionStatus == .idle, let leftover, !onlyReads(leftover) else {
            return
        }
        let deadline = leftover.limit.deadline ?? .now + Self.maximumRest
        try? await drain(Limit(deadline: deadline))
    }

    /// Whether there is somebody to ask.
    private var canBeCancelled: Bool { transport.route.isRepeatable && session.backendKey != nil }

    /// Whether a statement was left that is to finish what it does.
    var leftoverStands: Bool {
        guard isBusy, session.transactionStatus == .idle, let leftover else { return false }
        return !onlyReads(leftover)
    }

    /// Whether the statement may be cancelled with nothing lost.
    private var mayBeCut: Bool {
        guard session.transactionStatus == .idle, let leftover else { return false }
        return onlyReads(leftover)
    }

    private func onlyReads(_ leftover: Leftover) -> Bool {
        leftover.sql.onlyReads(backslashesAreText: readsBackslashesAsText)
    }
}
