extension ValueDecodingError {
    /// The error for text that is not a valid `type`. Long text is cut.
    static func malformed(_ bytes: RawSpan, notA type: String) -> ValueDecodingError {
        .malformed("\(excerpt(bytes)) is not a valid \(type)")
    }

    /// The error for text that is valid but out of the range of `type`.
    static func outOfRange(_ bytes: RawSpan, of type: String) -> ValueDecodingError {
        .outOfRange("\(excerpt(bytes)) is outside the range of \(type)")
    }

    /// The text in quotes, cut after 60 bytes.
    private static func excerpt(_ bytes: RawSpan) -> String {
        let limit = 60
        guard bytes.byteCount > limit else { return "\"\(String(repairing: bytes))\"" }
        return "\"\(String(repairing: bytes.extracting(first: limit)))…\""
    }
}

extension RawSpan {
    /// Throws unless there are exactly `count` bytes, the size of the binary format of `type`.
    @inline(__always)
    func require(_ count: Int, for type: StaticString) throws(ValueDecodingError) {
        guard byteCount == count else {
            throw .malformed("\(type) needs \(count) byte\(count == 1 ? "" : "s"), \(byteCount) came")
        }
    }
}
