import Synchronization

extension Connection {
    /// Streams what is committed to the tables of publications, on a connection of its own, and gives `body` the sequence of it.
    /// When the connection is lost, another one takes its place, and the sequence says so.
    ///
    /// ```swift
    /// try await Connection.replicate(from: "feed", publications: ["all_tables"], configuration) { replication in
    ///     for try await case .transaction(let transaction) in replication.transactions() {
    ///         for change in transaction.changes { print(change) }
    ///         replication.acknowledge(transaction.endLSN)
    ///     }
    /// }
    /// ```
    /// The slot must be there (``ReplicationConnection/createSlot(_:_:)``), and nobody else use it. However `body` ends, the
    /// stream is ended then, what was acknowledged told to the server, and the connection closed. While `body` runs, a task
    /// beside it tells the server that the consumer lives; all else happens in the task that iterates.
    ///
    /// - Parameters:
    ///   - slot: a logical slot of the output plugin `pgoutput`.
    ///   - publications: at least one name.
    ///   - configuration: leads to the server itself. The role needs the attribute REPLICATION.
    /// - Throws: what `body` throws; ``PostgresError/usage(_:)`` where a pooler is between, a publication is not there, or the
    ///   server is too old for an option; ``PostgresError/connection(_:)`` with the reason `writeLost` where the server's log does not
    ///   reach to what was acknowledged; ``PostgresError/server(_:)`` for a slot that is not there (`42704`), in use
    ///   (`55006`), or lost (`55000`); and as ``connect(_:)``. The first attempt to connect is the only one.
    @discardableResult
    public static func replicate<R>(
        from slot: String, publications: [SQLIdentifier], _ configuration: Connection.Configuration,
        _ options: Replication.Options = .init(), _ body: (Replication) async throws -> R
    ) async throws -> R {
        let request = try ReplicationRequest(slot, publications, options)
        let progress = ReplicationProgress(from: options.startingAt)
        let feed = try await ReplicationFeed.open(configuration, request, progress)
        return try await ReplicationSource(feed, request, progress, configuration).run(body)
    }
}

extension ReplicationConnection {
    /// Streams on this connection, as ``Connection/replicate(from:publications:_:_:_:)``; from a temporary slot, too. When the
    /// connection is lost, the sequence throws. Meanwhile it can be used for nothing else, and afterwards again, but not to
    /// stream: a server does that once for each connection.
    ///
    /// - Throws: what `body` throws, and as ``Connection/replicate(from:publications:_:_:_:)``.
    @discardableResult
    public func replicate<R>(
        from slot: String, publications: [SQLIdentifier], _ options: Replication.Options = .init(),
        _ body: (Replication) async throws -> R
    ) async throws -> R {
        let request = try ReplicationRequest(slot, publications, options)
        let progress = ReplicationProgress(from: options.startingAt)
        // Where it has once ended a stream, the server ends the next one at once.
        guard !hasStreamed.exchange(true, ordering: .relaxed) else {
            throw PostgresError.usage("the server streams once for each connection: connect anew")
        }
        let preparation = try await prepare(request, progress)
        let handle = connection._handle
        return try await handle.withLock { physical in
            let mark = ConnectionHandle.CopyInProgress(handle)
            defer { mark.end() }
            let feed = try await ReplicationFeed.start(
                on: physical, preparation, request, progress, until: .now + physical.configuration.connectTimeout)
            let source = ReplicationSource(feed, request, progress, nil)
            return try await ConnectionHandle.$copies.withValue(ConnectionHandle.copies + [mark]) {
                try await source.run(body)
            }
        }
    }

    /// Asks what has to be known before, and looks at what the server would not say.
    fileprivate func prepare(
        _ request: ReplicationRequest, _ progress: ReplicationProgress
    ) async throws -> ReplicationPreparation {
        // What the server is too old for is refused before anything is asked.
        _ = try request.command(server: serverVersion, from: progress.acknowledged)
        let timeout = connection._handle.connection.configuration.connectTimeout
        let results = try await execute(script: request.preparation, timeout: timeout).suffix(5).map(\.rows)
        guard results.count == 5 else {
            throw PostgresError.protocolViolation(ProtocolViolation("the server left statements unanswered"))
        }
        // The server would take the place as it is, and keep back in silence what is written before it.
        if let end = try results[3].first?.decode(0, as: LogSequenceNumber?.self) ?? nil, end < progress.acknowledged {
            throw PostgresError.connection(
                .progressLost(connection.endpoint, "\(progress.acknowledged)", end: "\(end)"))
        }
        let missing = try results[4].map { try $0.decode(0, as: String.self) }
        if !missing.isEmpty { throw ReplicationRequest.missing(missing) }
        if let confirmed = try results[1].first?.decode(0, as: LogSequenceNumber?.self) ?? nil {
            progress.note(confirmed: confirmed)
        }
        var preparation = ReplicationPreparation(
            command: try request.command(server: serverVersion, from: progress.acknowledged))
        // In milliseconds; 0 for never.
        let setting = try results[0].first?.decode(0, as: String.self)
        if let milliseconds = setting.flatMap({ Int($0) }), milliseconds > 0 {
            preparation.serverTimeout = .milliseconds(milliseconds)
        }
        for row in results[2] {
            preparation.domains[OID(try row.decode(0, as: UInt32.self))] = OID(try row.decode(1, as: UInt32.self))
        }
        return preparation
    }
}

extension ReplicationFeed {
    /// A new connection that streams.
    static func open(
        _ configuration: Connection.Configuration, _ request: ReplicationRequest, _ progress: ReplicationProgress
    ) async throws -> ReplicationFeed {
        progress.restart()
        let connection = try await ReplicationConnection.connect(configuration)
        do {
            let preparation = try await connection.prepare(request, progress)
            // For as long as the feed lives.
            try await connection.connection._handle.lock(nil)
            return try await start(
                on: connection.connection._handle.connection, owner: connection, preparation, request, progress,
                until: .now + configuration.connectTimeout)
        } catch {
            await connection.close()
            throw error
        }
    }
}

extension ReplicationSource {
    /// Gives `body` the sequence, and ends it.
    func run<R>(_ body: (Replication) async throws -> R) async throws -> R {
        async let _: Void = keepAlive()
        do {
            let result = try await body(Replication(source: self))
            await end()
            return result
        } catch {
            await end()
            throw error
        }
    }
}
