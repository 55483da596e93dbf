/// An open transaction. Only the closure that it was given to can use it.
public struct Transaction: Queryable, ~Copyable {
    let channel: Channel

    public func query(_ sql: SQL, timeout: Duration?) -> RowSequence<Row> {
        channel.query(sql, timeout: timeout)
    }

    @discardableResult
    public func execute(_ sql: SQL, timeout: Duration?) async throws -> CommandTag {
        try await channel.execute(sql, timeout: timeout)
    }

    @discardableResult
    public func execute(script: String, timeout: Duration?) async throws -> [StatementResult] {
        try await channel.execute(script: script, timeout: timeout)
    }
}

/// How much a transaction sees of others at the same time (manual: "Transaction Isolation").
public enum IsolationLevel: String, Sendable, CaseIterable {
    /// Each statement sees what was committed before it began. The server's usual default.
    case readCommitted = "READ COMMITTED"
    /// The whole transaction sees what was committed before its first statement.
    case repeatableRead = "REPEATABLE READ"
    /// As if transactions ran one after the other; may fail with `40001`, so ask for retries.
    case serializable = "SERIALIZABLE"
}
