/// The fields that messages of `pgoutput` are made of.
extension ByteReader {
    @_lifetime(self: copy self)
    mutating func readLSN() throws -> LogSequenceNumber { LogSequenceNumber(rawValue: try read(UInt64.self)) }

    @_lifetime(self: copy self)
    mutating func readXID() throws -> TransactionID { TransactionID(rawValue: try read(UInt32.self)) }

    @_lifetime(self: copy self)
    mutating func readTime() throws -> TimestampTZ { TimestampTZ(microseconds: try read(Int64.self)) }

    /// Flags that mean nothing yet.
    @_lifetime(self: copy self)
    mutating func readFlags() throws { _ = try read(UInt8.self) }

    @_lifetime(self: copy self)
    mutating func readCommit() throws -> ReplicationEvent.Commit {
        try readFlags()
        return .init(lsn: try readLSN(), endLSN: try readLSN(), time: try readTime())
    }

    @_lifetime(self: copy self)
    mutating func readPrepared() throws -> (ReplicationEvent.Prepared, TransactionID) {
        let (lsn, endLSN, time) = (try readLSN(), try readLSN(), try readTime())
        let transaction = try readXID()
        let identifier = try readCString()
        return (.init(identifier: identifier, lsn: lsn, endLSN: endLSN, time: time), transaction)
    }

    @_lifetime(self: copy self)
    mutating func readRollback() throws -> (ReplicationEvent.PreparedRollback, TransactionID) {
        let (prepareEnd, end) = (try readLSN(), try readLSN())
        let (prepareTime, time) = (try readTime(), try readTime())
        let transaction = try readXID()
        let identifier = try readCString()
        return (
            .init(
                identifier: identifier, prepareEndLSN: prepareEnd, endLSN: end, prepareTime: prepareTime, time: time),
            transaction
        )
    }

    @_lifetime(self: copy self)
    mutating func readMessage() throws -> LogicalMessage {
        let flags = try read(UInt8.self)
        let lsn = try readLSN()
        let prefix = try readCString()
        let content = try readBytes(Int(try read(Int32.self)))
        return LogicalMessage(isTransactional: flags & 1 != 0, lsn: lsn, prefix: prefix, content: content)
    }
}
