import Synchronization

extension Replication {
    /// Whole transactions, in the order of their commits. What was undone is not among them, whether by ROLLBACK or ROLLBACK TO.
    ///
    /// The changes of one transaction are held in memory until its end. With ``Options/Streaming/off``, which is the default,
    /// that is one transaction at a time, as the server keeps the others; with streaming all that are under way are held. For
    /// transactions of any size iterate over the events (``Replication`` itself), and put them where they are undone if need be.
    ///
    /// - Parameter maximumSize: how many bytes are held at most; when there are more, ``PostgresError/usage(_:)`` is thrown.
    public func transactions(maximumSize: Int = 256 << 20) -> Transactions {
        Transactions(source: source, maximumSize: maximumSize)
    }

    /// What ``Replication/transactions(maximumSize:)`` goes through.
    public struct Transactions: AsyncSequence, Sendable {
        /// What is iterated over.
        public typealias Element = TransactionEvent
        /// What the iteration throws: ``PostgresError``, or `CancellationError` when the task is cancelled.
        public typealias Failure = any Error

        let source: ReplicationSource
        let maximumSize: Int

        /// Goes through what comes.
        public func makeAsyncIterator() -> AsyncIterator { AsyncIterator(source: source, maximumSize: maximumSize) }

        /// Goes through what comes.
        public struct AsyncIterator: AsyncIteratorProtocol {
            let source: ReplicationSource
            let maximumSize: Int

            /// Waits for what comes next. It never returns nil.
            ///
            /// - Throws: as ``Replication/AsyncIterator/next()``; ``PostgresError/usage(_:)`` when what is under way is too
            ///   large to be held.
            public mutating func next() async throws -> TransactionEvent? {
                try await source.nextTransaction(maximumSize)
            }

            /// Waits for what comes next, as ``next()``.
            public mutating func next(isolation actor: isolated (any Actor)?) async throws -> TransactionEvent? {
                try await source.nextTransaction(maximumSize)
            }
        }
    }
}

extension ReplicationSource {
    fileprivate func nextTransaction(_ maximumSize: Int) async throws -> TransactionEvent {
        while true {
            let event = try await next()
            // In one step, so that two who iterate get each transaction once and whole.
            let (result, size) = collected.withLock { ($0.take(event), $0.size) }
            if let result { return result }
            guard size <= maximumSize else {
                collected.withLock { $0 = TransactionCollector() }
                throw fail(
                    .usage(
                        "the transactions under way have more than the \(maximumSize) bytes that are to be held: allow more "
                            + "(maximumSize), turn streaming off, or iterate over the single events"))
            }
        }
    }
}
