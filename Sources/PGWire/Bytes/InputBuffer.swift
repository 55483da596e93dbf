/// The bytes that were received and not yet consumed, in chunks that rows may still refer to.
///
/// An idle connection holds no chunk: it is released when all bytes are consumed (``takeIfEmpty()``). Chunks grow
/// while much is received, so that a large result costs few system calls.
package struct InputBuffer: ~Copyable {
    private var storage: Chunk?
    /// The part of ``chunk`` that was received and not yet consumed.
    package private(set) var pending: Range<Int> = 0..<0
    private let chunkSize: Int
    private var nextSize: Int
    /// The number of bytes copied within the buffer to make room for others.
    package private(set) var movedBytes = 0
    /// The size of the first chunk, in bytes.
    package static let usualChunkSize = 16 * 1024
    private static let maximumChunkSize = 128 * 1024

    package init(chunkSize: Int = usualChunkSize) {
        self.chunkSize = chunkSize
        nextSize = chunkSize
    }

    /// The chunk that ``pending`` is in.
    package var chunk: Chunk { storage ?? .empty }

    package var count: Int { pending.count }

    /// The bytes that were received and not yet consumed.
    package var span: RawSpan {
        @_lifetime(borrow self) borrowing get {
            guard let storage else { return RawSpan() }
            return unsafe _overrideLifetime(storage.span(pending), borrowing: self)
        }
    }

    /// A copy of the bytes that were received and not yet consumed.
    package func copy() -> [UInt8] { [UInt8](copying: span) }

    /// Removes the first `count` bytes.
    package mutating func consume(_ count: Int) {
        pending = min(pending.lowerBound + max(count, 0), pending.upperBound)..<pending.upperBound
    }

    /// Releases the chunk when the buffer is empty. Returns it unless rows still refer to it.
    mutating func takeIfEmpty() -> Chunk? {
        guard pending.isEmpty else { return nil }
        defer {
            storage = nil
            pending = 0..<0
            nextSize = chunkSize
        }
        return isKnownUniquelyReferenced(&storage) ? storage : nil
    }

    /// Whether the next receive allocates a chunk of the usual size; ``provide(_:)`` saves that allocation.
    var wantsChunk: Bool { storage == nil && nextSize == Self.usualChunkSize }

    /// Uses `chunk`, which nothing else may refer to, for the next receive.
    mutating func provide(_ chunk: consuming Chunk) {
        guard storage == nil else { return }
        storage = chunk
        pending = 0..<0
    }

    /// Reserves room for at least `minimum` bytes and calls `fill` with it, which returns how many it wrote. When that
    /// takes a new chunk, the chunk has room for `expected` bytes.
    package mutating func append<E: Error>(
        minimum: Int = 1, expected: Int = 1, _ fill: (UnsafeMutableRawBufferPointer) throws(E) -> Int
    ) throws(E) -> Int {
        let chunk = room(for: max(minimum, 1), max(minimum, expected))
        let free = unsafe chunk.free(from: pending.upperBound)
        let written = unsafe try fill(free)
        pending = pending.lowerBound..<min(pending.upperBound + max(written, 0), chunk.capacity)
        // A full chunk means that more is likely to come.
        if written >= free.count { nextSize = min(chunk.capacity * 2, max(Self.maximumChunkSize, chunkSize)) }
        return written
    }

    /// How many bytes to expect when the peer announces `missing` more: never more than have arrived already, so that
    /// memory grows with what the peer sends and not with what it announces.
    package func credible(_ missing: Int) -> Int { min(missing, max(count, chunkSize)) }

    /// Appends a copy of `bytes`.
    package mutating func append(_ bytes: RawSpan) {
        _ = unsafe append(minimum: bytes.byteCount) { free in
            unsafe bytes.withUnsafeBytes { unsafe free.copyMemory(from: $0) }
            return bytes.byteCount
        }
    }

    /// A chunk with at least `minimum` free bytes after ``pending``, and if it is a new one, with `expected`.
    private mutating func room(for minimum: Int, _ expected: Int) -> Chunk {
        let isSole = isKnownUniquelyReferenced(&storage)
        let size = pending.count
        // The chunk of one huge message must not be kept.
        let limit = size > 0 ? Int.max : max(Self.maximumChunkSize, 8 * chunkSize)
        if let chunk = storage, chunk.capacity >= nextSize, chunk.capacity <= limit {
            if isSole, chunk.capacity - size >= max(minimum, chunk.capacity / 2) {
                if pending.lowerBound > 0 {
                    chunk.moveToFront(pending)
                    movedBytes += size
                }
                pending = 0..<size
                return chunk
            }
            if chunk.capacity - pending.upperBound >= max(minimum, chunk.capacity / 8) { return chunk }
        }
        let next = Chunk(capacity: max(nextSize, size * 2, size + expected))
        unsafe span.withUnsafeBytes { unsafe next.free(from: 0).copyMemory(from: $0) }
        storage = next
        pending = 0..<size
        movedBytes += size
        return next
    }
}
