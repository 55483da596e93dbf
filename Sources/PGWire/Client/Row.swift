/// One row of a result. It points into what was received and copies nothing until a value is decoded.
///
/// ```swift
/// for try await row in db.query("SELECT id, name FROM player") {
///     let id = try row.decode("id", as: Int64.self)
///     let name = try row.decode(1, as: String?.self)
/// }
/// ```
public struct Row: Sendable {
    /// The columns, shared by all rows of the result.
    public let columns: Columns
    private let chunk: Chunk
    /// For each column its length, or -1 for NULL, and its bytes; checked when the row came.
    private let values: Range<Int>

    package init(columns: Columns, chunk: Chunk, values: Range<Int>) {
        self.columns = columns
        self.chunk = chunk
        self.values = values
    }

    /// The value of the column at `index`, counted from 0.
    ///
    /// - Throws: ``PGError/decoding(_:)`` when there is no such column, or its value is no `T`.
    public func decode<T: PostgresDecodable>(_ index: Int, as type: T.Type = T.self) throws(PGError) -> T {
        guard columns.indices.contains(index) else { throw missing("number \(index)", at: index) }
        var reader = ByteReader(chunk.span(values))
        for _ in 0..<index { try skip(&reader) }
        return try next(&reader, index, type)
    }

    /// The value of the first column with this name, in exactly this spelling.
    ///
    /// - Throws: ``PGError/decoding(_:)`` when there is no such column, or its value is no `T`.
    public func decode<T: PostgresDecodable>(_ name: String, as type: T.Type = T.self) throws(PGError) -> T {
        guard let index = columns.index(of: name) else { throw missing("\"\(name)\"", at: -1) }
        return try decode(index, as: type)
    }

    /// All columns in order, as a tuple; there must be as many as the tuple has places.
    ///
    /// - Throws: ``PGError/decoding(_:)`` when the number of columns differs, or a value is not of its type.
    public func decode<each T: PostgresDecodable>(
        as type: (repeat each T).Type = (repeat each T).self
    ) throws(PGError) -> (repeat each T) {
        var count = 0
        for _ in repeat (each T).self { count += 1 }
        guard count == columns.count else {
            throw .decoding(
                .init(
                    columnIndex: 0, columnName: nil,
                    description: "the result has \(columns.count) columns (\(columns.names)) where \(count) are decoded"
                ))
        }
        var reader = ByteReader(chunk.span(values))
        var index = 0
        return (repeat try nextInOrder(&reader, &index, (each T).self))
    }

    /// Whether the column at `index` is NULL.
    ///
    /// - Throws: ``PGError/decoding(_:)`` when there is no such column.
    public func isNull(_ index: Int) throws(PGError) -> Bool {
        guard columns.indices.contains(index) else { throw missing("number \(index)", at: index) }
        var reader = ByteReader(chunk.span(values))
        for _ in 0..<index { try skip(&reader) }
        return try length(&reader, index) < 0
    }

    private func nextInOrder<T: PostgresDecodable>(
        _ reader: inout ByteReader, _ index: inout Int, _ type: T.Type
    ) throws(PGError) -> T {
        defer { index += 1 }
        return try next(&reader, index, type)
    }

    private func skip(_ reader: inout ByteReader) throws(PGError) {
        let count = try length(&reader, 0)
        if count > 0 { _ = try? reader.readSpan(count) }
    }

    private func length(_ reader: inout ByteReader, _ index: Int) throws(PGError) -> Int {
        do { return Int(try reader.read(Int32.self)) } catch { throw torn(index) }
    }

    private func next<T: PostgresDecodable>(
        _ reader: inout ByteReader, _ index: Int, _ type: T.Type
    ) throws(PGError) -> T {
        let count = try length(&reader, index)
        do {
            if count < 0 { return try T.decodeNull() }
            let column = columns[index]
            return try T(postgres: try reader.readSpan(count), type: column.type, format: column.format)
        } catch {
            throw failure(error, index, type)
        }
    }

    private func missing(_ what: String, at index: Int) -> PGError {
        .decoding(
            .init(
                columnIndex: index, columnName: nil,
                description: "the result has no column \(what); its columns are: \(columns.names)"))
    }

    private func torn(_ index: Int) -> PGError {
        .decoding(.init(columnIndex: index, columnName: nil, description: "the row ends before column number \(index)"))
    }

    private func failure(_ error: any Error, _ index: Int, _ type: Any.Type) -> PGError {
        let column = columns[index]
        let place = "column \"\(column.name)\" of type \(column.type)"
        let text =
            switch error {
            case DecodingProblem.typeMismatch: "\(place) cannot be decoded as \(type)"
            case DecodingProblem.unexpectedNull: "\(place) is NULL: decode it as \(type)?"
            case DecodingProblem.outOfRange(let reason): "\(place) does not fit in \(type): \(reason)"
            case DecodingProblem.malformed(let reason): "\(place) cannot be decoded as \(type): \(reason)"
            case let error as ByteReader.Overrun:
                "\(place) cannot be decoded as \(type): \(error.wanted) bytes were needed where \(error.remaining) are left"
            default: "\(place) cannot be decoded as \(type): \(error)"
            }
        return .decoding(.init(columnIndex: index, columnName: column.name, description: text))
    }
}
