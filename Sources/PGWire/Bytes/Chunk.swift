/// A piece of received memory that is only ever appended to.
///
/// Rows point into it and keep it alive. That is safe while the connection goes on receiving into the same chunk: what
/// a row points at was written before the row existed and is never written again. ``InputBuffer`` starts over at the
/// chunk's beginning only when it is the sole owner.
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

    /// For a buffer that holds nothing.
    static let empty = Chunk(capacity: 0)

    deinit {
        unsafe base.deallocate()
    }

    /// The bytes of `range`, which lies below what was written.
    @_lifetime(borrow self)
    package func span(_ range: Range<Int>) -> RawSpan {
        let inside = range.clamped(to: 0..<capacity)
        let span = unsafe RawSpan(_unsafeStart: UnsafeRawPointer(base) + inside.lowerBound, byteCount: inside.count)
        return unsafe _overrideLifetime(span, borrowing: self)
    }

    /// The memory from `offset` on, to be written by the one owner of the unwritten part.
    func free(from offset: Int) -> UnsafeMutableRawBufferPointer {
        let start = min(max(offset, 0), capacity)
        return unsafe UnsafeMutableRawBufferPointer(start: base + start, count: capacity - start)
    }

    /// Moves `range` to the beginning.
    func moveToFront(_ range: Range<Int>) {
        unsafe Memory.move(range.count, from: base + range.lowerBound, to: base)
    }
}
