/// What was received and not yet taken, in chunks that rows may go on pointing into.
///
/// An idle connection holds no memory for it: the chunk is let go of when all was taken (``takeIfEmpty()``). While much
/// is received, chunks grow, so that a large result costs few system calls.
package struct InputBuffer: ~Copyable {
    private var storage: Chunk?
    /// The part of ``chunk`` that was received and not yet taken.
    package private(set) var pending: Range<Int> = 0..<0
    private let chunkSize: Int
    private var nextSize: Int
    /// How many bytes were copied within the buffer, to make place for others.
    package private(set) var movedBytes = 0
    /// How large chunks are at first.
    package static let usualChunkSize = 16 * 1024
    private static let maximumChunkSize = 128 * 1024

    package init(chunkSize: Int = usualChunkSize) {
        self.chunkSize = chunkSize
        nextSize = chunkSize
    }

    /// What ``pending`` lies in.
    package var chunk: Chunk { storage ?? .empty }

    package var count: Int { pending.count }

    /// The bytes received and not yet taken.
    package var span: RawSpan {
        @_lifetime(borrow self) borrowing get {
            guard let storage else { return RawSpan() }
            return unsafe _overrideLifetime(storage.span(pending), borrowing: self)
        }
    }

    /// A copy of the bytes received and not yet taken.
    package func copy() -> [UInt8] { [UInt8](copying: span) }

    /// Takes `count` bytes off the front.
    package mutating func consume(_ count: Int) {
        pending = min(pending.lowerBound + max(count, 0), pending.upperBound)..<pending.upperBound
    }

    /// Lets go of the memory if nothing is in it, and returns it if nobody else refers to it; rows that point into it keep it
    /// for themselves.
    mutating func takeIfEmpty() -> Chunk? {
        guard pending.isEmpty else { return nil }
        defer {
            storage = nil
            pending = 0..<0
            nextSize = chunkSize
        }
        return isKnownUniquelyReferenced(&storage) ? storage : nil
    }

    /// Whether the next thing to receive takes a new chunk of the usual size; give it one by ``provide(_:)``, to save making it.
    var wantsChunk: Bool { storage == nil && nextSize == Self.usualChunkSize }

    /// Takes a chunk that nobody else refers to.
    mutating func provide(_ chunk: consuming Chunk) {
        guard storage == nil else { return }
        storage = chunk
        pending = 0..<0
    }

    /// Makes place for at least `minimum` bytes and calls `fill` with it, which returns how many it wrote. Where more memory
    /// must be had for that, there will be place for the `expected` ones.
    package mutating func append<E: Error>(
        minimum: Int = 1, expected: Int = 1, _ fill: (UnsafeMutableRawBufferPointer) throws(E) -> Int
    ) throws(E) -> Int {
        let chunk = room(for: max(minimum, 1), max(minimum, expected))
        let free = unsafe chunk.free(from: pending.upperBound)
        let written = unsafe try fill(free)
        pending = pending.lowerBound..<min(pending.upperBound + max(written, 0), chunk.capacity)
        // Whoever sends more than there was place for is likely to go on.
        if written >= free.count { nextSize = min(chunk.capacity * 2, max(Self.maximumChunkSize, chunkSize)) }
        return written
    }

    /// How much to expect where `missing` bytes are announced: that much, but never more than has arrived
    /// already, so that memory grows with what a peer sends and not with what it claims to be about to send.
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
        // One huge message must not keep its memory.
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
