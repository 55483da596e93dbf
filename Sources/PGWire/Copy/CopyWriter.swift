/// The way into a COPY FROM STDIN. Only the closure that it was given to can use it.
///
/// What is written collects and is sent in pieces of 128 KiB; when the server cannot keep up, the writing waits for it. When
/// the server ends the COPY by an error, or the task is cancelled, the next piece throws that, and so does the whole COPY,
/// whatever becomes of it in the closure.
public struct CopyWriter: ~Copyable {
    private let copy: CopyExchange
    /// Whether the COPY is binary, and how many columns it has.
    private let format: CopyFormat
    @usableFromInline let columnCount: Int
    /// How many values a row has; negative where none can be written.
    @usableFromInline let rowCount: Int
    /// The columns of a binary COPY; none where they are not known.
    private let columns: [CopyColumn]
    /// Which type of values each column was found to take last, so that not every row is looked at.
    private var accepted: [ObjectIdentifier?]
    /// The tuple of these types, when all values are written as they are: what most rows are compared with instead.
    @usableFromInline var rowType = ObjectIdentifier(Never.self)
    /// Whether any column takes values that are text elsewhere and have another form here.
    private var hasTextForms = false
    /// How many rows are in the message under way.
    @usableFromInline var rows = 0
    /// The message under way: its type, the place of its length, data.
    @usableFromInline var message = ValueWriter()
    private static let header = 5
    @usableFromInline static var pieceSize: Int { 128 * 1024 }

    init(_ copy: CopyExchange, _ format: CopyFormat, _ columns: [CopyColumn]) {
        self.copy = copy
        self.format = format
        self.columns = columns
        accepted = Array(repeating: nil, count: columns.count)
        columnCount = format.columnCount
        rowCount = format.isBinary && columns.count == format.columnCount ? format.columnCount : -1
        beginMessage()
        if format.isBinary { message.bytes.write(BinaryCopy.header) }
    }

    /// Writes data as it is: text, CSV or binary, as the COPY says. The pieces need not be rows.
    ///
    /// Of the binary format only what comes after the header is to be written, and not the mark at the end.
    public mutating func write(_ bytes: [UInt8]) async throws { try unsafe await write(bytes.span.bytes) }

    /// Writes data as it is, see ``write(_:)-([UInt8])``.
    public mutating func write(_ bytes: RawSpan) async throws {
        message.bytes.write(bytes)
        if message.count >= Self.pieceSize { try await send() }
    }

    /// Writes text as it is, for COPY in text or CSV format.
    public mutating func write(_ text: String) async throws {
        message.bytes.write(utf8: text)
        if message.count >= Self.pieceSize { try await send() }
    }

    /// Writes a row of a binary COPY.
    ///
    /// Each value must be of exactly its column's type, as nothing converts it: an `Int` is for `bigint` only, a `String`
    /// for `text`, `varchar` or an enum. A column of a domain takes what the domain is made of.
    ///
    /// - Throws: ``PostgresError/usage(_:)`` when the COPY is not binary, has another number of columns, or is written in a way
    ///   from which its table cannot be told; ``PostgresError/encoding(_:)`` when a value is not of its column's type or cannot be
    ///   sent (then nothing of the row is), and what the server ends the COPY with.
    @inlinable
    public mutating func write<each T: PostgresEncodable>(row values: repeat each T) async throws {
        try writeRow(repeat each values)
        if message.count >= Self.pieceSize { try await send() }
    }

    /// A function of its own, as a loop over types costs more in an asynchronous one.
    @inlinable
    mutating func writeRow<each T: PostgresEncodable>(_ values: repeat each T) throws {
        guard rowType == ObjectIdentifier((repeat each T).self) else { return try encode(repeat each values) }
        try writeRow(rowCount) { writer, column in repeat try writer.write(each values, &column) }
    }

    /// Writes a row of so many values, which `body` writes; when one of them cannot be written, nothing of the row is.
    @inlinable
    @inline(__always)
    mutating func writeRow(_ count: Int, _ body: (inout CopyWriter, inout Int) throws -> Void) throws {
        let start = beginRow(count)
        var column = 0
        do {
            try body(&self, &column)
        } catch {
            throw endRow(at: start, error, column)
        }
        rows += 1
    }

    @inlinable
    mutating func write<T: PostgresEncodable>(_ value: T, _ column: inout Int) throws {
        column += 1
        try value._write(to: &message)
    }

    /// Writes a row of values that may be of other types than the last one's.
    @usableFromInline
    mutating func encode<each T: PostgresEncodable>(_ values: repeat each T) throws {
        var count = 0
        for _ in repeat (each T).self { count += 1 }
        if count != rowCount { try checkRow(count) }
        try writeRow(count) { writer, column in
            for (value, type) in repeat (each values, (each T).self) {
                column += 1
                if writer.accepted[column - 1] != ObjectIdentifier(type) { try writer.check(type, column - 1) }
                if writer.hasTextForms {
                    try writer.encodeForm(of: value)
                } else {
                    try value._write(to: &writer.message)
                }
            }
        }
        if !hasTextForms { rowType = ObjectIdentifier((repeat each T).self) }
    }

    /// Writes how many values a row has, and returns where it begins.
    @inlinable
    mutating func beginRow(_ count: Int) -> Int {
        let start = message.count
        message.write(bare: Int16(truncatingIfNeeded: count))
        return start
    }

    /// Takes back a row that could not be written, and says why.
    @usableFromInline
    mutating func endRow(at start: Int, _ error: any Error, _ column: Int) -> PostgresError {
        let failure = Self.failure(error, column)
        // A value may have cut off what was there before it.
        if message.count < start { copy.loss = copy.loss ?? failure }
        message.truncate(to: start)
        return failure
    }

    /// Says why a row of so many values cannot be written.
    private func checkRow(_ count: Int) throws(PostgresError) {
        guard format.isBinary else {
            throw .usage("rows of values need COPY … FROM STDIN (FORMAT binary); this one takes text or CSV")
        }
        guard count == columnCount else {
            throw .usage("a row of \(count) values was written to a COPY of \(columnCount) columns")
        }
        guard columns.count == columnCount else {
            throw .usage(
                "the columns' types cannot be told from the text of this COPY, so that values could be stored as others: write "
                    + "it as COPY schema.table (column, …) FROM STDIN (FORMAT binary)")
        }
    }

    /// Whether the column takes values of this type as they are sent: its very type, or text, which is the same for many.
    private mutating func check<T: PostgresEncodable>(_ type: T.Type, _ index: Int) throws {
        let column = columns[index]
        let takes: Bool
        if T.postgresFormat == .text, let form = type as? any CopyForm.Type {
            takes = form.copyType == column.type
            hasTextForms = hasTextForms || takes
        } else {
            let isBinary = T.postgresFormat == .binary
            takes = isBinary && T.postgresType == column.type || column.takes(T.postgresType, T.postgresFormat)
        }
        if takes {
            accepted[index] = ObjectIdentifier(type)
            return
        }
        throw ValueEncodingError.invalid(
            "it is \"\(column.name.text.escapingControls)\" of type \(column.type), which cannot take a value of type \(type) in "
                + "a binary COPY, where nothing is converted\(column.advice)")
    }

    /// Writes a value in the form that it has in a binary COPY.
    private mutating func encodeForm<T: PostgresEncodable>(of value: T) throws {
        if T.postgresFormat == .text, !value.isPostgresNull, let value = value as? any CopyForm {
            try message.write { try value.encodeForCopy(to: &$0) }
        } else {
            try value._write(to: &message)
        }
    }

    private static func failure(_ error: any Error, _ index: Int) -> PostgresError {
        let reason = ValueEncodingError.reason(error)
        return .encoding(.init(parameter: index, description: "column number \(index) of a row for COPY: \(reason)"))
    }

    private mutating func beginMessage() {
        message.bytes.write(UInt8(ascii: "d"))
        _ = message.bytes.reserveLength()
    }

    /// Sends what has collected, waiting as long as the server is behind.
    @usableFromInline
    mutating func send() async throws {
        do {
            if let end = copy.endReason {
                // Nobody wants it any more, however often it is tried.
                message.truncate(to: Self.header)
                throw end
            }
            let (bytes, rows) = (message.count - Self.header, rows)
            self.rows = 0
            try hand()
            beginMessage()
            try await copy.sendData()
            copy.meter.note(bytes: bytes, rows: rows)
        } catch PhysicalConnection.Interruption.cancelled {
            throw CancellationError()
        } catch PhysicalConnection.Interruption.timedOut {
            throw copy.timeoutError
        }
    }

    /// Makes what has collected a message of the output.
    private mutating func hand() throws {
        guard message.count > Self.header else { return message.truncate(to: 0) }
        do {
            try message.bytes.patchLength(1, to: message.count - 1)
        } catch {
            message.truncate(to: 0)
            beginMessage()
            let failure = PostgresError.encoding(
                .init(parameter: nil, description: "a piece of \(error.length) bytes is too long for COPY"))
            copy.loss = copy.loss ?? failure
            throw failure
        }
        message.move(to: &copy.connection.session.output)
    }

    /// Ends the data.
    mutating func finish() throws {
        if format.isBinary { message.bytes.write(BinaryCopy.end) }
        copy.meter.note(bytes: max(message.count - Self.header, 0), rows: rows)
        try hand()
        FrontendMessage.copyDone(to: &copy.connection.session.output)
        copy.connection.simple.noteCopyDone()
    }
}
