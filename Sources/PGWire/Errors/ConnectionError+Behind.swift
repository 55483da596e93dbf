/// How it is told that a server does not have what is to be read.
extension ConnectionError {
    /// A standby has not come so far in time. `text` says how far it is, and why.
    static func behind(_ endpoint: Endpoint, _ lsn: String, within timeout: Duration, _ text: String) -> ConnectionError
    {
        ConnectionError(
            .behind, phase: .idle, endpoint: endpoint,
            "the standby \(endpoint) has not replayed the log up to \(lsn) within \(timeout.text): \(text); read from the primary, or "
                + "allow more time")
    }

    /// A server's log ends before what a consumer of its replication has acknowledged.
    static func progressLost(_ endpoint: Endpoint, _ lsn: String, end: String) -> ConnectionError {
        ConnectionError(
            .writeLost, phase: .idle, endpoint: endpoint,
            "the log of \(endpoint) ends at \(end) and so before \(lsn), up to where all was acknowledged: what was written there was "
                + "lost in a failover or a restore, or is another cluster's; nothing would be streamed until the log is there again, so "
                + "make a new slot, copy the tables anew, and begin where that slot does")
    }

    /// A primary's log ends before a place that was reported by a commit.
    static func writeLost(_ endpoint: Endpoint, _ lsn: String, end: String) -> ConnectionError {
        ConnectionError(
            .writeLost, phase: .idle, endpoint: endpoint,
            "the log of the primary \(endpoint) ends at \(end) and so before \(lsn), where the write is that is to be read: it was lost "
                + "in a failover or a crash, or is another cluster's; forget that place, and look what has become of the write"
        )
    }
}
