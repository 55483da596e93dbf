/// Rows come by the million, so they have a way of their own past everything else.
extension Session {
    private static let header = 7

    /// Takes the row of so many columns that is next, and says where its values lie in the chunk. Nil when something else
    /// is next, or not all of the row is there, or it is not sound: then ``next()`` tells.
    package mutating func nextRow(columnCount: Int) -> Range<Int>? {
        let base = input.pending.lowerBound
        guard let size = rowSize(columnCount) else { return nil }
        input.consume(size)
        return base + Self.header..<base + size
    }

    private borrowing func rowSize(_ columnCount: Int) -> Int? {
        let span = input.span
        guard framer.phase == .established, span.integer(at: 0, as: UInt8.self) == UInt8(ascii: "D"),
            let length = span.integer(at: 1, as: Int32.self), length >= 6, Int(length) <= framer.maximumLength,
            span.byteCount > Int(length), let count = span.integer(at: 5, as: UInt16.self), count == columnCount,
            Self.isSoundRow(span.extracting(Self.header..<Int(length) + 1), columnCount: columnCount)
        else { return nil }
        return Int(length) + 1
    }

    /// Walks a row once, so that whoever reads it later need not distrust it: each length is -1 for NULL or fits, and
    /// together they fill the message.
    private static func isSoundRow(_ values: RawSpan, columnCount: Int) -> Bool {
        var offset = 0
        for _ in 0..<columnCount {
            guard let length = values.integer(at: offset, as: Int32.self), length >= -1 else { return false }
            offset += 4
            guard length > 0 else { continue }
            guard values.byteCount - offset >= Int(length) else { return false }
            offset += Int(length)
        }
        return offset == values.byteCount
    }

    /// As ``isSoundRow(_:columnCount:)``, and says what is wrong.
    static func checkRow(_ values: RawSpan, columnCount: Int) throws(ProtocolViolation) {
        if isSoundRow(values, columnCount: columnCount) { return }
        var reader = ByteReader(values)
        do throws(ByteReader.Overrun) {
            for _ in 0..<columnCount {
                let length = try reader.read(Int32.self)
                if length != -1 { _ = try reader.readSpan(Int(length)) }
            }
        } catch {
            throw ProtocolViolation("a row of \(columnCount) columns has a value that ends beyond its message")
        }
        throw ProtocolViolation("a row of \(columnCount) columns has \(reader.remaining) bytes too many")
    }
}
