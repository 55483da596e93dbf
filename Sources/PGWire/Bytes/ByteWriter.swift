/// Bytes on their way to a peer, written in network byte order into one growing buffer.
// Sendable, as the memory that copies share is only read.
public struct ByteWriter: @unchecked Sendable {
    /// The memory, shared by copies until one of them writes; nil while there is none. Not private, so that what writes values
    /// is compiled into the module that gives them.
    @usableFromInline var storage: ByteStorage?

    /// How many bytes fit.
    @usableFromInline var capacity = 0

    /// Where what was written ends.
    @usableFromInline var end = 0

    /// How many bytes were written.
    @inlinable public var count: Int { end }

    /// An empty writer.
    @inlinable public init() {}

    /// An empty writer with place for so many bytes.
    package init(capacity: Int) {
        if capacity > 0 { grow(by: capacity) }
    }

    /// A copy of what was written so far.
    public var bytes: [UInt8] { [UInt8](copying: span) }

    /// Whether nothing was written.
    @inlinable public var isEmpty: Bool { count == 0 }

    /// What was written so far, borrowed.
    public var span: RawSpan {
        @_lifetime(borrow self) borrowing get {
            guard let storage else { return RawSpan() }
            // Sound: the storage lives as long as this does, and its first `count` bytes were written.
            return unsafe _overrideLifetime(
                RawSpan(_unsafeStart: UnsafeRawPointer(storage.base), byteCount: count), borrowing: self)
        }
    }

    /// Calls `body` with what was written after the first `count` bytes.
    func withSpan<R, E: Error>(droppingFirst count: Int, _ body: (RawSpan) throws(E) -> R) throws(E) -> R {
        try body(span.extracting(droppingFirst: count))
    }

    /// Makes place for so many bytes after those that are there, in memory that nobody else has.
    @usableFromInline
    mutating func grow(by size: Int) {
        let needed = count + size
        let capacity = needed <= self.capacity ? self.capacity : max(64, self.capacity * 2, needed)
        let new = ByteStorage.make(capacity: capacity)
        if let storage { unsafe new.base.copyMemory(from: storage.base, byteCount: count) }
        storage = new
        self.capacity = capacity
    }

    /// Makes place for `size` bytes and has `fill` write all of them.
    @inlinable
    @inline(__always)
    mutating func write(size: Int, _ fill: (UnsafeMutableRawBufferPointer) -> Void) {
        if capacity - count < size || !isKnownUniquelyReferenced(&storage) { grow(by: size) }
        guard let storage else { return }
        let start = count
        // Sound: there is place for `size` bytes from `start` on.
        unsafe fill(UnsafeMutableRawBufferPointer(start: storage.base + start, count: size))
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

    /// Whether there is a zero byte in what was written after the first `start` bytes.
    @usableFromInline
    func hasZero(from start: Int) -> Bool {
        span.extracting(droppingFirst: start).hasZero
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

    /// Puts `length` at a mark of ``reserveLength()``. Throws ``LengthOverflowError`` when it does not fit in 31 bits; then nothing
    /// of this writer may be sent.
    @inlinable
    public mutating func patchLength(_ mark: Int, to length: Int) throws(LengthOverflowError) {
        guard let value = Int32(exactly: length) else { throw LengthOverflowError(length: length) }
        if !isKnownUniquelyReferenced(&storage) { grow(by: 0) }
        guard let storage, mark >= 0, mark <= count - 4 else { return }
        // Sound: four bytes are there at the mark.
        unsafe storage.base.storeBytes(of: value.bigEndian, toByteOffset: mark, as: Int32.self)
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
        guard isEmpty, capacity > 1024 else { return }
        storage = nil
        capacity = 0
    }

    /// A length that the protocol cannot express (2 GiB or more).
    public struct LengthOverflowError: Error, Sendable, Equatable {
        /// The length in bytes.
        public var length: Int

        @usableFromInline init(length: Int) { self.length = length }
    }
}
