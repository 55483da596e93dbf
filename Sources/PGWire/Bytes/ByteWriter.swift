/// Bytes on their way to a peer, written in network byte order into one growing buffer.
public struct ByteWriter: Sendable {
    /// What was written so far.
    public var bytes: [UInt8] { storage }

    // Not private, so that what writes values is compiled into the module that gives them.
    @usableFromInline var storage: [UInt8] = []

    /// An empty writer.
    public init() {}

    /// How many bytes were written.
    @inlinable public var count: Int { storage.count }

    /// Whether nothing was written.
    @inlinable public var isEmpty: Bool { storage.isEmpty }

    /// What was written so far, borrowed.
    public var span: RawSpan {
        @_lifetime(borrow self) borrowing get { unsafe storage.span.bytes }
    }

    /// Calls `body` with what was written after the first `count` bytes.
    func withSpan<R, E: Error>(droppingFirst count: Int, _ body: (RawSpan) throws(E) -> R) throws(E) -> R {
        try body(span.extracting(droppingFirst: count))
    }

    /// Writes one byte.
    @inlinable
    public mutating func write(_ byte: UInt8) {
        storage.append(byte)
    }

    /// Writes an integer, most significant byte first.
    @inlinable
    public mutating func write<I: FixedWidthInteger & BitwiseCopyable>(_ value: I) {
        unsafe withUnsafeBytes(of: value.bigEndian) { unsafe storage.append(contentsOf: $0) }
    }

    /// Writes the bytes of `other`.
    @inlinable
    public mutating func write(_ other: [UInt8]) {
        storage.append(contentsOf: other)
    }

    /// Writes the bytes of `span`.
    @inlinable
    public mutating func write(_ span: RawSpan) {
        unsafe span.withUnsafeBytes { unsafe storage.append(contentsOf: $0) }
    }

    /// Writes text as UTF-8, without an end mark.
    @inlinable
    public mutating func write(utf8 text: String) {
        storage.append(contentsOf: text.utf8)
    }

    /// Writes text as UTF-8 and a zero byte. The caller has made sure that the text holds no zero byte itself:
    /// ``FrontendMessage`` does so before anything is written.
    package mutating func write(cString text: String) {
        storage.append(contentsOf: text.utf8)
        storage.append(0)
    }

    /// Makes place for a 32-bit length that is known only later; give the returned mark to ``patchLength(_:to:)``.
    @inlinable
    public mutating func reserveLength() -> Int {
        let mark = storage.count
        write(UInt32(0))
        return mark
    }

    /// Puts `length` at a mark of ``reserveLength()``. Throws ``TooLong`` when it does not fit in 31 bits; then nothing
    /// of this writer may be sent.
    @inlinable
    public mutating func patchLength(_ mark: Int, to length: Int) throws(TooLong) {
        guard let value = Int32(exactly: length) else { throw TooLong(length: length) }
        patch(mark, to: value)
    }

    /// Puts `value` in place of what was written at `mark`.
    @inlinable
    mutating func patch(_ mark: Int, to value: Int32) {
        unsafe withUnsafeBytes(of: value.bigEndian) { source in
            for index in 0..<4 { storage[mark + index] = unsafe source[index] }
        }
    }

    /// Adds what `other` holds and empties it, without copying where this one is empty.
    package mutating func take(_ other: inout ByteWriter) {
        if isEmpty {
            swap(&self, &other)
        } else {
            write(other.span)
        }
        other.removeAll()
    }

    /// Adds up to `count` bytes that `fill` writes in place; it returns how many it wrote.
    mutating func append(count: Int, _ fill: (UnsafeMutableRawBufferPointer) -> Int) {
        let start = storage.count
        storage.append(contentsOf: repeatElement(0, count: count))
        let written = unsafe storage.withUnsafeMutableBytes { all in
            unsafe fill(UnsafeMutableRawBufferPointer(rebasing: all[start...]))
        }
        truncate(to: start + min(max(written, 0), count))
    }

    /// Forgets everything after the first `count` bytes.
    @usableFromInline
    package mutating func truncate(to count: Int) {
        if count < storage.count { storage.removeLast(storage.count - count) }
    }

    /// Forgets everything and keeps the memory for what comes next.
    package mutating func removeAll() {
        storage.removeAll(keepingCapacity: true)
    }

    /// A length that the protocol cannot express (2 GiB or more).
    public struct TooLong: Error, Sendable, Equatable {
        /// The length in bytes.
        public var length: Int

        @usableFromInline init(length: Int) { self.length = length }
    }
}
