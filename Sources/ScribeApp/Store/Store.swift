package import PGWire

/// What the application keeps in its database. All SQL about users, e-mails, templates and the queue is in this folder.
///
/// Every operation is one statement, which is its own transaction: it is carried out whole or not at all, needs nothing
/// of the session that a transaction pooler would lose, and costs one round trip beside the connection. A second one looks
/// again where the first has met what another session is only just storing.
///
/// It stands on a ``ConnectionProvider`` and not on a connection, so that it can open another one when the first could not
/// be had. Who does several things in a row saves the others' connecting by ``session(_:)``.
///
/// Each operation throws ``StoreError`` for what is wrong with the values, `PostgresError` for what is wrong with the database,
/// and `CancellationError`. `PostgresError.connection` in the phase `query`, and `PostgresError.commitOutcomeUnknown`, mean that a change
/// may or may not have been made; where it can then simply be asked for again, the operation says so.
package struct Store: Sendable {
    /// How many rows a list has at most that the API does not page: more than anybody reads, and no danger to the memory of
    /// a small machine.
    package static let longestList: Int64 = 10_000

    private let connections: any ConnectionProvider
    private let retrying: Retrying

    package init(_ connections: any ConnectionProvider, retrying: Retrying = Retrying()) {
        self.connections = connections
        self.retrying = retrying
    }

    /// Runs `body` with a store whose operations share one connection.
    ///
    /// Getting the connection is tried again, `body` never: it may have done something already. Errors of `body` come out
    /// unchanged.
    package func session<R>(_ body: (Store) async throws -> R) async throws -> R {
        var hasBegun = false
        return try await retrying.run {
            try await connections.withConnection { db in
                hasBegun = true
                return try await body(Store(Pinned(connection: db), retrying: .withinConnection))
            }
        } unless: {
            hasBegun
        }
    }

    /// Runs `body`, which is one operation, with a connection.
    func run<R>(_ body: (Connection) async throws -> R) async throws -> R {
        do {
            return try await retrying.run {
                try await connections.withConnection(body)
            } unless: {
                false
            }
        } catch let error as PostgresError {
            throw StoreError(error) ?? error
        }
    }

    /// All rows of a statement.
    func rows<Element>(_ sql: SQL, _ decode: (RowView) throws -> Element) async throws -> [Element] {
        try await run { db in
            var elements: [Element] = []
            try await db.forEachRow(sql) { row in elements.append(try decode(row)) }
            return elements
        }
    }

    /// The first row of a statement that has one at most.
    func row<Element>(_ sql: SQL, _ decode: (RowView) throws -> Element) async throws -> Element? {
        try await rows(sql, decode).first
    }

    /// The same connection again and again.
    private struct Pinned: ConnectionProvider {
        let connection: Connection

        func withConnection<R>(_ body: (Connection) async throws -> R) async throws -> R { try await body(connection) }
    }
}
