/// One statement: Parse, Bind, Describe, Execute and Sync go out in one write; its rows, its tag and ReadyForQuery come back.
extension ConnectionHandle {
    /// Runs a statement and gives each of its rows to `body`.
    @usableFromInline
    func forEachRow(
        _ sql: SQL, _ formats: ResultFormats, timeout: Duration?, _ body: (RowView) throws -> Void
    ) async throws -> CommandTag {
        try await run(sql, formats, timeout) { connection in
            try connection.takeRows(body)
        } row: { columns, chunk, values in
            try body(RowView(columns: columns, values: chunk.span(values)))
        }
    }

    /// ``forEachRow(_:_:timeout:_:)`` for statements of the client's own: one function for all of them, as the compiler makes
    /// another of that one for each closure that it is given.
    @inline(never)
    @_semantics("optimize.sil.specialize.generic.never")
    func forEachOwnRow<R>(
        _ sql: SQL, _ formats: ResultFormats, timeout: Duration? = nil, _ body: (RowView) throws -> R
    ) async throws {
        _ = try await forEachRow(sql, formats, timeout: timeout) { row in _ = try body(row) }
    }

    /// The one value of a statement of the client's own.
    @inline(never)
    @_semantics("optimize.sil.specialize.generic.never")
    func fetchOwn<T: PostgresDecodable>(_ sql: SQL, as type: T.Type, timeout: Duration? = nil) async throws -> T {
        var value: T?
        var count = 0
        try await forEachOwnRow(sql, ResultFormats(type), timeout: timeout) { row in
            count += 1
            try checkAtMostOne(count)
            value = try row.decode(0, as: type)
        }
        return try only(value)
    }

    /// Runs a statement and gives each of its rows to `body`, which may keep them.
    func forEachOwnedRow(
        _ sql: SQL, _ formats: ResultFormats = .byType, timeout: Duration?, _ body: (Row) throws -> Void
    ) async throws {
        _ = try await run(sql, formats, timeout) { connection in
            var hasRows = false
            while let row = connection.nextRow() {
                hasRows = true
                try body(row)
            }
            return hasRows
        } row: { columns, chunk, values in
            try body(Row(columns: columns, chunk: chunk, values: values))
        }
    }

    /// Sends the statement and reads all of its answers.
    ///
    /// - Parameters:
    ///   - takeRows: takes the rows that have come and have a quick way, and says whether there were any.
    ///   - row: takes any other row, whose values lie in this range of the chunk.
    @inline(__always)
    private func run(
        _ sql: SQL, _ formats: ResultFormats, _ timeout: Duration?, _ takeRows: (PhysicalConnection) throws -> Bool,
        row: (Columns, Chunk, Range<Int>) throws -> Void
    ) async throws -> CommandTag {
        if try !lockIfIdle() { try await lock(timeout) }
        defer { unlock() }
        let connection = connection
        let limit = connection.limit(for: timeout)
        if connection.observation != nil { connection.statementBegins(sql) }
        var outcome = StatementOutcome()
        do {
            try connection.send(sql, formats, timeout: timeout)
            let tag: CommandTag = try await connection.receive(limit) {
                if try takeRows(connection) { outcome.hasRows = true }
                return nil
            } event: { event in
                guard case .row(let values) = event else {
                    return try outcome.receive(event, of: sql, timeout, connection)
                }
                outcome.hasRows = true
                if let columns = connection.batch.eventColumns {
                    try row(columns, connection.session.input.chunk, values)
                }
                return nil
            }
            if connection.observation != nil { connection.statementEnds(tag) }
            return tag
        } catch let interruption as PhysicalConnection.Interruption {
            let error = await connection.cancel(after: interruption, timeout)
            if connection.observation != nil { connection.statementFails(error) }
            throw error
        } catch {
            if connection.isBusy { connection.leftover = Leftover(sql, limit) }
            if connection.observation != nil { connection.statementFails(error) }
            throw error
        }
    }
}

/// How a statement ends, put together from its events.
struct StatementOutcome {
    /// Whether rows have come, so that the statement cannot be sent once more.
    var hasRows = false
    private var isRepeated = false
    private var tag = CommandTag("")
    private var failure: PostgresError?
    /// Why the data of a COPY were refused, which counts for more than what the server says to that.
    private var refusal: PostgresError?
    /// What the server had prepared was of no use any more, and nothing was carried out.
    private var isStale = false

    /// Takes what comes but the rows.
    ///
    /// When the statement was not carried out because the server no longer has, or can no longer use, what it had prepared,
    /// then the statement is sent once more, and its answers are what comes next.
    ///
    /// - Returns: the tag, once the server is ready again after a statement that succeeded.
    mutating func receive(
        _ event: QueryEvent, of sql: SQL, _ timeout: Duration?, _ connection: PhysicalConnection
    ) throws -> CommandTag? {
        // In a transaction nothing can be repeated: the error has ended it.
        if case .ready(.idle) = event, isStale, refusal == nil, !isRepeated, !hasRows {
            if let failure { connection.observation?.noteRepetition(failure) }
            self = StatementOutcome()
            isRepeated = true
            try connection.send(sql, connection.batch.wantedFormats, timeout: timeout)
            return nil
        }
        guard case .failed(let error) = event else { return try receive(event, connection) }
        return try fail(error, sql, connection)
    }

    // Apart, as it would make slower what comes with every statement.
    @inline(never)
    private mutating func fail(
        _ reported: ServerError, _ sql: SQL, _ connection: PhysicalConnection
    ) throws -> CommandTag? {
        var error = reported
        let index = connection.batch.answers.eventIndex
        // An error of a statement of our own is not about the caller's text.
        if index == connection.batch.sent.count - 1 { error.sql = sql.text }
        isStale = connection.noteStaleness(error, at: index) || isStale
        failure = failure ?? connection.failure(error, at: index)
        return try receive(.failed(error), connection)
    }

    /// Takes what comes but the rows, of the text of a script.
    mutating func receive(
        _ event: QueryEvent, of script: String, _ connection: PhysicalConnection
    ) throws -> CommandTag? {
        guard case .failed(var error) = event else { return try receive(event, connection) }
        error.locate(in: script)
        return try receive(.failed(error), connection)
    }

    private mutating func receive(_ event: QueryEvent, _ connection: PhysicalConnection) throws -> CommandTag? {
        switch event {
        case .complete(let tag): self.tag = tag
        case .failed(let error):
            failure = failure ?? .server(error)
            if error.isFatal { throw connection.fail(.server(error)) }
        case .wantsCopyData:
            try connection.refuseCopyData()
            refusal = refusal ?? .usage(Self.copyRefused)
        case .sendsCopyData: refusal = refusal ?? .usage(Self.copyRefused)
        case .ready:
            if let error = refusal ?? failure { throw error }
            return tag
        default: break
        }
        return nil
    }

    /// Why a COPY cannot be run by a call that neither gives nor takes data.
    static let copyRefused =
        "the statement is a COPY, whose data this call neither gives nor takes: use copyIn or copyOut"
}
