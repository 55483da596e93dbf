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
        let (results, answers) = try await _handle.runPipeline(timeout, body)
        let values = try await _handle.decoding(timeout) { (repeat try (each results).value()) }
        try answers.throwUnnoticed()
        return values
    }

    /// Sends several statements at once, as ``pipeline(timeout:_:)``, one of whose results is wanted.
    @inlinable
    public func pipeline<T>(
        timeout: Duration? = nil, _ body: (inout Pipeline) throws -> Pipeline.Result<T>
    ) async throws -> T {
        let (result, answers) = try await _handle.runPipeline(timeout, body)
        let value = try await _handle.decoding(timeout) { try result.value() }
        try answers.throwUnnoticed()
        return value
    }

    /// Sends several statements at once, as ``pipeline(timeout:_:)``, for a number of results that is not known beforehand.
    @inlinable
    public func pipeline<T>(
        timeout: Duration? = nil, _ body: (inout Pipeline) throws -> [Pipeline.Result<T>]
    ) async throws -> [T] {
        let (results, answers) = try await _handle.runPipeline(timeout, body)
        let values = try await _handle.decoding(timeout) { try results.map { try $0.value() } }
        try answers.throwUnnoticed()
        return values
    }
}

/// All statements go out in one write, with as few Syncs as the pipeline has; the answers come in their order.
extension ConnectionHandle {
    /// Has `body` write the statements into the connection's output, and reads all of their answers.
    @usableFromInline
    func runPipeline<Results>(
        _ timeout: Duration?, _ body: (inout Pipeline) throws -> Results
    ) async throws -> (Results, PipelineResults) {
        if try !lockIfIdle() { try await lock(timeout) }
        defer { unlock() }
        var pipeline = Pipeline(self, timeout)
        let results = try pipeline.fill(body)
        let answers = pipeline.results
        if answers.count > 0 { try await connection.run(pipeline, within: timeout) }
        return (results, answers)
    }
}

extension Pipeline {
    /// Has `body` add the statements. When it throws, nothing of them is sent.
    mutating func fill<Results>(_ body: (inout Pipeline) throws -> Results) throws -> Results {
        connection.batch.restart()
        let start = connection.session.output.count
        do {
            let results = try body(&self)
            if let problem { throw problem }
            return results
        } catch {
            connection.forgetBatch(from: start)
            throw error
        }
    }

    /// Writes a statement: Parse, Bind, Describe, Execute, without what the server has already.
    mutating func write(_ sql: SQL, _ formats: ResultFormats, isAfterSync: Bool) throws(PostgresError) {
        let index = places.last.map { $0 + 1 } ?? 0
        if isAfterSync { connection.sync() }
        // What is set holds for one transaction.
        if index == 0 || isAfterSync {
            if connection.sendsTraceContext { try connection.addTraceContext(before: sql) }
            try connection.addTimeout(timeout)
        }
        try connection.add(sql, formats)
        let sent = connection.batch.sent.count
        while places.count < sent - 1 { places.append(-1) }
        places.append(index)
        // For errors. Those that are prepared have it in the cache.
        if connection.batch.sent[sent - 1].entry == nil { texts.append((index, sql)) }
    }

    /// Writes what was not written before, and returns where each statement begins in the output.
    mutating func writeRequests() throws(PostgresError) -> [Int] {
        var starts: [Int] = []
        for request in requests {
            starts.append(connection.outputCount)
            try write(request.sql, request.formats, isAfterSync: request.isAfterSync)
        }
        return starts
    }
}

extension PhysicalConnection {
    /// Sends a pipeline and reads all of its answers.
    ///
    /// - Parameter timeout: how long each statement may take.
    func run(_ pipeline: consuming Pipeline, within timeout: Duration?) async throws {
        let isObserved = observation != nil
        // Each statement may take its timeout.
        let all = limit(for: effectiveTimeout(timeout)?.times(pipeline.results.count) ?? .zero)
        let isInBlock = session.transactionStatus != .idle
        var starts: [Int] = []
        if isObserved {
            statementsBegin(pipeline.requests.map(\.sql))
            let start = session.output.count
            do throws(PostgresError) { starts = try pipeline.writeRequests() } catch {
                forgetBatch(from: start)
                statementFails(error)
                throw error
            }
        }
        endBatch()
        if let observation {
            // The last one has the Sync as well.
            starts.append(outputCount)
            observation.note(bytesSent: zip(starts, starts.dropFirst()).map { $1 - $0 })
        }
        var answers = PipelineAnswers(pipeline, isInBlock: isInBlock, isObserved: isObserved)
        do {
            try await receive(all) { () -> Void? in
                answers.takeRows(self)
                return nil
            } event: { event in
                try answers.receive(event, self)
                return isBusy ? nil : ()
            }
            if isObserved { answers.endUnfinished(self) }
        } catch {
            var error = error
            if let interruption = error as? Interruption { error = await cancel(after: interruption, timeout) }
            if isObserved { statementFails(error) }
            throw error
        }
        try answers.throwFailure()
    }
}

/// Gives each statement of a pipeline its answers.
struct PipelineAnswers {
    private let results: PipelineResults
    /// For each statement of the batch which one of the pipeline it is; -1 for those of our own.
    private let places: [Int]
    private let texts: [(index: Int, sql: SQL)]
    /// In a transaction block what came before an error stands, as far as the block will.
    private var isInBlock: Bool
    /// What came before this statement stands, as the pipeline itself has ended that transaction.
    private var standing = 0
    /// What a statement of our own failed with, of which nobody can ask.
    private var failure: PostgresError?
    /// Why the data of a COPY were refused.
    private var refusal: PostgresError?
    private let isObserved: Bool

    init(_ pipeline: borrowing Pipeline, isInBlock: Bool, isObserved: Bool) {
        results = pipeline.results
        places = pipeline.places
        texts = pipeline.texts
        self.isInBlock = isInBlock
        self.isObserved = isObserved
    }

    /// Tells of the last one, and of those that have neither a tag nor an error of their own: the transaction was over before.
    func endUnfinished(_ connection: PhysicalConnection) {
        for index in 0..<results.count {
            do {
                guard let tag = try results.outcome(index) else { continue }
                connection.statementEnds(places.count - 1, of: index, tag)
            } catch {
                connection.statementFails(index, error)
            }
        }
        connection.statementIsLeft()
    }

    /// Which statement of the pipeline one of the batch is; nil for those of our own.
    private func place(_ index: Int) -> Int? {
        places.indices.contains(index) && places[index] >= 0 ? places[index] : nil
    }

    /// Takes the rows that have come.
    func takeRows(_ connection: PhysicalConnection) {
        guard connection.batch.expectsRow(&connection.session), let place = place(connection.batch.answers.index)
        else { return }
        while let row = connection.nextRow() { results.receive(place, row) }
    }

    mutating func receive(_ event: QueryEvent, _ connection: PhysicalConnection) throws {
        let index = connection.batch.answers.eventIndex
        switch event {
        case .row(let values):
            if let columns = connection.batch.eventColumns, let place = place(index) {
                let chunk = connection.session.input.chunk
                results.receive(place, Row(columns: columns, chunk: chunk, values: values))
            }
        case .complete(let tag):
            if let place = place(index) { results.complete(place, tag) }
            // The last one has ReadyForQuery as well.
            if isObserved, places.indices.contains(index), (0..<results.count - 1).contains(places[index]) {
                connection.statementEnds(index, of: places[index], tag)
            }
            note(tag, at: index)
        case .failed(var error):
            if error.isFatal { throw connection.fail(.server(error)) }
            _ = connection.noteStaleness(error, at: index)
            if places[index] >= 0 { error.sql = text(index, connection) }
            let failure = connection.failure(error, at: index)
            for other in connection.batch.answers.statementsOfSync
            where other >= standing && (other >= index || !isInBlock) {
                guard let place = place(other) else { continue }
                results.fail(place, other == index ? failure : .pipelineAborted(.init(cause: error)))
            }
            if place(index) == nil { self.failure = self.failure ?? failure }
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

    /// The text of a statement.
    private func text(_ index: Int, _ connection: PhysicalConnection) -> String? {
        texts.first { $0.index == places[index] }?.sql.text ?? connection.batch.sent[index].entry?.text
    }

    /// Notes that the pipeline itself has ended a transaction.
    private mutating func note(_ tag: CommandTag, at index: Int) {
        switch tag.description.utf8.first {
        case UInt8(ascii: "C") where tag.description == "COMMIT":
            standing = index + 1
            isInBlock = false
        case UInt8(ascii: "R") where tag.description == "ROLLBACK": standing = index + 1
        default: break
        }
    }

    func throwFailure() throws {
        if let error = refusal ?? failure { throw error }
    }
}
