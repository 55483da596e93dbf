/// Waiting until a standby has replayed the log up to a place.
struct ReplayWait {
    let lsn: LogSequenceNumber
    let timeout: Duration
    let deadline: MonotonicInstant

    init(lsn: LogSequenceNumber, timeout: Duration) {
        self.lsn = lsn
        self.timeout = timeout
        deadline = .now + timeout
    }
}

/// The server has no command to wait by, so it is asked again and again.
extension PhysicalConnection {
    /// The longest pause between two questions.
    private static let longestPause = Duration.milliseconds(32)

    /// Begins a transaction that sees the log up to a place.
    ///
    /// Question and transaction are one flight: behind a pooler the next flight may go to another server.
    func begin(_ statement: SQL, _ settings: TransactionSettings, after wait: ReplayWait) async throws {
        let wait = ReplayWait(lsn: wait.lsn, timeout: wait.timeout)
        while true {
            let position = try only(await begin(statement, settings, asksPosition: true))
            if try position.reaches(wait.lsn, at: endpoint) { return }
            await rollBack()
            try checkOpen()
            try await waitForReplay(wait, from: position)
        }
    }

    /// Waits, in no transaction, until the standby is there.
    ///
    /// - Throws: ``PostgresError/connection(_:)`` when it is not in time.
    func waitForReplay(_ wait: ReplayWait, from position: LogPosition) async throws {
        let handle = ConnectionHandle(self, isTransaction: true)
        var position = position
        var pause = Duration.milliseconds(1)
        while try !position.reaches(wait.lsn, at: endpoint) {
            let left = wait.deadline - .now
            // For the end of all logs nobody waits.
            guard left > .zero, wait.lsn != .max else {
                let text = await describeReplay(position, wait.lsn, handle)
                throw PostgresError.connection(.behind(endpoint, wait.lsn.description, within: wait.timeout, text))
            }
            try await Task.sleep(for: min(pause, left))
            pause = min(pause * 2, Self.longestPause)
            try await handle.forEachOwnRow(LogPosition.query, LogPosition.formats) { row in
                position = try LogPosition(row)
            }
        }
    }

    /// How far a standby is, and what it waits for as far as that can be said.
    private func describeReplay(
        _ position: LogPosition, _ lsn: LogSequenceNumber, _ handle: ConnectionHandle
    ) async -> String {
        var text = "it is at \(position.lsn)"
        var isPaused = false
        var received: LogSequenceNumber?
        let state: SQL = "SELECT pg_catalog.pg_is_wal_replay_paused(), pg_catalog.pg_last_wal_receive_lsn()"
        _ = try? await handle.forEachOwnRow(state, ResultFormats((Bool, LogSequenceNumber?).self)) { row in
            (isPaused, received) = try row.decode(as: (Bool, LogSequenceNumber?).self)
        }
        if isPaused { text += ", its replay is paused" }
        if let received { text += received < lsn ? ", and has not received it" : ", and has received it" }
        return text
    }
}
