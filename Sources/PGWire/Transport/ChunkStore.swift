import Synchronization

/// A free list of chunks of the usual size. Idle connections hold no chunk, and allocating one for each query would
/// cost more than receiving into it.
enum ChunkStore {
    private static let maximumCount = 16
    private static let chunks = Mutex<[Chunk]>([])

    /// Removes a chunk from the list, or allocates one. Its content is undefined.
    static func take() -> Chunk { chunks.withLock { $0.popLast() } ?? Chunk(capacity: InputBuffer.usualChunkSize) }

    /// Returns a chunk, which nothing else may refer to, to the list.
    static func giveBack(_ chunk: consuming Chunk) {
        guard chunk.capacity == InputBuffer.usualChunkSize else { return }
        let chunk = chunk
        chunks.withLock { chunks in
            if chunks.count < maximumCount { chunks.append(chunk) }
        }
    }
}
