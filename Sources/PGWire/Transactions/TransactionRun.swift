/// From BEGIN to COMMIT.
extension ConnectionHandle {
    /// Runs `body` in a transaction, and again as often as `retries` says when others were in its way.
    func runTransaction<R>(
        _ begin: String, _ settings: TransactionSettings, _ end: TransactionEnd, after wait: ReplayWait? = nil,
        retries: Int, _ body: (borrowing Transaction) async throws -> R
    ) async throws -> R {
        if let problem = settings.problem { throw PostgresError.usage(problem) }
        var attempt = 0
        while true {
            do {
                return try await runTransaction(SQL(raw: begin), settings, end, wait, attempt: attempt + 1, body)
            } catch let error as PostgresError where error.isTransactionRetryable && attempt < retries {
                attempt += 1
                // Those who collided must not collide again at once.
                let longest = min(10 << min(attempt, 6), 500)
                let pause = Duration.milliseconds(Int.random(in: 1...longest))
                if let observation = connection.observation {
                    observation.observer.happened(
                        .transactionRetried(
                            observation.connection, attempt: attempt, pause: pause, ObservedFailure(error)))
                }
                try await Task.sleep(for: pause)
            }
        }
    }

    private func runTransaction<R>(
        _ begin: SQL, _ settings: TransactionSettings, _ end: TransactionEnd, _ wait: ReplayWait?, attempt: Int,
        _ body: (borrowing Transaction) async throws -> R
    ) async throws -> R {
        try await withLock { connection in
            guard connection.session.transactionStatus == .idle else { throw TransactionEnd.begunByHand }
            // Only what is certain is told of as certain.
            let finish = connection.observation?.beginTransaction(begin.text, attempt: attempt)
            var wasEndedInside = false
            do {
                let result = try await runTransaction(begin, settings, end, wait, on: connection, &wasEndedInside, body)
                finish?(end.outcome, nil)
                return result
            } catch {
                let isUnknown =
                    switch error {
                    case PostgresError.commitOutcomeUnknown, PostgresError.prepareOutcomeUnknown: true
                    // By COMMIT, perhaps.
                    default: wasEndedInside
                    }
                finish?(isUnknown ? .unknown : .rolledBack, error)
                throw error
            }
        }
    }

    private func runTransaction<R>(
        _ begin: SQL, _ settings: TransactionSettings, _ end: TransactionEnd, _ wait: ReplayWait?,
        on connection: PhysicalConnection, _ wasEndedInside: inout Bool,
        _ body: (borrowing Transaction) async throws -> R
    ) async throws -> R {
        let handle = ConnectionHandle(connection, isTransaction: true)
        if let timeout = settings.statementTimeout { connection.defaultTimeout = timeout }
        connection.isInReadOnlyTransaction = begin.text.utf8.contains("READ ONLY".utf8)
        defer {
            connection.defaultTimeout = connection.configuration.statementTimeout
            connection.isInReadOnlyTransaction = false
        }
        let result: R
        do {
            if let wait {
                try await connection.begin(begin, settings, after: wait)
            } else if settings.isEmpty {
                // Nothing is set on the server before it, which would be the transaction's first statement; the client
                // gives it up when its time is over, as where a pooler has no server to give.
                try await handle.forEachOwnRow(begin, .text) { _ in }
            } else {
                try await connection.begin(begin, settings)
            }
            let inside = ConnectionHandle(connection, isTransaction: true, isInBlock: true)
            defer { wasEndedInside = connection.closure == nil && connection.session.transactionStatus == .idle }
            do {
                result = try await inside.runScope { try await body(Transaction(inside)) }
                await inside.invalidate(TransactionEnd.over)
            } catch {
                await inside.invalidate(TransactionEnd.over)
                throw error
            }
        } catch {
            await connection.rollBack()
            throw error
        }
        try await connection.finish(end)
        return result
    }

    /// Runs `body` as code inside of this handle's transaction.
    func runScope<R>(_ body: () async throws -> R) async throws -> R {
        try await Self.$transactions.withValue(Self.transactions + [self], operation: body)
    }
}

/// How a transaction ends that has succeeded.
enum TransactionEnd {
    case commit
    /// By COMMIT, and asks where it is.
    case commitAt(CommitPlace)
    /// By PREPARE TRANSACTION, with an identifier that was checked.
    case prepare(String)

    static let over = "the transaction is over: use it only inside the closure that it was given to"

    /// The server would take BEGIN for none, and COMMIT for that of both.
    fileprivate static var begunByHand: PostgresError {
        .usage(
            "a transaction is open on the connection that was begun by hand, with a BEGIN: end it first, or use a savepoint "
                + "of transaction(_:) where one is to be inside of another")
    }

    fileprivate var statement: SQL {
        switch self {
        case .commit, .commitAt: "COMMIT"
        case .prepare(let identifier): SQL(raw: "PREPARE TRANSACTION \(identifier.asEscapeLiteral)")
        }
    }

    /// The tag of success.
    fileprivate var tag: String {
        switch self {
        case .commit, .commitAt: "COMMIT"
        case .prepare: "PREPARE TRANSACTION"
        }
    }

    fileprivate var place: CommitPlace? { if case .commitAt(let place) = self { place } else { nil } }

    fileprivate var outcome: ObservedTransaction.Outcome {
        switch self {
        case .commit, .commitAt: .committed
        case .prepare: .prepared
        }
    }

    fileprivate func unknown(_ error: ConnectionError) -> PostgresError {
        switch self {
        case .commit, .commitAt: .commitOutcomeUnknown(error)
        case .prepare: .prepareOutcomeUnknown(error)
        }
    }

    fileprivate var rolledBack: PostgresError {
        let done =
            switch self {
            case .commit, .commitAt: "committed"
            case .prepare: "prepared"
            }
        return .usage(
            "the transaction was rolled back instead of \(done), because a statement in it had failed: let the error "
                + "leave the closure instead of going on")
    }
}

/// BEGIN without settings is a statement like any other. These are not given up when their task is cancelled.
extension PhysicalConnection {
    /// Commits, or prepares. It is not given up when the task is cancelled: half a commit tells nobody what has become of it.
    fileprivate func finish(_ end: TransactionEnd) async throws {
        // Up to here a lost connection means for certain that nothing was committed.
        try checkOpen()
        do {
            // What a statement has left is waited for as for a statement.
            try await settle(limit(for: nil))
        } catch let interruption as Interruption {
            let error = await cancel(after: interruption, nil)
            await rollBack()
            throw error
        }
        guard session.transactionStatus != .idle else { throw ConnectionHandle.endedByHand }
        let tag = try await runEnd(end.statement, endLimit(), unknown: end.unknown, at: end.place)
        guard tag.description == end.tag else { throw end.rolledBack }
    }

    /// How long the end of a transaction is waited for, whether or not the task is cancelled.
    func endLimit(_ timeout: Duration? = nil) -> Limit {
        Limit(
            deadline: limit(for: timeout).deadline ?? .now + .seconds(30), ignoresCancellation: true, isStrict: true)
    }

    /// Runs a statement after which, should its answer never come, it is not known what has become of a transaction.
    ///
    /// - Parameter place: who is told where a commit is.
    func runEnd(
        _ statement: SQL, _ limit: Limit, unknown: (ConnectionError) -> PostgresError, at place: CommitPlace? = nil
    ) async throws -> CommandTag {
        do {
            if let place { return try await run(statement, thenLocate: place, limit) }
            return try await run([statement], limit)
        } catch Interruption.timedOut {
            let lost = ConnectionError.lost(endpoint, because: Transport.Failure.timedOut.reason, isUnderWay: true)
            fail(.connection(lost))
            throw unknown(lost)
        } catch PostgresError.connection(let error) where error.reason == .lost || error.reason == .closed {
            throw unknown(error)
        } catch PostgresError.server(let error) where error.isFatal {
            // A server process that is told to end while its commit waits for a standby has committed already.
            throw unknown(.ended(endpoint, by: error))
        } catch PostgresError.protocolViolation(let violation) {
            // Whoever answers with what is no answer may have committed all the same.
            let reason = "the answer was none (\(violation)), which ended the connection"
            throw unknown(.lost(endpoint, because: reason, isUnderWay: true))
        }
    }

    /// Rolls back; a connection that cannot even do that is closed, which rolls back too.
    func rollBack() async {
        guard closure == nil else { return }
        do {
            let limit = Limit.cleanup()
            try await settle(limit, undoing: true)
            guard session.transactionStatus != .idle else { return }
            _ = try await run(["ROLLBACK"], limit)
        } catch {
            close()
        }
    }

    /// Runs statements without rows in one flight, and gives the last one's tag.
    func run(_ statements: [SQL], _ limit: Limit) async throws -> CommandTag {
        try await observed {
            statementBegins(SQL(raw: statements.map(\.text).joined(separator: "; ")))
        } _: {
            try await carryOut(statements, limit)
        } end: { tag in
            statementEnds(tag, rows: 0)
        }
    }

    private func carryOut(_ statements: [SQL], _ limit: Limit) async throws -> CommandTag {
        // No timeout is set, as a statement that ends something has nothing to gain from it.
        try sendBatch { () throws(PostgresError) in
            for statement in statements { try add(statement, .text) }
        }
        var outcome = StatementOutcome()
        return try await receiveEach(limit) { event in
            // What PREPARE TRANSACTION leaves behind is undone for this session.
            if case .complete(let tag) = event, tag.description == "PREPARE TRANSACTION" { prepared.noteRollback() }
            return try outcome.receive(event, of: statements[statements.count - 1], .zero, self)
        }
    }
}
