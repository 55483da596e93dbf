extension Connection {
    /// Runs `body` in a transaction that only reads, and sees all that was committed up to a place in the write-ahead log: with a
    /// standby, one's own writes on the primary.
    ///
    /// ```swift
    /// let notes = try await standby.readTransaction(after: lsn) { tx in
    ///     try await tx.fetchAll("SELECT title FROM note", as: String.self)
    /// }
    /// ```
    ///
    /// The server is asked in the flight of BEGIN how far it is, so where it is far enough nothing is waited for. Else it is asked
    /// again and again until it is; `body` is not run before.
    ///
    /// - Parameters:
    ///   - lsn: the place, from ``transactionWithLSN(isolation:settings:retries:_:)`` or ``currentLSN(timeout:)``.
    ///   - timeout: how long the standby is waited for; `.zero` not to wait.
    ///   - isolation: ``IsolationLevel/serializable`` is for a primary alone.
    ///   - retries: how often `body` is run again when others, or what the standby replays, were in its way.
    /// - Throws: what `body` throws; ``PostgresError/connection(_:)``: with the reason `behind` when the standby was not there in
    ///   time, with `writeLost` when the server is a primary whose log does not reach to that place.
    @discardableResult
    public func readTransaction<R>(
        after lsn: LogSequenceNumber, within timeout: Duration = .seconds(1),
        isolation: IsolationLevel = .readCommitted,
        settings: TransactionSettings = TransactionSettings(), retries: Int = 0,
        _ body: (borrowing Transaction) async throws -> R
    ) async throws -> R {
        let wait = ReplayWait(lsn: lsn, timeout: timeout)
        let begin = "BEGIN ISOLATION LEVEL \(isolation.rawValue) READ ONLY"
        return try await _handle.runTransaction(begin, settings, .commit, after: wait, retries: retries, body)
    }

    /// Sends several statements that only read at once, as ``Queryable/pipeline(timeout:_:)``, and sees all that was committed up
    /// to a place in the write-ahead log.
    ///
    /// ```swift
    /// let notes = try await standby.pipeline(after: lsn) { p in try p.fetchAll("SELECT title FROM note", as: String.self) }
    /// ```
    ///
    /// The statements are sent along with the question how far the server is, so that all of it is one round trip where it is far
    /// enough. Else what they brought is dropped, and they are sent again once it is. The server carries them out in a transaction
    /// that cannot write.
    ///
    /// - Parameters:
    ///   - lsn: the place, from ``transactionWithLSN(isolation:settings:retries:_:)`` or ``currentLSN(timeout:)``.
    ///   - wait: how long the standby is waited for; `.zero` not to wait.
    ///   - timeout: as for one statement, for the pipeline and for each statement in it.
    ///   - body: adds the statements; called again when they are sent again.
    /// - Throws: as ``Queryable/pipeline(timeout:_:)`` and ``readTransaction(after:within:isolation:settings:retries:_:)``.
    public func pipeline<each T>(
        after lsn: LogSequenceNumber, within wait: Duration = .seconds(1), timeout: Duration? = nil,
        _ body: (inout Pipeline) throws -> (repeat Pipeline.Result<each T>)
    ) async throws -> (repeat each T) {
        try await readPipeline(ReplayWait(lsn: lsn, timeout: wait), timeout, body) { results in
            (repeat try (each results).value())
        }
    }

    /// Sends several statements that only read at once, as ``pipeline(after:within:timeout:_:)``, one of whose results is wanted.
    public func pipeline<T>(
        after lsn: LogSequenceNumber, within wait: Duration = .seconds(1), timeout: Duration? = nil,
        _ body: (inout Pipeline) throws -> Pipeline.Result<T>
    ) async throws -> T {
        try await readPipeline(ReplayWait(lsn: lsn, timeout: wait), timeout, body) { try $0.value() }
    }

    /// Sends several statements that only read at once, as ``pipeline(after:within:timeout:_:)``, for a number of results that is
    /// not known beforehand.
    public func pipeline<T>(
        after lsn: LogSequenceNumber, within wait: Duration = .seconds(1), timeout: Duration? = nil,
        _ body: (inout Pipeline) throws -> [Pipeline.Result<T>]
    ) async throws -> [T] {
        try await readPipeline(ReplayWait(lsn: lsn, timeout: wait), timeout, body) { try $0.map { try $0.value() } }
    }

    /// Runs a pipeline that only reads, and does not ask how far the server is where `wait` is nil.
    func readPipeline<Results, Values>(
        _ wait: ReplayWait?, _ timeout: Duration?, _ body: (inout Pipeline) throws -> Results,
        _ values: (Results) throws -> Values
    ) async throws -> Values {
        while true {
            let ((position, results), answers) = try await _handle.runByItself(timeout) { pipeline in
                let position = wait == nil ? nil : try pipeline.addPosition()
                try pipeline.addReadOnly(timeout ?? _handle.connection.configuration.statementTimeout)
                return (position, try body(&pipeline))
            }
            if let wait, let found = try position.map({ LogPosition(try $0.value()) }),
                try !found.reaches(wait.lsn, at: endpoint)
            {
                // Whatever came of the statements: one may have failed because the standby does not have its table yet.
                try await _handle.withLock(timeout) { try await $0.waitForReplay(wait, from: found) }
                continue
            }
            let values = try await _handle.decoding(timeout) { try values(results) }
            try answers.throwUnnoticed()
            return values
        }
    }
}
