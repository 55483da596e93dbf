import Synchronization

/// Chunks of the usual size that nobody uses at the moment. An idle connection holds none, and to make one for each query
/// would cost more than what is received into it.
enum ChunkStore {
    private static let maximumCount = 16
    private static let chunks = Mutex<[Chunk]>([])

    /// A chunk with any content.
    static func take() -> Chunk { chunks.withLock { $0.popLast() } ?? Chunk(capacity: InputBuffer.usualChunkSize) }

    /// Takes back a chunk that nobody else refers to.
    static func giveBack(_ chunk: consuming Chunk) {
        guard chunk.capacity == InputBuffer.usualChunkSize else { return }
        let chunk = chunk
        chunks.withLock { chunks in
            if chunks.count < maximumCount { chunks.append(chunk) }
        }
    }
}
