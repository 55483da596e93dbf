/// Reads values in network byte order from the bytes of a peer, with a bounds check at every step.
///
/// It borrows the bytes: no copy, no allocation. A read that throws ``OverrunError`` leaves the position unchanged.
public struct ByteReader: ~Escapable {
    /// A read beyond the last byte.
    public struct OverrunError: Error, Sendable, Equatable {
        /// How many bytes were asked for (negative when a peer sent a negative length).
        public var wanted: Int
        /// How many bytes were left.
        public var remaining: Int

        @usableFromInline init(wanted: Int, remaining: Int) {
            self.wanted = wanted
            self.remaining = remaining
        }
    }

    @usableFromInline let span: RawSpan
    @usableFromInline var position = 0

    /// Reads from the start of `span`.
    @inlinable
    @_lifetime(copy span)
    public init(_ span: RawSpan) {
        self.span = span
    }

    /// How many bytes are left.
    @inlinable public var remaining: Int { span.byteCount - position }

    /// Whether every byte was read.
    @inlinable public var isAtEnd: Bool { position == span.byteCount }

    @inlinable
    @_lifetime(self: copy self)
    mutating func advance(by count: Int) throws(OverrunError) -> Int {
        guard count >= 0, count <= remaining else { throw OverrunError(wanted: count, remaining: remaining) }
        let start = position
        position += count
        return start
    }

    /// Reads an integer of type `I`, most significant byte first.
    @inlinable
    @_lifetime(self: copy self)
    public mutating func read<I: FixedWidthInteger & BitwiseCopyable>(_ type: I.Type = I.self) throws(OverrunError) -> I
    {
        let start = try advance(by: MemoryLayout<I>.size)
        // Sound: `advance` has checked that the whole integer lies in the span.
        return I(bigEndian: unsafe span.unsafeLoadUnaligned(fromUncheckedByteOffset: start, as: I.self))
    }

    /// Reads a big-endian IEEE 754 number of 8 bytes.
    @inlinable
    @_lifetime(self: copy self)
    public mutating func readDouble() throws(OverrunError) -> Double {
        Double(bitPattern: try read(UInt64.self))
    }

    /// Reads a big-endian IEEE 754 number of 4 bytes.
    @inlinable
    @_lifetime(self: copy self)
    public mutating func readFloat() throws(OverrunError) -> Float {
        Float(bitPattern: try read(UInt32.self))
    }

    /// Reads the next `count` bytes without copying them.
    @inlinable
    @_lifetime(copy self)
    public mutating func readSpan(_ count: Int) throws(OverrunError) -> RawSpan {
        let start = try advance(by: count)
        return unsafe span.extracting(unchecked: start..<start + count)
    }

    /// Reads the remaining bytes without copying them.
    @inlinable
    @_lifetime(copy self)
    public mutating func readRemaining() -> RawSpan {
        let start = position
        position = span.byteCount
        return unsafe span.extracting(unchecked: start..<span.byteCount)
    }

    /// Reads a copy of the next `count` bytes.
    @_lifetime(self: copy self)
    public mutating func readBytes(_ count: Int) throws(OverrunError) -> [UInt8] {
        [UInt8](copying: try readSpan(count))
    }

    /// Reads a copy of the remaining bytes.
    @_lifetime(self: copy self)
    public mutating func readRemainingBytes() -> [UInt8] {
        [UInt8](copying: readRemaining())
    }

    /// Reads text and the zero byte that ends it. Bytes that are not UTF-8 become U+FFFD: before authentication the
    /// server chooses the encoding of its texts.
    @_lifetime(self: copy self)
    public mutating func readCString() throws(OverrunError) -> String {
        var end = position
        while end < span.byteCount, span.byte(at: end) != 0 { end += 1 }
        guard end < span.byteCount else { throw OverrunError(wanted: remaining + 1, remaining: remaining) }
        let text = String(repairing: try readSpan(end - position))
        position += 1
        return text
    }
}
