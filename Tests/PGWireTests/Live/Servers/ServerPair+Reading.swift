import LocalPostgres
import PGWire
import Testing

/// What the tests do with a pair to have its standby fall behind.
extension ServerPair {
    /// Pools for both, which are closed afterwards.
    func withPools<R>(
        fallsBack: Bool = true, within timeout: Duration = .seconds(20), standby target: String = "standby",
        options: String = "", _ body: (ReplicatedPool) async throws -> R
    ) async throws -> R {
        let writing = ConnectionPool(
            try configuration([primary, standby], "target_session_attrs=read-write&connect_timeout=5"))
        let reading = ConnectionPool(
            try configuration([standby], "target_session_attrs=\(target)&connect_timeout=5\(options)"))
        var servers = ReplicatedPool(primary: writing, standbys: reading)
        servers.options.timeout = timeout
        servers.options.fallsBackToPrimary = fallsBack
        let result = await Result { try await body(servers) }
        await reading.close()
        await writing.close()
        return try result.get()
    }

    func onPrimary<R>(_ body: (Connection) async throws -> R) async throws -> R {
        try await Connection.withConnection(configuration([primary], ""), body)
    }

    func onStandby<R>(_ body: (Connection) async throws -> R) async throws -> R {
        try await Connection.withConnection(configuration([standby], ""), body)
    }

    /// Has the standby replay each commit so much later.
    func delayReplay(by milliseconds: Int) async throws {
        try await onStandby { db in
            try await db.execute(SQL(raw: "ALTER SYSTEM SET recovery_min_apply_delay = \(milliseconds)"))
            try await db.execute("SELECT pg_reload_conf()")
            let expected = milliseconds == 0 ? "0" : "\(milliseconds)ms"
            try await db.wait(for: "SELECT current_setting('recovery_min_apply_delay') = \(expected)")
        }
    }

    func pauseReplay() async throws {
        try await onStandby { db in
            try await db.execute("SELECT pg_wal_replay_pause()")
            try await db.wait(for: "SELECT pg_get_wal_replay_pause_state() = 'paused'")
        }
    }

    func resumeReplay() async throws {
        try await onStandby { _ = try await $0.execute("SELECT pg_wal_replay_resume()") }
    }

    /// Waits until somebody waits for the standby.
    func waitForQuestions() async throws {
        try await onStandby { db in
            try await db.wait(
                for: """
                    SELECT count(*) > 0 FROM pg_stat_activity
                    WHERE query LIKE '%pg_last_wal_replay_lsn%' AND pid <> pg_backend_pid() AND state = 'idle'
                    """)
        }
    }

    /// Cuts the standby off from the primary.
    func stopReplication() async throws {
        try await onStandby { db in
            try await db.execute("ALTER SYSTEM SET primary_conninfo = ''")
            try await db.execute("SELECT pg_reload_conf()")
            try await db.wait(for: "SELECT count(*) = 0 FROM pg_stat_wal_receiver")
        }
    }
}

extension Result where Failure == any Error {
    fileprivate init(_ body: () async throws -> Success) async {
        do { self = .success(try await body()) } catch { self = .failure(error) }
    }
}
