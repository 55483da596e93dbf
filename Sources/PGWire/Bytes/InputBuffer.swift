/// What was received and not yet taken, in chunks that rows may go on pointing into.
package struct InputBuffer: ~Copyable {
    package private(set) var chunk: Chunk
    /// The part of ``chunk`` that was received and not yet taken.
    package private(set) var pending: Range<Int> = 0..<0
    private let chunkSize: Int

    package init(chunkSize: Int = 16 * 1024) {
        self.chunkSize = chunkSize
        self.chunk = Chunk(capacity: chunkSize)
    }

    package var count: Int { pending.count }

    /// The bytes received and not yet taken.
    package var span: RawSpan {
        @_lifetime(borrow self) borrowing get { chunk.span(pending) }
    }

    /// A copy of the bytes received and not yet taken.
    package func copy() -> [UInt8] { [UInt8](copying: span) }

    /// Takes `count` bytes off the front.
    package mutating func consume(_ count: Int) {
        pending = min(pending.lowerBound + max(count, 0), pending.upperBound)..<pending.upperBound
    }

    /// Makes place for at least `minimum` bytes and calls `fill` with it, which returns how many it wrote.
    package mutating func append<E: Error>(
        minimum: Int = 1, _ fill: (UnsafeMutableRawBufferPointer) throws(E) -> Int
    ) throws(E) -> Int {
        makeRoom(minimum)
        let written = unsafe try fill(chunk.free(from: pending.upperBound))
        pending = pending.lowerBound..<min(pending.upperBound + max(written, 0), chunk.capacity)
        return written
    }

    /// How much to receive at once where `missing` bytes are announced: that much, but never more than has arrived
    /// already, so that memory grows with what a peer sends and not with what it claims to be about to send.
    package func credible(_ missing: Int) -> Int { min(missing, max(count, chunkSize)) }

    /// Appends a copy of `bytes`.
    package mutating func append(_ bytes: RawSpan) {
        _ = unsafe append(minimum: bytes.byteCount) { free in
            unsafe bytes.withUnsafeBytes { unsafe free.copyMemory(from: $0) }
            return bytes.byteCount
        }
    }

    private mutating func makeRoom(_ minimum: Int) {
        let sole = isKnownUniquelyReferenced(&chunk)
        if sole, pending.isEmpty {
            pending = 0..<0
            // One huge message must not keep its memory for the life of the connection.
            if chunk.capacity > 8 * chunkSize { chunk = Chunk(capacity: chunkSize) }
        }
        guard chunk.capacity - pending.upperBound < max(minimum, 1) else { return }
        let size = pending.count
        if sole, chunk.capacity - size >= max(minimum, chunk.capacity / 2) {
            chunk.moveToFront(pending)
        } else {
            let next = Chunk(capacity: max(chunkSize, size * 2, size + minimum))
            unsafe chunk.span(pending).withUnsafeBytes { unsafe next.free(from: 0).copyMemory(from: $0) }
            chunk = next
        }
        pending = 0..<size
    }
}
