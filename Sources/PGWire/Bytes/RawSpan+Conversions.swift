extension RawSpan {
    /// The byte at `offset`. Traps outside the span, so callers check first.
    @inlinable func byte(at offset: Int) -> UInt8 {
        // Sound: `extracting` traps when the offset is out of bounds.
        unsafe extracting(offset..<offset + 1).unsafeLoadUnaligned(fromUncheckedByteOffset: 0, as: UInt8.self)
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
