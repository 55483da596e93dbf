import PGWire
import Testing

@Suite struct ByteWriterTests {
    /// Copies share memory until one of them writes.
    @Test func copiesAreIndependent() throws {
        var first = ByteWriter()
        for number in 0..<100 { first.write(UInt8(number)) }
        var second = first
        let mark = second.reserveLength()
        second.write(UInt8(7))
        first.write(UInt8(9))
        try second.patchLength(mark, to: 5)
        #expect(first.bytes == (0..<100).map { UInt8($0) } + [9])
        #expect(second.bytes == (0..<100).map { UInt8($0) } + [0, 0, 0, 5, 7])
        // To put a length in place is to write, too.
        var third = second
        try third.patchLength(mark, to: 6)
        #expect(second.bytes[103] == 5 && third.bytes[103] == 6)
        third.removeAll()
        #expect(third.isEmpty && second.count == 105)
    }

    @Test func growsByWhatIsWritten() {
        var writer = ByteWriter()
        var expected: [UInt8] = []
        for size in [0, 1, 63, 64, 65, 1000, 0, 100_000] {
            let bytes = (0..<size).map { UInt8(truncatingIfNeeded: $0) }
            writer.write(bytes)
            expected += bytes
            #expect(writer.bytes == expected)
        }
        #expect(ByteWriter(capacity: 10).isEmpty && ByteWriter(capacity: -1).bytes == [])
    }

    @Test func lengthsThatDoNotFit() throws {
        var writer = ByteWriter()
        let mark = writer.reserveLength()
        #expect(throws: ByteWriter.LengthOverflowError.self) { try writer.patchLength(mark, to: Int(Int32.max) + 1) }
        // Where there is no place for a length, none is put.
        for other in [-1, 1, Int.max] { try writer.patchLength(other, to: 1) }
        #expect(writer.bytes == [0, 0, 0, 0])
    }

    @Test(arguments: ["\0", "a\0", "\0b", "a\0b", String(repeating: "x", count: 100) + "\0"])
    func textWithAZeroByteIsRefused(_ text: String) {
        var writer = ByteWriter()
        #expect(throws: ValueEncodingError.self) { try text.encode(to: &writer) }
        // What was written before does not count.
        var other = ByteWriter()
        other.write(UInt8(0))
        #expect(throws: Never.self) { try "fine".encode(to: &other) }
        #expect(throws: Never.self) { try "".encode(to: &other) }
    }
}
