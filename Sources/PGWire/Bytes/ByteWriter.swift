// Sendable, as the memory that copies share is only read.
/// Writes values in network byte order into one growing buffer.
public struct ByteWriter: @unchecked Sendable {
    /// The memory, shared by copies until one of them writes; nil while there is none. Not private, so that the
    /// writing functions can be inlined into other modules.
    @usableFromInline var storage: ByteStorage?

    /// The size of the memory, in bytes.
    @usableFromInline var capacity = 0

    /// The number of bytes written.
    @usableFromInline var end = 0

    /// The number of bytes written.
    @inlinable public var count: Int { end }

    /// An empty writer.
    @inlinable public init() {}

    /// An empty writer with room for `capacity` bytes.
    package init(capacity: Int) {
        if capacity > 0 { grow(by: capacity) }
    }

    /// A copy of the bytes written.
    public var bytes: [UInt8] { [UInt8](copying: span) }

    /// Whether nothing was written.
    @inlinable public var isEmpty: Bool { count == 0 }

    /// The bytes written, borrowed.
    public var span: RawSpan {
        @_lifetime(borrow self) borrowing get {
            guard let storage else { return RawSpan() }
            // Sound: the storage lives as long as this does, and its first `count` bytes were written.
            return unsafe _overrideLifetime(
                RawSpan(_unsafeStart: UnsafeRawPointer(storage.base), byteCount: count), borrowing: self)
        }
    }

    /// Calls `body` with the bytes after the first `count`.
    func withSpan<R, E: Error>(droppingFirst count: Int, _ body: (RawSpan) throws(E) -> R) throws(E) -> R {
        try body(span.extracting(droppingFirst: count))
    }

    /// Reserves room for more bytes, in memory that no copy shares.
    @usableFromInline
    mutating func grow(by size: Int) {
        let needed = count + size
        let capacity = needed <= self.capacity ? self.capacity : max(64, self.capacity * 2, needed)
        let new = ByteStorage.make(capacity: capacity)
        if let storage { unsafe new.base.copyMemory(from: storage.base, byteCount: count) }
        storage = new
        self.capacity = capacity
    }

    /// Makes room for so many more bytes at once, where it is known that they will come.
    mutating func reserve(_ size: Int) {
        if capacity - count < size { grow(by: size) }
    }

    /// Appends `size` bytes, all of which `fill` must write.
    @inlinable
    @inline(__always)
    mutating func write(size: Int, _ fill: (UnsafeMutableRawBufferPointer) -> Void) {
        if capacity - count < size || !isKnownUniquelyReferenced(&storage) { grow(by: size) }
        guard let storage else { return }
        let start = count
        // Sound: there is room for `size` bytes from `start` on.
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

    /// Writes text as UTF-8, without a terminating zero byte.
    @inlinable
    public mutating func write(utf8 text: String) {
        let size = text.utf8.count
        let isCopied: Void? = unsafe text.utf8.withContiguousStorageIfAvailable { utf8 in
            unsafe write(size: size) { unsafe $0.copyMemory(from: UnsafeRawBufferPointer(utf8)) }
        }
        if isCopied == nil { unsafe write(size: size) { unsafe $0.copyBytes(from: text.utf8) } }
    }

    /// Whether any byte after the first `start` is zero.
    @usableFromInline
    func hasZero(from start: Int) -> Bool {
        span.extracting(droppingFirst: start).hasZero
    }

    /// Writes text as UTF-8 and a zero byte. The text must not contain a zero byte: ``FrontendMessage`` checks that
    /// first.
    package mutating func write(cString text: String) {
        write(utf8: text)
        write(UInt8(0))
    }

    /// Reserves room for a 32-bit length that is known later. Returns the offset to give to ``patchLength(_:to:)``.
    @inlinable
    public mutating func reserveLength() -> Int {
        let mark = count
        write(UInt32(0))
        return mark
    }

    /// Writes `length` at an offset returned by ``reserveLength()``. Throws ``LengthOverflowError`` when it does not
    /// fit in 31 bits; then the bytes must not be sent.
    @inlinable
    public mutating func patchLength(_ mark: Int, to length: Int) throws(LengthOverflowError) {
        guard let value = Int32(exactly: length) else { throw LengthOverflowError(length: length) }
        if !isKnownUniquelyReferenced(&storage) { grow(by: 0) }
        guard let storage, mark >= 0, mark <= count - 4 else { return }
        // Sound: there are four bytes at the mark.
        unsafe storage.base.storeBytes(of: value.bigEndian, toByteOffset: mark, as: Int32.self)
    }

    /// Moves the bytes of `other` to the end of this writer; copies nothing when this one is empty.
    package mutating func take(_ other: inout ByteWriter) {
        if isEmpty {
            swap(&self, &other)
        } else {
            write(other.span)
        }
        other.removeAll()
    }

    /// Appends at most `count` bytes. `fill` writes them in place and returns how many it wrote.
    mutating func append(count size: Int, _ fill: (UnsafeMutableRawBufferPointer) -> Int) {
        var written = 0
        unsafe write(size: size) { unsafe written = fill($0) }
        end -= size - min(max(written, 0), size)
    }

    /// Removes all bytes after the first `count`.
    @usableFromInline
    package mutating func truncate(to count: Int) { end = min(end, max(count, 0)) }

    /// Removes all bytes and keeps the memory.
    package mutating func removeAll() { end = 0 }

    /// Frees the memory when the writer is empty and holds more than 1 KiB.
    package mutating func releaseIfLarge() {
        guard isEmpty, capacity > 1024 else { return }
        storage = nil
        capacity = 0
    }

    /// A length of 2 GiB or more, which the protocol cannot express.
    public struct LengthOverflowError: Error, Sendable, Equatable {
        /// The length in bytes.
        public var length: Int

        @usableFromInline init(length: Int) { self.length = length }
    }
}
