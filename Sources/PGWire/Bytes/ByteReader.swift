/// Reads values in network byte order from bytes that a peer sent, checking every step.
///
/// It borrows the bytes, so it copies and allocates nothing; each read either moves on or throws ``OverrunError`` and leaves
/// the position alone.
public struct ByteReader: ~Escapable {
    /// More bytes were asked for than are there.
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

    /// Whether everything was read.
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

    /// The next `count` bytes, borrowed.
    @inlinable
    @_lifetime(copy self)
    public mutating func readSpan(_ count: Int) throws(OverrunError) -> RawSpan {
        let start = try advance(by: count)
        return unsafe span.extracting(unchecked: start..<start + count)
    }

    /// All that is left, borrowed.
    @inlinable
    @_lifetime(copy self)
    public mutating func readRemaining() -> RawSpan {
        let start = position
        position = span.byteCount
        return unsafe span.extracting(unchecked: start..<span.byteCount)
    }

    /// The next `count` bytes, copied.
    @_lifetime(self: copy self)
    public mutating func readBytes(_ count: Int) throws(OverrunError) -> [UInt8] {
        [UInt8](copying: try readSpan(count))
    }

    /// All that is left, copied.
    @_lifetime(self: copy self)
    public mutating func readRemainingBytes() -> [UInt8] {
        [UInt8](copying: readRemaining())
    }

    /// Text up to a zero byte, which is read too. Bytes that are not UTF-8 are replaced by U+FFFD: before
    /// authentication a server sends text in the encoding of its own choice.
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

extension RawSpan {
    /// The byte at `offset`; traps outside the span, so callers check first.
    @inlinable func byte(at offset: Int) -> UInt8 {
        // Sound: `extracting` traps when the offset is out of bounds.
        unsafe extracting(offset..<offset + 1).unsafeLoadUnaligned(fromUncheckedByteOffset: 0, as: UInt8.self)
    }
}

extension RawSpan {
    /// The big-endian integer at `offset`, or nil when it does not lie in the span as a whole.
    @inlinable func integer<I: FixedWidthInteger & BitwiseCopyable>(at offset: Int, as type: I.Type) -> I? {
        guard offset >= 0, offset <= byteCount, byteCount - offset >= MemoryLayout<I>.size else { return nil }
        // Sound: the whole integer lies in the span.
        return I(bigEndian: unsafe unsafeLoadUnaligned(fromUncheckedByteOffset: offset, as: I.self))
    }
}

extension [UInt8] {
    /// Copies the bytes of `span`.
    package init(copying span: RawSpan) {
        self = unsafe span.withUnsafeBytes { unsafe Array($0) }
    }
}

extension String {
    /// The text of `span`, with U+FFFD in place of what is not UTF-8.
    package init(repairing span: RawSpan) {
        self = unsafe span.withUnsafeBytes { unsafe String(decoding: $0, as: UTF8.self) }
    }

    /// The text of `span`, or nil when it is not UTF-8.
    @inlinable package init?(validating span: RawSpan) {
        // Sound: a byte of any value is a UInt8, and the pointer is used within the closure only.
        let text = unsafe span.withUnsafeBytes { bytes -> String? in
            let bytes = unsafe Span<UInt8>(_unsafeElements: bytes.assumingMemoryBound(to: UInt8.self))
            guard let utf8 = try? UTF8Span(validating: bytes) else { return nil }
            return String(copying: utf8)
        }
        guard let text else { return nil }
        self = text
    }
}
