/// The events of a query.
package enum QueryEvent: Sendable {
    /// The statement was parsed; from now on its name can be used.
    case parsed
    /// The types of the parameters of a statement that is only described.
    case parameters([OID])
    /// The columns of the rows that follow.
    case columns(Columns)
    /// A row. The range is that of its values in the chunk.
    case row(Range<Int>)
    /// A row of a statement of the driver's own.
    case internalRow(Range<Int>)
    /// A statement is complete.
    case complete(CommandTag)
    /// As many rows have come as were asked for at most; there may be more.
    case suspended
    /// The server reported an error. The next event is ``ready(_:)``.
    indirect case failed(ServerError)
    /// The statement is COPY FROM STDIN, and the server waits for the data.
    case wantsCopyData(CopyFormat)
    /// The statement is COPY TO STDOUT, and the data follows.
    case sendsCopyData(CopyFormat)
    /// A piece of that data. The range is that in the chunk.
    case copyData(Range<Int>)
    /// Everything up to a Sync was answered.
    case ready(TransactionStatus)
}

/// The format of the data of a COPY (manual: messages CopyInResponse and CopyOutResponse).
package struct CopyFormat: Sendable, Hashable {
    /// True for binary, false for text and CSV.
    package var isBinary: Bool
    package var columnCount: Int
}
