/// Bytes on their way to a peer, written in network byte order into one growing buffer.
public struct ByteWriter: Sendable {
    /// The memory, all of it initialised; what lies beyond ``count`` means nothing. Not private, so that what writes values
    /// is compiled into the module that gives them.
    @usableFromInline var storage: [UInt8] = []

    /// Where what was written ends.
    @usableFromInline var end = 0

    /// How many bytes were written.
    @inlinable public var count: Int { end }

    /// An empty writer.
    @inlinable public init() {}

    /// An empty writer with place for so many bytes.
    package init(capacity: Int) { storage = [UInt8](repeating: 0, count: max(capacity, 0)) }

    /// A copy of what was written so far.
    public var bytes: [UInt8] { Array(storage.prefix(count)) }

    /// Whether nothing was written.
    @inlinable public var isEmpty: Bool { count == 0 }

    /// What was written so far, borrowed.
    public var span: RawSpan {
        @_lifetime(borrow self) borrowing get { unsafe storage.span.bytes.extracting(first: count) }
    }

    /// Calls `body` with what was written after the first `count` bytes.
    func withSpan<R, E: Error>(droppingFirst count: Int, _ body: (RawSpan) throws(E) -> R) throws(E) -> R {
        try body(span.extracting(droppingFirst: count))
    }

    /// Makes place for so many bytes after those that are there.
    @usableFromInline
    mutating func grow(by size: Int) {
        let capacity = max(64, storage.count * 2, count + size)
        let (old, end) = (storage, end)
        // In one piece, as a loop over elements would take its time in a debug build.
        storage = unsafe [UInt8](unsafeUninitializedCapacity: capacity) { place, initialized in
            unsafe place.initialize(repeating: 0)
            unsafe old.withUnsafeBytes { bytes in
                let written = unsafe UnsafeRawBufferPointer(rebasing: bytes[..<end])
                unsafe UnsafeMutableRawBufferPointer(place).copyMemory(from: written)
            }
            initialized = capacity
        }
    }

    /// Makes place for `size` bytes and has `fill` write all of them.
    @inlinable
    @inline(__always)
    mutating func write(size: Int, _ fill: (UnsafeMutableRawBufferPointer) -> Void) {
        if storage.count - count < size { grow(by: size) }
        let start = count
        // Sound: there is place for `size` bytes from `start` on.
        unsafe storage.withUnsafeMutableBytes { all in
            unsafe fill(UnsafeMutableRawBufferPointer(rebasing: all[start..<start + size]))
        }
        end = start + size
    }

    /// Writes one byte.
    @inlinable
    public mutating func write(_ byte: UInt8) {
        unsafe write(size: 1) { unsafe $0[0] = byte }
    }

    /// Writes an integer, most significant byte first.
    @inlinable
    public mutating func write<I: FixedWidthInteger & BitwiseCopyable>(_ value: I) {
        unsafe write(size: MemoryLayout<I>.size) { unsafe $0.storeBytes(of: value.bigEndian, as: I.self) }
    }

    /// Writes the bytes of `other`.
    @inlinable
    public mutating func write(_ other: [UInt8]) {
        unsafe other.withUnsafeBytes { bytes in
            unsafe write(size: bytes.count) { unsafe $0.copyMemory(from: bytes) }
        }
    }

    /// Writes the bytes of `span`.
    @inlinable
    public mutating func write(_ span: RawSpan) {
        unsafe write(size: span.byteCount) { place in
            unsafe span.withUnsafeBytes { unsafe place.copyMemory(from: $0) }
        }
    }

    /// Writes text as UTF-8, without an end mark.
    @inlinable
    public mutating func write(utf8 text: String) {
        let size = text.utf8.count
        let isCopied: Void? = unsafe text.utf8.withContiguousStorageIfAvailable { utf8 in
            unsafe write(size: size) { unsafe $0.copyMemory(from: UnsafeRawBufferPointer(utf8)) }
        }
        if isCopied == nil { unsafe write(size: size) { unsafe $0.copyBytes(from: text.utf8) } }
    }

    /// Writes text as UTF-8 and a zero byte. The caller has made sure that the text holds no zero byte itself:
    /// ``FrontendMessage`` does so before anything is written.
    package mutating func write(cString text: String) {
        write(utf8: text)
        write(UInt8(0))
    }

    /// Makes place for a 32-bit length that is known only later; give the returned mark to ``patchLength(_:to:)``.
    @inlinable
    public mutating func reserveLength() -> Int {
        let mark = count
        write(UInt32(0))
        return mark
    }

    /// Puts `length` at a mark of ``reserveLength()``. Throws ``TooLong`` when it does not fit in 31 bits; then nothing
    /// of this writer may be sent.
    @inlinable
    public mutating func patchLength(_ mark: Int, to length: Int) throws(TooLong) {
        guard let value = Int32(exactly: length) else { throw TooLong(length: length) }
        unsafe storage.withUnsafeMutableBytes { all in
            unsafe all.storeBytes(of: value.bigEndian, toByteOffset: mark, as: Int32.self)
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
    mutating func append(count size: Int, _ fill: (UnsafeMutableRawBufferPointer) -> Int) {
        var written = 0
        unsafe write(size: size) { unsafe written = fill($0) }
        end -= size - min(max(written, 0), size)
    }

    /// Forgets everything after the first `count` bytes.
    @usableFromInline
    package mutating func truncate(to count: Int) { end = min(end, max(count, 0)) }

    /// Forgets everything and keeps the memory for what comes next.
    package mutating func removeAll() { end = 0 }

    /// Lets go of the memory if it is much and nothing is in it.
    package mutating func releaseIfLarge() {
        if isEmpty, storage.count > 1024 { storage = [] }
    }

    /// A length that the protocol cannot express (2 GiB or more).
    public struct TooLong: Error, Sendable, Equatable {
        /// The length in bytes.
        public var length: Int

        @usableFromInline init(length: Int) { self.length = length }
    }
}
