/// What the server says of a statement that it has read and not carried out.
public struct StatementDescription: Sendable {
    /// The types of the parameters: those of the Swift values, or what the server took for those that go untyped, as `String`.
    public internal(set) var parameterTypes: [OID] = []
    /// The columns of its rows; none for a statement that has no rows. Their format says nothing.
    public internal(set) var columns = Columns([])
}

extension Queryable where Self: ~Copyable {
    /// Has the server prepare a statement ahead, and says what it takes and gives.
    ///
    /// It need not be called: a statement is prepared when it is run first. Called when a server starts, it says whether text and types
    /// are right before the first request comes. Where nothing can be kept on the server, as through a transaction pooler, the
    /// statement is only described.
    ///
    /// - Throws: ``PostgresError/server(_:)`` when there is something wrong with the statement, which in a transaction ends that;
    ///   ``PostgresError/usage(_:)`` when the text does not use its values, or uses others.
    @discardableResult
    public func prepare<each Parameter: PostgresEncodable>(
        _ statement: PreparedStatement<repeat each Parameter>, timeout: Duration? = nil
    ) async throws -> StatementDescription {
        try await _handle.describe(statement.withoutValues, isKept: true, timeout)
    }

    /// Has the server read a statement without carrying it out, and says what it takes and gives (manual: "Extended Query",
    /// Describe). Nothing of it stays on the server.
    ///
    /// - Throws: ``PostgresError/server(_:)`` when there is something wrong with the statement, which in a transaction ends that.
    public func describe(_ sql: SQL, timeout: Duration? = nil) async throws -> StatementDescription {
        try await _handle.describe(sql, isKept: false, timeout)
    }
}

extension ConnectionHandle {
    fileprivate func describe(
        _ sql: SQL, isKept: Bool, _ timeout: Duration?
    ) async throws -> StatementDescription {
        try await withLock(timeout) { connection in
            try await connection.observed {
                connection.statementBegins(sql)
            } _: {
                try await connection.cancelling(timeout) {
                    let limit = connection.limit(for: timeout)
                    let (result, isStale) = try await connection.describe(sql, isKept, timeout, limit)
                    // What was prepared may have got lost, or be of no use any more; then nothing is known of it, and it goes anew.
                    if isStale { return try await connection.describe(sql, isKept, timeout, limit).result.get() }
                    return try result.get()
                }
            } end: { _ in
                connection.statementEnds(nil, rows: nil)
            }
        }
    }
}

extension PhysicalConnection {
    /// Describes a statement once; also whether it failed because what had been prepared is of no use any more.
    fileprivate func describe(
        _ sql: SQL, _ isKept: Bool, _ timeout: Duration?, _ limit: Limit
    ) async throws -> (result: Result<StatementDescription, PostgresError>, isStale: Bool) {
        var description = StatementDescription()
        var failure: PostgresError?
        var isStale = false
        try sendDescription(sql, isKept: isKept, timeout: timeout)
        while true {
            switch try await nextEvent(limit) {
            case .parameters(let types):
                // Those of which nothing was declared come on top.
                guard types.count >= sql.parameterCount else {
                    throw fail(
                        .protocolViolation(
                            ProtocolViolation(
                                "ParameterDescription has \(types.count) types for \(sql.parameterCount) parameters")))
                }
                description.parameterTypes = types
            case .columns(let columns): description.columns = columns
            case .failed(var error):
                let index = batch.answers.eventIndex
                if index == batch.sent.count - 1 { error.sql = sql.text }
                if error.isFatal { throw fail(.server(error)) }
                isStale = noteStaleness(error, at: index)
                failure = failure ?? .server(error)
            case .ready(let status):
                return (failure.map { .failure($0) } ?? .success(description), isStale && status == .idle)
            default: break
            }
        }
    }
}
