/// How far a server is in the write-ahead log: by what it has written, or what it has replayed as a standby.
struct LogPosition {
    /// What was committed before this was asked has its end here or before; on a standby, what ends here or before is seen.
    var lsn: LogSequenceNumber
    /// Whether the server is a standby.
    var isStandby: Bool
    /// What of its log a primary has flushed: that of each commit that waited for it.
    var flushed: LogSequenceNumber?

    /// Asks a server of either kind.
    ///
    /// The place of insertion and none of those that were written or flushed: a commit with `synchronous_commit = off` is in
    /// none of them yet.
    static let query: SQL = """
        SELECT pg_catalog.pg_is_in_recovery(), pg_catalog.pg_last_wal_replay_lsn(),
            CASE WHEN NOT pg_catalog.pg_is_in_recovery() THEN pg_catalog.pg_current_wal_insert_lsn() END,
            CASE WHEN NOT pg_catalog.pg_is_in_recovery() THEN pg_catalog.pg_current_wal_flush_lsn() END,
            pg_catalog.current_setting('wal_block_size')::pg_catalog.int8,
            pg_catalog.pg_size_bytes(pg_catalog.current_setting('wal_segment_size'))
        """
    static let formats = ResultFormats(Values.self)

    typealias Values = (Bool, LogSequenceNumber?, LogSequenceNumber?, LogSequenceNumber?, Int64, Int64)

    init(_ values: Values) {
        let (isStandby, replayed, inserted, flushed, blockSize, segmentSize) = values
        self.isStandby = isStandby
        self.flushed = flushed
        if let inserted {
            lsn = inserted.beforePageHeader(blockSize: blockSize, segmentSize: segmentSize)
        } else {
            // A standby that has replayed nothing yet, or one that was promoted while it answered.
            lsn = replayed ?? LogSequenceNumber(rawValue: 0)
        }
    }

    init(_ row: RowView) throws { self.init(try row.decode(as: Values.self)) }

    /// Whether all that ends at `lsn` or before is seen.
    ///
    /// - Throws: where it never will be, as this is a primary, and its log has not come so far: what was written there is lost.
    func reaches(_ lsn: LogSequenceNumber, at endpoint: Endpoint) throws(PostgresError) -> Bool {
        if self.lsn >= lsn || lsn == .max && !isStandby { return true }
        guard isStandby else { throw .connection(.writeLost(endpoint, lsn.description, end: self.lsn.description)) }
        return false
    }
}

extension LogSequenceNumber {
    /// Where the last record ends, when this is where the next one will be inserted.
    ///
    /// On a page that nothing has been written to, the next record comes after the page's header; a standby that has replayed
    /// all there is says where the page begins, and would seem to be behind until something else is written.
    package func beforePageHeader(blockSize: Int64, segmentSize: Int64) -> LogSequenceNumber {
        guard let blockSize = UInt64(exactly: blockSize), let segmentSize = UInt64(exactly: segmentSize), blockSize > 0,
            segmentSize > 0
        else { return self }
        // The first page of a segment has the longer one (XLogLongPageHeaderData, XLogPageHeaderData).
        let isFirst = rawValue % segmentSize < blockSize
        let header: UInt64 = isFirst ? 40 : 24
        return rawValue % blockSize == header ? LogSequenceNumber(rawValue: rawValue - header) : self
    }
}
