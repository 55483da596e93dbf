extension ValueDecodingError {
    /// The text of a value is no `what`. Of long text only the beginning is told.
    static func malformed(_ bytes: RawSpan, asNo what: String) -> ValueDecodingError {
        .malformed("\(excerpt(bytes)) is no \(what)")
    }

    /// A value of the right form that `what` cannot hold.
    static func outOfRange(_ bytes: RawSpan, of what: String) -> ValueDecodingError {
        .outOfRange("\(excerpt(bytes)) is outside the range of \(what)")
    }

    /// The beginning of the text, in quotes.
    private static func excerpt(_ bytes: RawSpan) -> String {
        let limit = 60
        guard bytes.byteCount > limit else { return "\"\(String(repairing: bytes))\"" }
        return "\"\(String(repairing: bytes.extracting(first: limit)))…\""
    }
}

extension RawSpan {
    /// Throws unless there are exactly `count` bytes, as the binary format of `type` has it.
    @inline(__always)
    func require(_ count: Int, for type: StaticString) throws(ValueDecodingError) {
        guard byteCount == count else {
            throw .malformed("\(type) needs \(count) byte\(count == 1 ? "" : "s"), \(byteCount) came")
        }
    }
}
