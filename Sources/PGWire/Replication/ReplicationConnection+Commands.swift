/// The commands of the replication protocol (manual: "Streaming Replication Protocol").
extension ReplicationConnection {
    /// IDENTIFY_SYSTEM: which server it is, and how far.
    ///
    /// - Throws: as ``Queryable/execute(script:timeout:)``.
    public func identifySystem(timeout: Duration? = nil) async throws -> ReplicationSystem {
        let row = try await run("IDENTIFY_SYSTEM", timeout)
        return ReplicationSystem(
            systemIdentifier: try row.decode("systemid", as: String.self),
            timeline: try row.decodeNumber("timeline") ?? 0,
            flushed: try row.decodeLSN("xlogpos") ?? .init(rawValue: 0),
            database: try row.decode("dbname", as: String?.self))
    }

    /// READ_REPLICATION_SLOT: where a physical slot is; nil when there is none of this name. From PostgreSQL 15 on. Logical
    /// slots are in the view `pg_replication_slots`.
    ///
    /// - Throws: ``PostgresError/usage(_:)`` for an impossible name; ``PostgresError/server(_:)`` for a logical slot.
    public func readSlot(_ name: String) async throws -> PhysicalReplicationSlot? {
        let name = try SlotName(name)
        try require(15, "READ_REPLICATION_SLOT")
        let row = try await run("READ_REPLICATION_SLOT \(name.quoted)")
        guard try row.decode("slot_type", as: String?.self) != nil else { return nil }
        return PhysicalReplicationSlot(
            restartLSN: try row.decodeLSN("restart_lsn"), timeline: try row.decodeNumber("restart_tli"))
    }

    /// CREATE_REPLICATION_SLOT: makes a logical slot with the output plugin `pgoutput`. It waits for the transactions that are
    /// under way.
    ///
    /// From now on the server keeps what was not acknowledged, without a limit unless `max_slot_wal_keep_size` is set, and
    /// also if nobody streams: drop a slot that is no longer used.
    ///
    /// - Parameters:
    ///   - name: 1 to 63 of the characters a to z, 0 to 9 and _.
    ///   - options: what the server is too old for is refused before anything is sent.
    /// - Throws: ``PostgresError/server(_:)`` when there is one already (`42710`), when `wal_level` is not `logical` (`55000`), or
    ///   when there are too many (`53400`); ``PostgresError/usage(_:)``; and as other calls.
    @discardableResult
    public func createSlot(
        _ name: String, _ options: ReplicationSlotOptions = .init(), timeout: Duration? = nil
    ) async throws -> CreatedReplicationSlot {
        let slot = try SlotName(name)
        if options.twoPhase { try require(15, "two_phase") }
        if options.failover { try require(17, "failover") }
        let temporary = options.isTemporary ? " TEMPORARY" : ""
        let beginning = "CREATE_REPLICATION_SLOT \(slot.quoted)\(temporary) LOGICAL pgoutput"
        let row = try await advised(about: name) {
            try await run(beginning + (serverVersion >= 15 ? options.list : options.words), timeout)
        }
        return CreatedReplicationSlot(
            name: try row.decode("slot_name", as: String.self),
            consistentPoint: try row.decodeLSN("consistent_point") ?? .init(rawValue: 0),
            snapshotName: try row.decode("snapshot_name", as: String?.self),
            plugin: try row.decode("output_plugin", as: String?.self))
    }

    /// DROP_REPLICATION_SLOT: the server forgets the slot, and what it kept for it.
    ///
    /// - Parameter wait: whether to wait until nobody uses it; else that is an error (`55006`).
    /// - Throws: ``PostgresError/server(_:)`` when there is none (`42704`), and as other calls.
    public func dropSlot(_ name: String, wait: Bool = false, timeout: Duration? = nil) async throws {
        let slot = try SlotName(name)
        try await advised(about: name) {
            try await execute(script: "DROP_REPLICATION_SLOT \(slot.quoted)\(wait ? " WAIT" : "")", timeout: timeout)
        }
    }

    private func require(_ version: Int, _ what: String) throws(PostgresError) {
        guard serverVersion < version else { return }
        throw .usage("\(what) is known from PostgreSQL \(version) on, and the server is PostgreSQL \(serverVersion)")
    }

    /// The one row that a command returns.
    private func run(_ command: String, _ timeout: Duration? = nil) async throws -> Row {
        guard let row = try await execute(script: command, timeout: timeout).first?.rows.first else {
            throw PostgresError.protocolViolation(ProtocolViolation("the server answered \(command) without a row"))
        }
        return row
    }

    /// Runs `body`; an error of the server's says what to do.
    @discardableResult
    private func advised<R>(about slot: String, _ body: () async throws -> R) async throws -> R {
        do {
            return try await body()
        } catch PostgresError.server(let error) {
            throw PostgresError.server(error.advisedOnReplication(slot: slot))
        }
    }
}

extension ReplicationSlotOptions {
    /// What follows the plugin's name, from PostgreSQL 15 on.
    fileprivate var list: String {
        var options = ["SNAPSHOT '\(snapshot.rawValue)'"]
        if twoPhase { options.append("TWO_PHASE true") }
        if failover { options.append("FAILOVER true") }
        return " (\(options.joined(separator: ", ")))"
    }

    /// The same before that.
    fileprivate var words: String {
        switch snapshot {
        case .nothing: " NOEXPORT_SNAPSHOT"
        case .export: " EXPORT_SNAPSHOT"
        case .use: " USE_SNAPSHOT"
        }
    }
}

extension Row {
    /// Places are told as text.
    fileprivate func decodeLSN(_ name: String) throws -> LogSequenceNumber? {
        try decode(name, as: String?.self).flatMap { LogSequenceNumber($0) }
    }

    /// Whether as `integer` or `bigint` depends on the version.
    fileprivate func decodeNumber(_ name: String) throws -> Int64? {
        try decode(name, as: String?.self).flatMap { Int64($0) }
    }
}
