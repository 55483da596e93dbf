/// What PGWire's own types write themselves to, each value after its length, as rows of COPY and the parameters of a statement
/// have them. Types of your own write to a ``ByteWriter``.
///
/// It cannot be copied and shares its memory with nobody, so that a write of some bytes need not ask whether it does.
public struct ValueWriter: ~Copyable {
    /// What was written. Nobody else holds its memory when anything is written here: see ``unshare()``.
    @usableFromInline var bytes = ByteWriter()

    /// An empty writer.
    init() {}

    /// Continues what was written to `writer`, which is empty until it is given back.
    @inlinable
    @inline(__always)
    init(taking writer: inout ByteWriter) {
        swap(&bytes, &writer)
        unshare()
    }

    /// Gives back what was taken, and what was written after it.
    @inlinable
    @inline(__always)
    mutating func give(back writer: inout ByteWriter) { swap(&bytes, &writer) }

    /// Moves all that was written to the end of `writer`.
    mutating func move(to writer: inout ByteWriter) {
        writer.take(&bytes)
        unshare()
    }

    /// The number of bytes written.
    @inlinable var count: Int { bytes.end }

    /// Removes all bytes after the first `count`.
    @usableFromInline
    mutating func truncate(to count: Int) { bytes.truncate(to: count) }

    /// Copies the memory when anybody else may hold it, too.
    @usableFromInline
    mutating func unshare() {
        if bytes.storage != nil, !isKnownUniquelyReferenced(&bytes.storage) { bytes.grow(by: 0) }
    }

    /// Appends `size` bytes, which is more than zero and all of which `fill` must write.
    @inlinable
    @inline(__always)
    mutating func append(_ size: Int, _ fill: (UnsafeMutableRawPointer) -> Void) {
        // Neither can overflow: 0 <= end <= capacity, and what was grown holds the sum.
        if bytes.capacity &- bytes.end < size { bytes.grow(by: size) }
        guard let storage = bytes.storage else { return }
        // Sound: there is room for `size` bytes from the end on, and nobody else has this memory.
        unsafe fill(storage.base + bytes.end)
        bytes.end &+= size
    }

    /// Writes an integer without a length before it.
    @inlinable
    mutating func write<I: FixedWidthInteger & BitwiseCopyable>(bare value: I) {
        unsafe append(MemoryLayout<I>.size) { unsafe $0.storeBytes(of: value.bigEndian, as: I.self) }
    }

    /// Writes NULL, which has a length of its own and no bytes.
    @inlinable
    mutating func writeNull() { write(bare: Int32(-1)) }

    /// Writes an integer, most significant byte first.
    @inlinable
    mutating func write<I: FixedWidthInteger & BitwiseCopyable>(_ value: I) {
        unsafe append(4 + MemoryLayout<I>.size) { place in
            unsafe place.storeBytes(of: Int32(truncatingIfNeeded: MemoryLayout<I>.size).bigEndian, as: Int32.self)
            unsafe place.storeBytes(of: value.bigEndian, toByteOffset: 4, as: I.self)
        }
    }

    /// Writes text in UTF-8. When it has a zero byte, it writes nothing and returns false.
    @usableFromInline
    mutating func write(_ text: String) throws(ByteWriter.LengthOverflowError) -> Bool {
        let isWritten = unsafe text.utf8.withContiguousStorageIfAvailable { utf8 in
            guard let length = Int32(exactly: utf8.count) else { return Bool?.none }
            if unsafe utf8.hasZero { return false }
            unsafe append(4 + utf8.count) { place in
                unsafe place.storeBytes(of: length.bigEndian, as: Int32.self)
                if let first = utf8.baseAddress { unsafe (place + 4).copyMemory(from: first, byteCount: utf8.count) }
            }
            return true
        }
        switch isWritten {
        case .some(.some(let isWritten)): return isWritten
        case .some(.none): throw ByteWriter.LengthOverflowError(length: text.utf8.count)
        case .none:
            // It is stored otherwise, as strings of Objective-C are.
            var text = text
            text.makeContiguousUTF8()
            return try write(text)
        }
    }

    /// Writes text in UTF-8 without a length before it.
    ///
    /// - Parameter separatingDigit: whether to write a space before it when it begins with a digit.
    mutating func write(bare text: String, separatingDigit: Bool = false) {
        let isWritten: Void? = unsafe text.utf8.withContiguousStorageIfAvailable { utf8 in
            guard let first = utf8.baseAddress, !utf8.isEmpty else { return }
            if separatingDigit, unsafe first.pointee &- 0x30 < 10 { write(bare: UInt8(ascii: " ")) }
            unsafe append(utf8.count) { place in unsafe place.copyMemory(from: first, byteCount: utf8.count) }
        }
        if isWritten == nil {
            // It is stored otherwise, as strings of Objective-C are.
            var text = text
            text.makeContiguousUTF8()
            write(bare: text, separatingDigit: separatingDigit)
        }
    }

    /// Writes a byte and a number, without a length before them.
    mutating func write(bare number: DecimalNumber, after byte: UInt8) {
        unsafe append(9) { place in
            unsafe place.storeBytes(of: byte, as: UInt8.self)
            unsafe place.storeBytes(of: number.text, toByteOffset: 1, as: UInt64.self)
        }
        bytes.end &-= 8 &- number.count
    }

    /// Writes what `body` writes, and its length before it. Whatever it throws, and it may have written something then.
    @inlinable
    mutating func write(with body: (inout ByteWriter) throws -> Void) throws {
        let mark = bytes.reserveLength()
        // A type of somebody else's may have kept a copy.
        defer { unshare() }
        try body(&bytes)
        guard bytes.count >= mark + 4 else {
            throw RemovalError()
        }
        try bytes.patchLength(mark, to: bytes.count - mark - 4)
    }
}

/// A value has removed what was written before it.
@usableFromInline
struct RemovalError: Error, CustomStringConvertible {
    @usableFromInline init() {}

    @usableFromInline var description: String {
        "it has removed what was written before it: a value may only write to its writer"
    }
}

/// A number of at most eight decimal digits that counts on by its digits: for texts with a great many numbers, each the next one.
struct DecimalNumber {
    /// The digits in ASCII, the last one in the lowest byte; those in front are zero bytes.
    private var digits = UInt64(UInt8(ascii: "0"))
    /// How many digits it has.
    private(set) var count = 1

    /// Zero.
    init() {}

    init(_ number: UInt16) {
        digits = 0
        count = 0
        var rest = number
        repeat {
            digits |= UInt64(0x30 + rest % 10) << UInt64(8 * count)
            rest /= 10
            count += 1
        } while rest > 0
    }

    /// Makes it the next number; after 99999999 zero.
    @inline(__always)
    mutating func increment() {
        digits &+= 1
        var shift: UInt64 = 0
        while (digits >> shift) & 0xFF > 0x39 {
            // This digit becomes 0, and the one in front of it is one more; where there is none, it begins with 1.
            digits &-= 10 << shift
            shift += 8
            guard shift < 64 else { return }
            if shift == 8 * UInt64(count) {
                digits |= 0x30 << shift
                count += 1
            }
            digits &+= 1 << shift
        }
    }

    /// Its digits in memory, the first one first, and then bytes of no meaning.
    var text: UInt64 { (digits << UInt64(64 - 8 * count)).bigEndian }
}
