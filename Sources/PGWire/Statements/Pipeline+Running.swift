extension Queryable where Self: ~Copyable {
    /// Sends several statements at once and waits once for all of their answers.
    ///
    /// ```swift
    /// let (players, count) = try await db.pipeline { p in
    ///     (try p.fetchAll("SELECT id, name FROM player", as: (Int64, String).self),
    ///      try p.fetchOne("SELECT count(*) FROM team", as: Int.self))
    /// }
    /// ```
    /// - Parameters:
    ///   - timeout: as for one statement, for each transaction of the pipeline and for each statement in it.
    ///   - body: adds the statements, and returns those results that are wanted.
    /// - Throws: what the first of the results that were returned failed with, or else a statement whose result was not;
    ///   ask for ``Pipeline/Result/outcome`` where a failure is to be told apart. When `body` throws, nothing is sent.
    @inlinable
    public func pipeline<each T>(
        timeout: Duration? = nil, _ body: (inout Pipeline) throws -> (repeat Pipeline.Result<each T>)
    ) async throws -> (repeat each T) {
        var pipeline = Pipeline(_handle)
        let results = try body(&pipeline)
        let requests = pipeline.requests
        try await _handle.run(pipeline, timeout: timeout)
        let values = try await _handle.decoding(timeout) { (repeat try (each results).value()) }
        try requests.throwUnnoticed()
        return values
    }

    /// Sends several statements at once, as ``pipeline(timeout:_:)``, one of whose results is wanted.
    @inlinable
    public func pipeline<T>(
        timeout: Duration? = nil, _ body: (inout Pipeline) throws -> Pipeline.Result<T>
    ) async throws -> T {
        var pipeline = Pipeline(_handle)
        let result = try body(&pipeline)
        let requests = pipeline.requests
        try await _handle.run(pipeline, timeout: timeout)
        let value = try await _handle.decoding(timeout) { try result.value() }
        try requests.throwUnnoticed()
        return value
    }

    /// Sends several statements at once, as ``pipeline(timeout:_:)``, for a number of results that is not known beforehand.
    @inlinable
    public func pipeline<T>(
        timeout: Duration? = nil, _ body: (inout Pipeline) throws -> [Pipeline.Result<T>]
    ) async throws -> [T] {
        var pipeline = Pipeline(_handle)
        let results = try body(&pipeline)
        let requests = pipeline.requests
        try await _handle.run(pipeline, timeout: timeout)
        let values = try await _handle.decoding(timeout) { try results.map { try $0.value() } }
        try requests.throwUnnoticed()
        return values
    }
}

/// All statements go out in one write, with as few Syncs as the pipeline has; the answers come in their order.
extension ConnectionHandle {
    @usableFromInline
    func run(_ pipeline: consuming Pipeline, timeout: Duration?) async throws {
        let requests = pipeline.requests
        guard !requests.isEmpty else { return }
        try await withLock(timeout) { connection in
            // Each statement may take its timeout.
            let all = connection.effectiveTimeout(timeout)?.times(requests.count) ?? .zero
            let isInBlock = connection.session.transactionStatus != .idle
            try await connection.run(requests, timeout, within: all, isInBlock: isInBlock, timeout)
        }
    }
}

extension PhysicalConnection {
    /// Sends a pipeline and reads all of its answers.
    ///
    /// - Parameter stated: the timeout that the caller has stated, for messages.
    func run(
        _ requests: [Pipeline.Request], _ timeout: Duration?, within all: Duration, isInBlock: Bool, _ stated: Duration?
    ) async throws {
        let isObserved = observation != nil
        var answers = PipelineAnswers(requests, isInBlock: isInBlock, isObserved: isObserved)
        if isObserved { statementsBegin(requests.map(\.sql)) }
        do {
            try answers.send(timeout, self)
            try await receive(limit(for: all)) { () -> Void? in
                answers.takeRows(self)
                return nil
            } event: { event in
                try answers.receive(event, self)
                return isBusy ? nil : ()
            }
            if isObserved { answers.endUnfinished(self) }
        } catch {
            var error = error
            if let interruption = error as? Interruption { error = await cancel(after: interruption, stated) }
            if isObserved { statementFails(error) }
            throw error
        }
        try answers.throwFailure()
    }
}

/// Gives each statement of a pipeline its answers.
struct PipelineAnswers {
    private let requests: [Pipeline.Request]
    /// For each statement of the batch which request it is; -1 for those of our own.
    private var places: [Int] = []
    /// In a transaction block what came before an error stands, as far as the block will.
    private var isInBlock: Bool
    /// What came before this statement stands, as the pipeline itself has ended that transaction.
    private var standing = 0
    /// What a statement of our own failed with, of which nobody can ask.
    private var failure: PostgresError?
    /// Why the data of a COPY were refused.
    private var refusal: PostgresError?
    private let isObserved: Bool

    init(_ requests: [Pipeline.Request], isInBlock: Bool, isObserved: Bool) {
        self.requests = requests
        self.isInBlock = isInBlock
        self.isObserved = isObserved
    }

    mutating func send(_ timeout: Duration?, _ connection: PhysicalConnection) throws(PostgresError) {
        places.reserveCapacity(requests.count + 2)
        var starts: [Int] = []
        try connection.sendBatch { () throws(PostgresError) in
            if isObserved { starts.append(connection.outputCount) }
            try addSettings(0, timeout, connection)
            for index in requests.indices {
                if isObserved, index > 0 { starts.append(connection.outputCount) }
                if requests[index].isAfterSync {
                    connection.sync()
                    // They hold for one transaction.
                    try addSettings(index, timeout, connection)
                }
                try connection.add(requests[index].sql, requests[index].formats)
                while places.count < connection.batch.sent.count - 1 { places.append(-1) }
                places.append(index)
            }
        }
        guard let observation = connection.observation else { return }
        starts.append(connection.outputCount)
        observation.note(bytesSent: zip(starts, starts.dropFirst()).map { $1 - $0 })
    }

    /// What is set for the transaction that begins with the statement at `index`.
    private func addSettings(
        _ index: Int, _ timeout: Duration?, _ connection: PhysicalConnection
    ) throws(PostgresError) {
        if connection.sendsTraceContext { try connection.addTraceContext(before: requests[index].sql) }
        try connection.addTimeout(timeout)
    }

    /// Tells of the last one, and of those that have neither a tag nor an error of their own: the transaction was over before.
    func endUnfinished(_ connection: PhysicalConnection) {
        for index in requests.indices {
            do {
                guard let tag = try requests[index].receiver.outcome() else { continue }
                connection.statementEnds(places.count - 1, of: index, tag)
            } catch {
                connection.statementFails(index, error)
            }
        }
        connection.statementIsLeft()
    }

    private func receiver(_ index: Int) -> PipelineReceiver? {
        guard places.indices.contains(index), places[index] >= 0 else { return nil }
        return requests[places[index]].receiver
    }

    /// Takes the rows that have come.
    func takeRows(_ connection: PhysicalConnection) {
        guard connection.batch.expectsRow(&connection.session), let receiver = receiver(connection.batch.answers.index)
        else { return }
        while let row = connection.nextRow() { receiver.receive(row) }
    }

    mutating func receive(_ event: QueryEvent, _ connection: PhysicalConnection) throws {
        let index = connection.batch.answers.eventIndex
        switch event {
        case .row(let values):
            if let columns = connection.batch.eventColumns {
                let chunk = connection.session.input.chunk
                receiver(index)?.receive(Row(columns: columns, chunk: chunk, values: values))
            }
        case .complete(let tag):
            receiver(index)?.complete(tag)
            // The last one has ReadyForQuery as well.
            if isObserved, places.indices.contains(index), (0..<requests.count - 1).contains(places[index]) {
                connection.statementEnds(index, of: places[index], tag)
            }
            if tag.description == "COMMIT" || tag.description == "ROLLBACK" { standing = index + 1 }
            if tag.description == "COMMIT" { isInBlock = false }
        case .failed(var error):
            if error.isFatal { throw connection.fail(.server(error)) }
            _ = connection.noteStaleness(error, at: index)
            if places[index] >= 0 { error.sql = requests[places[index]].sql.text }
            let failure = connection.failure(error, at: index)
            for other in connection.batch.answers.statementsOfSync
            where other >= standing && (other >= index || !isInBlock) {
                receiver(other)?.fail(other == index ? failure : .pipelineAborted(.init(cause: error)))
            }
            if receiver(index) == nil { self.failure = self.failure ?? failure }
            if isObserved, places[index] >= 0 {
                connection.statementFails(places[index], failure)
            }
        case .wantsCopyData:
            try connection.refuseCopyData()
            refusal = refusal ?? .usage(StatementOutcome.copyRefused)
        case .sendsCopyData: refusal = refusal ?? .usage(StatementOutcome.copyRefused)
        case .ready(let status): isInBlock = status != .idle
        default: break
        }
    }

    func throwFailure() throws {
        if let error = refusal ?? failure { throw error }
    }
}
