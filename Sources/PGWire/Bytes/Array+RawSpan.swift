extension [UInt8] {
    /// The bytes, borrowed.
    package var rawSpan: RawSpan {
        @_lifetime(borrow self)
        get {
            // Sound: `bytes` is unsafe only for elements with padding, and a byte has none.
            unsafe span.bytes
        }
    }
}
