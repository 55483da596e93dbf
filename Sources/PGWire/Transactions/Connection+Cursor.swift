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
            try? await close(name, ifThere: true)
            throw error
        }
        let pages = CursorPages(self, name, scrolls: scrolls, decode)
        let result: R
        do {
            result = try await body(ResultCursor(pages))
        } catch {
            pages.invalidate()
            try? await close(name)
            throw error
        }
        pages.invalidate()
        try await close(name)
        return result
    }

    /// Sees to it that the server process that answers is one's own.
    private func checkServer() async throws {
        try await withLock(nil) { connection in
            try await connection.completeLogin()
            let limit = connection.limit(for: nil)
            if connection.poolerMode.kind != .transaction, !connection.prepared.isVerified {
                do {
                    try connection.sendBatch { () throws(PostgresError) in _ = try connection.isServerKnown() }
                    try await connection.drain(limit)
                } catch let interruption as PhysicalConnection.Interruption {
                    throw await connection.cancel(after: interruption, nil)
                }
            }
            guard connection.poolerMode.kind != .transaction, connection.prepared.isVerified else {
                throw PostgresError.usage(
                    "a cursor outside of a transaction needs a server connection of one's own, and this leads to a transaction "
                        + "pooler (\(connection.poolerMode.reason)): open it inside of a transaction, by tx.withCursor")
            }
        }
    }

    /// Closes it. When that cannot be done, the connection is closed, which closes all that it has.
    private func close(_ name: String, ifThere: Bool = false) async throws {
        do {
            // Others may use the connection, and come to their end first.
            try await lock(nil)
        } catch {
            // The task is cancelled, or somebody keeps the connection who will not give it back.
            guard await lockForCleanup(within: .seconds(30)) else {
                connection.abort()
                throw PostgresError.connection(.closedMeanwhile(connection.endpoint))
            }
        }
        defer { unlock() }
        // A pool that has taken the connection back has closed it.
        try checkValid()
        connection.heldCursors.subtract(1, ordering: .relaxed)
        try await connection.closeCursor(name, ifThere: ifThere)
    }
}

extension PhysicalConnection {
    fileprivate func closeCursor(_ name: String, ifThere: Bool) async throws {
        try checkOpen()
        do {
            let limit = Limit.cleanup()
            try await drain(limit)
            let sql: SQL =
                ifThere
                ? "SELECT name FROM pg_catalog.pg_cursors WHERE name OPERATOR(pg_catalog.=) \(name)"
                : "CLOSE \(raw: name)"
            if try await runOfOurOwn(sql, limit), ifThere { _ = try await runOfOurOwn("CLOSE \(raw: name)", limit) }
        } catch Interruption.timedOut {
            throw fail(.connection(.lost(endpoint, because: Transport.Failure.timedOut.reason, isUnderWay: true)))
        } catch let error as PostgresError {
            // Somebody has closed it already, as by DISCARD ALL.
            if case .server(let error) = error, error.sqlState == .invalidCursorName { return }
            close()
            throw error
        }
    }

    /// Runs a statement, and says whether it had a row.
    private func runOfOurOwn(_ sql: SQL, _ limit: Limit) async throws -> Bool {
        if observation != nil { statementBegins(sql) }
        var outcome = StatementOutcome()
        do {
            try send(sql, .text, timeout: .zero)
            let tag = try await receive(limit) { () -> CommandTag? in
                if try takeRows({ _ in }) { outcome.hasRows = true }
                return nil
            } event: { event in
                guard case .row = event else { return try outcome.receive(event, of: sql, .zero, self) }
                outcome.hasRows = true
                return nil
            }
            if observation != nil { statementEnds(tag) }
        } catch {
            if observation != nil { statementFails(error) }
            throw error
        }
        return outcome.hasRows
    }
}
