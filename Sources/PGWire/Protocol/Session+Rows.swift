/// Rows come by the million, so they have a way of their own past everything else; so have the two messages that come with
/// each statement.
extension Session {
    private static let header = 7

    /// Takes BindComplete if that is next.
    package mutating func takeBindComplete() -> Bool {
        guard isBindComplete else { return false }
        input.consume(5)
        return true
    }

    private var isBindComplete: Bool {
        let span = input.span
        return framer.phase == .established && span.integer(at: 0, as: UInt8.self) == UInt8(ascii: "2")
            && span.integer(at: 1, as: UInt32.self) == 4
    }

    /// Takes CommandComplete if that is next, and not long; `tag` if it is the same again, so that no new text is made. Nil
    /// where anything is unusual about it: then ``next()`` tells.
    package mutating func takeCommandComplete(like tag: CommandTag) -> CommandTag? {
        guard let (tag, size) = commandComplete(tag) else { return nil }
        input.consume(size)
        return tag
    }

    private borrowing func commandComplete(_ tag: CommandTag) -> (CommandTag, size: Int)? {
        let span = input.span
        guard framer.phase == .established, span.integer(at: 0, as: UInt8.self) == UInt8(ascii: "C"),
            let length = span.integer(at: 1, as: Int32.self), (5...64).contains(length), span.byteCount > Int(length),
            span.integer(at: Int(length), as: UInt8.self) == 0
        else { return nil }
        let (text, size) = (span.extracting(5..<Int(length)), Int(length) + 1)
        if text.isEqual(to: tag.description) { return (tag, size) }
        // The text ends at the first zero byte, and anything after that would be too much.
        if text.hasZero { return nil }
        return String(validating: text).map { (CommandTag($0), size) }
    }

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
        do throws(ByteReader.OverrunError) {
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
