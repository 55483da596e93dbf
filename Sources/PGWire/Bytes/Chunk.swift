/// A block of memory that received bytes are appended to.
///
/// Rows refer to its bytes and keep it alive, while the connection receives more into the same chunk. That is safe:
/// the bytes of a row were written before the row was made and are never written again. ``InputBuffer`` reuses the
/// chunk from its start only when it is the sole owner.
@usableFromInline
@safe package final class Chunk: @unchecked Sendable {
    private let base: UnsafeMutableRawPointer
    package let capacity: Int

    init(capacity: Int) {
        unsafe self.base = UnsafeMutableRawPointer.allocate(byteCount: max(capacity, 1), alignment: 16)
        self.capacity = capacity
    }

    /// A copy of `bytes`.
    package convenience init(copying bytes: RawSpan) {
        self.init(capacity: bytes.byteCount)
        unsafe bytes.withUnsafeBytes { unsafe free(from: 0).copyMemory(from: $0) }
    }

    /// The chunk of an empty buffer.
    static let empty = Chunk(capacity: 0)

    deinit {
        unsafe base.deallocate()
    }

    /// The bytes of `range`, which must have been written.
    @usableFromInline
    @_lifetime(borrow self)
    package func span(_ range: Range<Int>) -> RawSpan {
        let inside = range.clamped(to: 0..<capacity)
        let span = unsafe RawSpan(_unsafeStart: UnsafeRawPointer(base) + inside.lowerBound, byteCount: inside.count)
        return unsafe _overrideLifetime(span, borrowing: self)
    }

    /// The memory from `offset` on. Only the owner of the unwritten part may write it.
    func free(from offset: Int) -> UnsafeMutableRawBufferPointer {
        let start = min(max(offset, 0), capacity)
        return unsafe UnsafeMutableRawBufferPointer(start: base + start, count: capacity - start)
    }

    /// Moves `range` to the beginning.
    func moveToFront(_ range: Range<Int>) {
        unsafe Memory.move(range.count, from: base + range.lowerBound, to: base)
    }
}
