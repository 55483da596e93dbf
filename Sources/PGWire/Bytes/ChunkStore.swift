import Synchronization

/// Chunks of the usual size that nobody uses at the moment. An idle connection holds none, and to make one for each query
/// would cost more than what is received into it.
enum ChunkStore {
    /// What all chunks in here, and all that are given out, are long.
    static let chunkSize = 16 * 1024
    private static let maximumCount = 16
    private static let chunks = Mutex<[Chunk]>([])

    static func take() -> Chunk { chunks.withLock { $0.popLast() } ?? Chunk(capacity: chunkSize) }

    /// Takes back a chunk that nobody else refers to.
    static func giveBack(_ chunk: consuming Chunk) {
        guard chunk.capacity == chunkSize else { return }
        let chunk = chunk
        chunks.withLock { chunks in
            if chunks.count < maximumCount { chunks.append(chunk) }
        }
    }
}
