/// An open transaction. Only the closure that it was given to can use it.
public struct Transaction: Queryable, ~Copyable {
    let channel: Channel

    public var poolerMode: PoolerMode { channel.wire.poolerMode }

    public func query(_ sql: SQL, timeout: Duration?) -> RowSequence<Row> {
        channel.query(sql, timeout: timeout)
    }

    @discardableResult
    public func forEachRow(
        _ sql: SQL, timeout: Duration?, _ body: (RowView) throws -> Void
    ) async throws -> CommandTag {
        try await channel.forEachRow(sql, timeout: timeout, body)
    }

    @discardableResult
    public func execute(script: String, timeout: Duration?) async throws -> [StatementResult] {
        try await channel.execute(script: script, timeout: timeout)
    }

    public func run(_ pipeline: consuming Pipeline, timeout: Duration?) async throws {
        try await channel.run(pipeline, timeout: timeout)
    }

    public func copy(
        in sql: SQL, timeout: Duration?, _ body: (inout CopyWriter) async throws -> Void
    ) async throws -> Int {
        try await channel.copyIn(sql, timeout: timeout, body)
    }

    public func copy(
        out sql: SQL, timeout: Duration?, _ body: (RawSpan) async throws -> Void
    ) async throws -> Int {
        try await channel.copyOut(sql, timeout: timeout, body)
    }

    public func copy(
        out sql: SQL, types: [OID], timeout: Duration?, _ body: (RowView) throws -> Void
    ) async throws -> Int {
        try await channel.copyOutRows(sql, types, timeout: timeout, body)
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
