/// Bytes on their way to a peer, written in network byte order into one growing buffer.
public struct ByteWriter: Sendable {
    /// What was written so far.
    public private(set) var bytes: [UInt8] = []

    /// An empty writer.
    public init() {}

    /// How many bytes were written.
    public var count: Int { bytes.count }

    /// Whether nothing was written.
    public var isEmpty: Bool { bytes.isEmpty }

    /// What was written so far, borrowed.
    public var span: RawSpan {
        @_lifetime(borrow self) borrowing get { unsafe bytes.span.bytes }
    }

    /// Calls `body` with what was written after the first `count` bytes.
    func withSpan<R, E: Error>(droppingFirst count: Int, _ body: (RawSpan) throws(E) -> R) throws(E) -> R {
        try body(span.extracting(droppingFirst: count))
    }

    /// Writes one byte.
    public mutating func write(_ byte: UInt8) {
        bytes.append(byte)
    }

    /// Writes an integer, most significant byte first.
    @inline(__always)
    public mutating func write<I: FixedWidthInteger & BitwiseCopyable>(_ value: I) {
        unsafe withUnsafeBytes(of: value.bigEndian) { unsafe bytes.append(contentsOf: $0) }
    }

    /// Writes the bytes of `other`.
    public mutating func write(_ other: [UInt8]) {
        bytes.append(contentsOf: other)
    }

    /// Writes the bytes of `span`.
    public mutating func write(_ span: RawSpan) {
        unsafe span.withUnsafeBytes { unsafe bytes.append(contentsOf: $0) }
    }

    /// Writes text as UTF-8, without an end mark.
    public mutating func write(utf8 text: String) {
        bytes.append(contentsOf: text.utf8)
    }

    /// Writes text as UTF-8 and a zero byte. The caller has made sure that the text holds no zero byte itself:
    /// ``FrontendMessage`` does so before anything is written.
    package mutating func write(cString text: String) {
        bytes.append(contentsOf: text.utf8)
        bytes.append(0)
    }

    /// Makes place for a 32-bit length that is known only later; give the returned mark to ``patchLength(_:from:)``.
    public mutating func reserveLength() -> Int {
        let mark = bytes.count
        write(UInt32(0))
        return mark
    }

    /// Puts `length` at a mark of ``reserveLength()``. Throws ``TooLong`` when it does not fit in 31 bits; then nothing
    /// of this writer may be sent.
    public mutating func patchLength(_ mark: Int, to length: Int) throws(TooLong) {
        guard let value = Int32(exactly: length) else { throw TooLong(length: length) }
        unsafe withUnsafeBytes(of: value.bigEndian) { source in
            for index in 0..<4 { bytes[mark + index] = unsafe source[index] }
        }
    }

    /// Adds up to `count` bytes that `fill` writes in place; it returns how many it wrote.
    mutating func append(count: Int, _ fill: (UnsafeMutableRawBufferPointer) -> Int) {
        let start = bytes.count
        bytes.append(contentsOf: repeatElement(0, count: count))
        let written = unsafe bytes.withUnsafeMutableBytes { all in
            unsafe fill(UnsafeMutableRawBufferPointer(rebasing: all[start...]))
        }
        truncate(to: start + min(max(written, 0), count))
    }

    /// Forgets everything after the first `count` bytes.
    package mutating func truncate(to count: Int) {
        if count < bytes.count { bytes.removeLast(bytes.count - count) }
    }

    /// Forgets everything and keeps the memory for what comes next.
    package mutating func removeAll() {
        bytes.removeAll(keepingCapacity: true)
    }

    /// A length that the protocol cannot express (2 GiB or more).
    public struct TooLong: Error, Sendable, Equatable {
        /// The length in bytes.
        public var length: Int
    }
}
