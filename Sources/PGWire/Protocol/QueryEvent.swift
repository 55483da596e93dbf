/// What the server's answers to a query mean to the caller.
package enum QueryEvent: Sendable {
    /// The statement was parsed, so that a name given to it can be used from now on.
    case parsed
    /// The columns of the rows that follow.
    case columns(Columns)
    /// A row; its values lie in this range of the chunk.
    case row(Range<Int>)
    /// A row of a statement of the client itself, not of the caller.
    case internalRow(Range<Int>)
    /// A statement is done.
    case complete(CommandTag)
    /// The server reported an error. Nothing more comes up to ``ready(_:)``.
    indirect case failed(ServerError)
    /// The statement is COPY FROM STDIN, and the server waits for the data.
    case wantsCopyData(CopyFormat)
    /// The statement is COPY TO STDOUT, and the data follows.
    case sendsCopyData(CopyFormat)
    /// A piece of that data lies in this range of the chunk.
    case copyData(Range<Int>)
    /// Everything up to a Sync was answered.
    case ready(TransactionStatus)
}

/// How the data of a COPY travels (manual: messages CopyInResponse and CopyOutResponse).
package struct CopyFormat: Sendable, Hashable {
    /// Binary, or else text or CSV.
    package var isBinary: Bool
    package var columnCount: Int
}
