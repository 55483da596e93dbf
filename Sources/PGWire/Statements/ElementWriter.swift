/// Writes Bind and Execute for each element of a sequence, its values straight into the output.
@usableFromInline
final class ElementWriter {
    /// What is written and not yet handed on.
    @usableFromInline @safe @exclusivity(unchecked) var output = ByteWriter()
    /// How many elements were written of the transaction under way.
    @usableFromInline @safe @exclusivity(unchecked) var count = 0
    /// How many it is to have at most.
    @usableFromInline @safe @exclusivity(unchecked) var limit: Int
    /// How many came in the transactions before.
    @usableFromInline @safe @exclusivity(unchecked) var earlier = 0
    /// What each Bind begins with, with the place of its length.
    @usableFromInline let beginning: [UInt8]
    /// What each ends with, and Execute.
    @usableFromInline let end: [UInt8]
    /// The same, with Describe between the two; for the first element.
    private let firstEnd: [UInt8]
    /// The number of bytes of the result formats, the part of the end that belongs to Bind.
    @usableFromInline let formatSize: Int
    /// So much is written before it is sent.
    @usableFromInline static var pieceSize: Int { 64 * 1024 }

    /// - Parameter formats: those of the rows; nil where they are not wanted.
    init(_ sql: SQL, _ formats: ResultFormats?, limit: Int) throws(PostgresError) {
        self.limit = limit
        var beginning = ByteWriter()
        beginning.write(UInt8(ascii: "B"))
        _ = beginning.reserveLength()
        beginning.write(FrontendMessage.bindPrefix(statement: "", parameters: sql.parameters))
        self.beginning = beginning.bytes
        var end = ByteWriter()
        (formats ?? .text).write(to: &end)
        formatSize = end.count
        var first = end
        if formats != nil { try FrontendMessage.describe(.portal, to: &first) }
        try FrontendMessage.execute(to: &first)
        try FrontendMessage.execute(to: &end)
        self.end = end.bytes
        firstEnd = first.bytes
    }

    /// Whether what is written is to be sent before there is more.
    @inlinable var isFull: Bool { count >= limit || output.count >= Self.pieceSize }

    /// Begins the next transaction.
    func restart() {
        earlier += count
        count = 0
    }

    /// Writes as many elements as are to be sent together; false when there are no more.
    @inlinable
    func fill<each P: PostgresEncodable, Elements: IteratorProtocol>(
        from elements: inout Elements
    ) throws -> Bool where Elements.Element == (repeat each P) {
        while !isFull {
            guard let element = elements.next() else { return false }
            try write(repeat each element)
        }
        return true
    }

    /// The same where each element is one value.
    @inlinable
    func fill<P: PostgresEncodable, Elements: IteratorProtocol>(
        fromValues elements: inout Elements
    ) throws -> Bool where Elements.Element == P {
        while !isFull {
            guard let element = elements.next() else { return false }
            try write(element)
        }
        return true
    }

    /// Writes an element. When one of its values cannot be encoded, nothing of it is written, and the error names both.
    @inlinable
    func write<each P: PostgresEncodable>(_ values: repeat each P) throws(PostgresError) {
        let start = output.count
        var number = 0
        do {
            output.write(beginning)
            var writer = ValueWriter(taking: &output)
            defer { writer.give(back: &output) }
            for value in repeat each values {
                number += 1
                try value._write(to: &writer)
            }
        } catch {
            output.truncate(to: start)
            throw failure(error, number)
        }
        do {
            if count == 0 {
                try finishFirst(start)
            } else {
                output.write(end)
                try output.patchLength(start + 1, to: output.count - start - 1 - (end.count - formatSize))
            }
        } catch {
            output.truncate(to: start)
            throw failure(error, number)
        }
        count += 1
    }

    @usableFromInline
    func finishFirst(_ start: Int) throws(ByteWriter.LengthOverflowError) {
        output.write(firstEnd)
        try output.patchLength(start + 1, to: output.count - start - 1 - (firstEnd.count - formatSize))
    }

    /// Says which value of which element, or which element, cannot be sent.
    @usableFromInline
    func failure(_ error: any Error, _ number: Int) -> PostgresError {
        let index = earlier + count
        let reason = ValueEncodingError.reason(error)
        return .encoding(
            .init(
                parameter: number,
                description: "parameter $\(number) of the element at index \(index): \(reason)", elementIndex: index))
    }
}
