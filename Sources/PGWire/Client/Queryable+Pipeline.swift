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
        var pipeline = Pipeline(poolerMode)
        let results = try body(&pipeline)
        let requests = pipeline.requests
        try await run(pipeline, timeout: timeout)
        let values = (repeat try (each results).value())
        try requests.throwUnnoticed()
        return values
    }

    /// Sends several statements at once, as ``pipeline(timeout:_:)``, one of whose results is wanted.
    @inlinable
    public func pipeline<T>(
        timeout: Duration? = nil, _ body: (inout Pipeline) throws -> Pipeline.Result<T>
    ) async throws -> T {
        var pipeline = Pipeline(poolerMode)
        let result = try body(&pipeline)
        let requests = pipeline.requests
        try await run(pipeline, timeout: timeout)
        let value = try result.value()
        try requests.throwUnnoticed()
        return value
    }

    /// Sends several statements at once, as ``pipeline(timeout:_:)``, for a number of results that is not known beforehand.
    @inlinable
    public func pipeline<T>(
        timeout: Duration? = nil, _ body: (inout Pipeline) throws -> [Pipeline.Result<T>]
    ) async throws -> [T] {
        var pipeline = Pipeline(poolerMode)
        let results = try body(&pipeline)
        let requests = pipeline.requests
        try await run(pipeline, timeout: timeout)
        let values = try results.map { try $0.value() }
        try requests.throwUnnoticed()
        return values
    }
}

extension Channel {
    func run(_ pipeline: consuming Pipeline, timeout: Duration?) async throws {
        let requests = pipeline.requests
        guard !requests.isEmpty else { return }
        try await withTurn(timeout) { wire in
            let places = try Self.write(requests, timeout, wire)
            do {
                // Each statement may take its timeout.
                let all = wire.effectiveTimeout(timeout)?.times(requests.count) ?? .zero
                try await Self.read(requests, places, wire, wire.limit(for: all))
            } catch let interruption as Wire.Interruption {
                throw await wire.settle(interruption, timeout)
            }
        }
    }

    /// Writes the statements; for each of the batch which request it is, -1 for those that were sent along.
    private static func write(
        _ requests: [Pipeline.Request], _ timeout: Duration?, _ wire: Wire
    ) throws(PostgresError) -> [Int] {
        var places: [Int] = []
        places.reserveCapacity(requests.count + 2)
        try wire.batch { () throws(PostgresError) in
            try wire.addTimeout(timeout)
            for index in requests.indices {
                if requests[index].isAfterSync {
                    wire.sync()
                    // A timeout is set for one transaction.
                    try wire.addTimeout(timeout)
                }
                try wire.add(requests[index].sql)
                while places.count < wire.sent.count - 1 { places.append(-1) }
                places.append(index)
            }
        }
        return places
    }

    /// Gives each statement its answers.
    private static func read(
        _ requests: [Pipeline.Request], _ places: [Int], _ wire: Wire, _ limit: Wire.Limit
    ) async throws {
        func receiver(_ index: Int) -> PipelineReceiver? {
            guard places.indices.contains(index), places[index] >= 0 else { return nil }
            return requests[places[index]].receiver
        }
        // In a transaction block what came before an error stands, as far as the block will.
        var isInBlock = wire.session.transactionStatus != .idle
        // What came before this statement stands, as the pipeline itself has ended that transaction.
        var standing = 0
        var failure: PostgresError?
        if wire.isLoggingIn { try await wire.finishLogin(limit) }
        while wire.isBusy {
            if wire.expectsRow, let receiver = receiver(wire.extended.index) {
                while let row = wire.nextRow() { receiver.receive(row) }
            }
            guard let event = try wire.nextReceivedEvent() else {
                while try !wire.receiveSoon(limit) { try await wire.park(limit) }
                continue
            }
            let index = wire.extended.eventIndex
            switch event {
            case .row(let values):
                if let columns = wire.eventColumns {
                    receiver(index)?.receive(Row(columns: columns, chunk: wire.session.input.chunk, values: values))
                }
            case .complete(let tag):
                receiver(index)?.complete(tag)
                if tag.description == "COMMIT" || tag.description == "ROLLBACK" { standing = index + 1 }
                if tag.description == "COMMIT" { isInBlock = false }
            case .failed(var error):
                if error.isFatal { throw wire.fail(.server(error)) }
                _ = wire.noteStaleness(error, at: index)
                if places[index] >= 0 { error.sql = requests[places[index]].sql.text }
                for other in wire.extended.statementsOfSync
                where other >= standing && (other >= index || !isInBlock) {
                    receiver(other)?.fail(other == index ? .server(error) : .pipelineAborted(.init(cause: error)))
                }
                // Of what was sent along nobody can ask.
                if receiver(index) == nil { failure = failure ?? .server(error) }
            case .ready(let status): isInBlock = status != .idle
            default: break
            }
        }
        if let failure = wire.takeRefusal() ?? failure { throw failure }
    }
}
