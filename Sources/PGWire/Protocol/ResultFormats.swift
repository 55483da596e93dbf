/// The formats in which a Bind asks for the columns of the result (manual: message Bind, "result-column format codes").
@usableFromInline
package struct ResultFormats: Equatable, Sendable, BitwiseCopyable {
    /// How many columns have a format of their own; 0 when all have the same, and -1 when their types decide.
    @usableFromInline let count: Int32
    /// A bit for each column that comes as text; when all have the same format, the first.
    @usableFromInline let textColumns: UInt64

    /// So many columns can have formats of their own. Results with more, where formats differ, are text.
    @usableFromInline static var maximumCount: Int { 64 }

    @usableFromInline
    init(count: Int32, textColumns: UInt64) {
        self.count = count
        self.textColumns = textColumns
    }

    /// All columns in binary format.
    @inlinable package static var binary: ResultFormats { ResultFormats(count: 0, textColumns: 0) }
    /// All columns in text format.
    @inlinable package static var text: ResultFormats { ResultFormats(count: 0, textColumns: 1) }
    /// Each column in the format that suits its type, for rows of which nobody has said how they will be read.
    @inlinable package static var byType: ResultFormats { ResultFormats(count: -1, textColumns: 0) }

    /// What Swift types want that are decoded column by column.
    @inlinable
    init<each T: PostgresDecodable>(_ types: (repeat each T).Type) {
        var count = 0
        var textCount = 0
        var textColumns: UInt64 = 0
        for type in repeat (each T).self {
            if type.postgresResultFormat == .text {
                textCount += 1
                textColumns |= 1 << UInt64(truncatingIfNeeded: count)
            }
            count += 1
        }
        self.init(count: count, textCount: textCount, textColumns: textColumns)
    }

    /// What a type wants that is decoded from whole rows: where it is one of PostgreSQL's, as `Int` is both, what it wants of the
    /// only column.
    init<T: Decodable>(decoded type: T.Type) {
        let only = type as? any PostgresDecodable.Type
        self = only.map { $0.postgresResultFormat == .text ? .text : .binary } ?? .byType
    }

    /// A format for each column.
    package init(_ formats: [FormatCode]) {
        var textCount = 0
        var textColumns: UInt64 = 0
        for (index, format) in formats.enumerated() where format == .text {
            textCount += 1
            textColumns |= 1 << UInt64(truncatingIfNeeded: index)
        }
        self.init(count: formats.count, textCount: textCount, textColumns: textColumns)
    }

    @inlinable
    init(count: Int, textCount: Int, textColumns: UInt64) {
        if textCount == 0 {
            self = .binary
        } else if textCount == count || count > Self.maximumCount {
            self = .text
        } else {
            self.init(count: Int32(truncatingIfNeeded: count), textColumns: textColumns)
        }
    }

    /// Whether one format is for all columns, however many there are.
    package var isUniform: Bool { count == 0 }

    /// The format of the column at `index`.
    package subscript(index: Int) -> FormatCode {
        let bit = isUniform ? 0 : UInt64(truncatingIfNeeded: index)
        return textColumns >> bit & 1 == 1 ? .text : .binary
    }

    /// Writes their number and the format codes.
    @inline(__always)
    func write(to writer: inout ByteWriter) {
        guard count == 0 else { return writeEach(to: &writer) }
        writer.write(textColumns == 0 ? 0x0001_0001 : 0x0001_0000 as UInt32)
    }

    private func writeEach(to writer: inout ByteWriter) {
        writer.write(UInt16(truncatingIfNeeded: count))
        for index in 0..<Int(count) { writer.write(self[index].rawValue) }
    }
}
