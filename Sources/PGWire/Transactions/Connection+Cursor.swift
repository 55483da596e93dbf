import Synchronization

extension Connection {
    /// Opens a cursor that belongs to no transaction, each row a tuple of the given types: between its pages anything can be run on
    /// the connection, transactions that come and go included (manual: "DECLARE", WITH HOLD).
    ///
    /// The server carries out the whole query at once, and keeps its rows, in files where they are many, until `body` is over. In a
    /// transaction ``Transaction/withCursor(_:as:scrolls:_:)-swift.method`` computes rows as they are asked for.
    ///
    /// - Parameter scrolls: whether it can go backwards and to any row.
    /// - Throws: what `body` throws; ``PostgresError/server(_:)`` when the statement is no query, or is refused;
    ///   ``PostgresError/usage(_:)`` through a transaction pooler, where the next page would be asked for elsewhere.
    public func withCursor<each T: PostgresDecodable, R>(
        _ sql: SQL, as type: (repeat each T).Type, scrolls: Bool = false,
        _ body: (borrowing ResultCursor<(repeat each T)>) async throws -> R
    ) async throws -> R {
        try await _handle.withHeldCursor(
            sql, scrolls, { handle, fetch in try await Transaction(handle).fetchAll(fetch, as: type) }, body)
    }

    /// Opens a cursor that belongs to no transaction, each row a `Decodable` value by the columns' names.
    ///
    /// - Parameter scrolls: whether it can go backwards and to any row.
    /// - Throws: as for tuples.
    @_disfavoredOverload
    public func withCursor<T: Decodable & Sendable, R>(
        _ sql: SQL, as type: T.Type, scrolls: Bool = false,
        _ body: (borrowing ResultCursor<T>) async throws -> R
    ) async throws -> R {
        try await _handle.withHeldCursor(
            sql, scrolls, { handle, fetch in try await Transaction(handle).fetchAll(fetch, as: type) }, body)
    }

    /// Opens a cursor that belongs to no transaction, each row a value that takes its columns itself.
    ///
    /// - Parameter scrolls: whether it can go backwards and to any row.
    /// - Throws: as for tuples.
    public func withCursor<T: PostgresRowDecodable & Sendable, R>(
        _ sql: SQL, as type: T.Type, scrolls: Bool = false,
        _ body: (borrowing ResultCursor<T>) async throws -> R
    ) async throws -> R {
        try await _handle.withHeldCursor(
            sql, scrolls, { handle, fetch in try await Transaction(handle).fetchAll(fetch, as: type) }, body)
    }

    /// Opens a cursor that belongs to no transaction.
    ///
    /// - Parameter scrolls: whether it can go backwards and to any row.
    /// - Throws: as for tuples.
    public func withCursor<R>(
        _ sql: SQL, scrolls: Bool = false, _ body: (borrowing ResultCursor<Row>) async throws -> R
    ) async throws -> R {
        try await _handle.withHeldCursor(
            sql, scrolls, { handle, fetch in try await Transaction(handle).fetchAll(fetch) }, body)
    }
}

extension ConnectionHandle {
    fileprivate func withHeldCursor<Element: Sendable, R>(
        _ sql: SQL, _ scrolls: Bool,
        _ decode: @escaping @Sendable (ConnectionHandle, SQL) async throws -> [Element],
        _ body: (borrowing ResultCursor<Element>) async throws -> R
    ) async throws -> R {
        try await checkServer()
        let name = CursorPages<Element>.newName()
        connection.heldCursors.add(1, ordering: .relaxed)
        var hasBegun = false
        do {
            try await withLock { connection in
                hasBegun = true
                try await Transaction(ConnectionHandle(connection, isTransaction: true)).execute(
                    "DECLARE \(raw: name) \(raw: scrolls ? "SCROLL" : "NO SCROLL") CURSOR WITH HOLD FOR \(sql)")
            }
        } catch {
            let isRefused = if case PostgresError.server = error { true } else { false }
            // Who was waiting for the connection has opened nothing, and must not cut off whoever has it.
            if isRefused || !hasBegun {
                connection.heldCursors.subtract(1, ordering: .relaxed)
                throw error
            }
            // It may have been opened just before the statement was given up.
            try? await atScopeEnd { try await $0.closeCursor(name, ifThere: true) }
            throw error
        }
        let pages = CursorPages(self, name, scrolls: scrolls, decode)
        let result: R
        do {
            result = try await body(ResultCursor(pages))
        } catch {
            pages.invalidate()
            try? await atScopeEnd { try await $0.closeCursor(name) }
            throw error
        }
        pages.invalidate()
        try await atScopeEnd { try await $0.closeCursor(name) }
        return result
    }

    /// Sees to it that the server process that answers is one's own.
    private func checkServer() async throws {
        try await withLock(nil) { connection in
            try await connection.completeLogin()
            if connection.poolerMode.kind != .transaction { try await connection.verifyServer(nil) }
            guard connection.poolerMode.kind != .transaction, connection.prepared.isVerified else {
                throw PostgresError.usage(
                    "a cursor outside of a transaction needs a server connection of one's own, and this leads to a transaction "
                        + "pooler (\(connection.poolerMode.reason)): open it inside of a transaction, by tx.withCursor")
            }
        }
    }
}

extension PhysicalConnection {
    /// Closes a cursor; with `ifThere` one that may not have been opened.
    fileprivate func closeCursor(_ name: String, ifThere: Bool = false) async throws {
        heldCursors.subtract(1, ordering: .relaxed)
        try await inOrder { limit in
            if ifThere {
                let sql: SQL = "SELECT true FROM pg_catalog.pg_cursors WHERE name OPERATOR(pg_catalog.=) \(name)"
                guard try await answer(sql, .zero, limit) == true else { return }
            }
            do {
                _ = try await answer("CLOSE \(raw: name)", .zero, limit)
            } catch PostgresError.server(let error) where error.sqlState == .invalidCursorName {
                // Somebody has closed it already, as by DISCARD ALL.
            }
        }
    }
}
