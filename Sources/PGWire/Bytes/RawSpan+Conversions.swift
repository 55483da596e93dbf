/// Eight bytes that are looked at together.
struct EightBytes {
    private let bits: UInt64

    @inline(__always)
    init(_ bits: UInt64) { self.bits = bits }

    /// Whether one of them is this one.
    @inline(__always)
    func contains(_ byte: UInt8) -> Bool {
        // The bytes that are sought become zero, and only below a zero does the subtraction borrow.
        let ones: UInt64 = 0x0101_0101_0101_0101
        let difference = bits ^ (UInt64(byte) &* ones)
        return (difference &- ones) & ~difference & (ones << 7) != 0
    }
}

extension RawSpan {
    /// The byte at `offset`. Traps outside the span, so callers check first.
    @inlinable func byte(at offset: Int) -> UInt8 {
        // Sound: `extracting` traps when the offset is out of bounds.
        unsafe extracting(offset..<offset + 1).unsafeLoadUnaligned(fromUncheckedByteOffset: 0, as: UInt8.self)
    }

    /// The first place at or after `start` whose byte fulfils the condition; the end where there is none.
    ///
    /// - Parameter mayHold: whether any of eight bytes may fulfil it. Where it says no, they are passed over at once.
    @inline(__always)
    func firstIndex(
        from start: Int, mayHold: (EightBytes) -> Bool = { _ in true }, where isWanted: (UInt8) -> Bool
    ) -> Int {
        unsafe withUnsafeBytes { bytes in
            var index = min(max(start, 0), bytes.count)
            // Sound: the index is checked against the number of bytes before each load.
            while bytes.count &- index >= 8 {
                let eight = EightBytes(unsafe bytes.loadUnaligned(fromByteOffset: index, as: UInt64.self))
                if mayHold(eight) { break }
                index &+= 8
            }
            while index < bytes.count, unsafe !isWanted(bytes[index]) { index &+= 1 }
            return index
        }
    }

    /// The big-endian integer at `offset`; nil when part of it is outside the span.
    @inlinable func integer<I: FixedWidthInteger & BitwiseCopyable>(at offset: Int, as type: I.Type) -> I? {
        guard offset >= 0, offset <= byteCount, byteCount - offset >= MemoryLayout<I>.size else { return nil }
        // Sound: the whole integer lies in the span.
        return I(bigEndian: unsafe unsafeLoadUnaligned(fromUncheckedByteOffset: offset, as: I.self))
    }
}

extension [UInt8] {
    /// The bytes, borrowed.
    package var rawSpan: RawSpan {
        @_lifetime(borrow self)
        get {
            // Sound: `bytes` is unsafe only for elements with padding, and a byte has none.
            unsafe span.bytes
        }
    }

    /// Copies the bytes of `span`.
    package init(copying span: RawSpan) {
        self = unsafe span.withUnsafeBytes { unsafe Array($0) }
    }
}

extension String {
    /// The text of `span`, with U+FFFD in place of bytes that are not UTF-8.
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
