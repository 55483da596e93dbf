/// What the server's answers to a query mean to the caller.
package enum QueryEvent: Sendable {
    /// The columns of the rows that follow.
    case columns(Columns)
    /// A row; its values lie in this range of the chunk.
    case row(Range<Int>)
    /// A statement is done.
    case complete(CommandTag)
    /// The server reported an error. Nothing more comes but ``ready(_:)``.
    indirect case failed(ServerError)
    /// The statement is COPY FROM STDIN, and the server waits for data that this call cannot give. The caller sends
    /// CopyFail, and Sync in the extended protocol; then ``failed(_:)`` comes.
    case wantsCopyData
    /// The statement is COPY TO STDOUT, whose data this call drops.
    case sendsCopyData
    /// Everything asked for was answered.
    case ready(TransactionStatus)
}
