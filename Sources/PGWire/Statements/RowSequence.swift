/// Makes an element of a row's columns and its values, which stand in that range of the chunk. Not of a ``Row``, which would count
/// its references anew each time.
@usableFromInline
typealias ReceivedRow<Element> = (Columns, Chunk, Range<Int>) throws -> Element

/// The rows of a statement, as they come from the server. It holds no more of them than one read brings.
///
/// The statement runs when the iteration begins, and its connection serves no other call until the iteration has ended or
/// its iterator is gone.
public struct RowSequence<Element: Sendable>: AsyncSequence, Sendable {
    /// What the iteration throws: ``PostgresError``, or `CancellationError` when the task is cancelled.
    public typealias Failure = any Error

    private let handle: ConnectionHandle
    private let sql: SQL
    private let formats: ResultFormats
    private let timeout: Duration?
    /// Makes what decodes the rows of one iteration: it may learn from each row for the next.
    private let makeDecode: @Sendable () -> ReceivedRow<Element>

    @usableFromInline
    init(
        _ handle: ConnectionHandle, _ sql: SQL, _ formats: ResultFormats, _ timeout: Duration?,
        makeDecode: @escaping @Sendable () -> ReceivedRow<Element>
    ) {
        self.handle = handle
        self.sql = sql
        self.formats = formats
        self.timeout = timeout
        self.makeDecode = makeDecode
    }

    /// Goes through the rows. The statement runs when the first of them is asked for; another iterator runs it again.
    public func makeAsyncIterator() -> AsyncIterator {
        AsyncIterator(cursor: RowCursor(handle, sql, formats, timeout), decode: makeDecode())
    }

    /// Goes through the rows.
    public struct AsyncIterator: AsyncIteratorProtocol {
        @usableFromInline let cursor: RowCursor
        @usableFromInline let decode: ReceivedRow<Element>

        /// The next row; nil after the last.
        ///
        /// - Throws: ``PostgresError``, or `CancellationError` when the task is cancelled.
        @inlinable
        public mutating func next() async throws -> Element? {
            // Most rows have come already, and need no asynchronous call.
            var received = cursor.nextReceived()
            if received == nil { received = try await cursor.next() }
            guard let values = received else { return nil }
            do {
                return try decode(cursor.columns, cursor.chunk, values)
            } catch {
                return try await cursor.decodeAgain(values, after: error, decode)
            }
        }

        /// The next row; nil after the last.
        ///
        /// - Throws: ``PostgresError``, or `CancellationError` when the task is cancelled.
        @inlinable
        public mutating func next(isolation actor: isolated (any Actor)?) async throws -> Element? {
            // Most rows have come already, and need no asynchronous call.
            var received = cursor.nextReceived()
            if received == nil { received = try await cursor.next() }
            guard let values = received else { return nil }
            do {
                return try decode(cursor.columns, cursor.chunk, values)
            } catch {
                return try await cursor.decodeAgain(values, after: error, decode)
            }
        }
    }
}

/// The rows of one statement as they come. It belongs to one iterator.
///
/// It holds the connection's lock from the first row asked for until the last, or until it is let go of; then the next call
/// puts an end to the rest (``PhysicalConnection/settle(_:undoing:)``).
@usableFromInline
final class RowCursor {
    private enum State {
        case idle
        case running
        case finished
    }

    private let handle: ConnectionHandle
    private let sql: SQL
    private let formats: ResultFormats
    private let timeout: Duration?
    @safe @exclusivity(unchecked) private var state = State.idle
    private var limit = PhysicalConnection.Limit()
    @safe @exclusivity(unchecked) private var outcome = StatementOutcome()
    /// How the rows are asked for in parts, where they are.
    private var window: RowWindow?
    /// How many rows came in the parts that are through.
    private var earlierRows = 0
    /// What the row that came last belongs to.
    @safe @exclusivity(unchecked) @usableFromInline private(set) var columns = Columns([])
    @safe @exclusivity(unchecked) @usableFromInline private(set) var chunk = Chunk.empty
    /// The rows that are left after a type had to be looked up, in reverse order.
    private var kept: [Row] = []

    fileprivate init(_ handle: ConnectionHandle, _ sql: SQL, _ formats: ResultFormats, _ timeout: Duration?) {
        self.handle = handle
        self.sql = sql
        self.formats = formats
        self.timeout = timeout
    }

    deinit {
        if case .running = state { handle.endIteration(from: .resting) }
    }

    /// The values of the next row if it has come already.
    @usableFromInline
    func nextReceived() -> Range<Int>? {
        guard case .running = state, handle.resumeIteration() else { return nil }
        let values = take(handle.connection)
        handle.restIteration()
        return values
    }

    /// Takes a row that has come.
    @inline(__always)
    private func take(_ connection: PhysicalConnection) -> Range<Int>? {
        guard let columns = connection.batch.nextColumns(&connection.session),
            let values = connection.session.nextRow(columnCount: columns.count)
        else { return nil }
        note(columns, connection.session.input.chunk)
        return values
    }

    @inline(__always)
    private func note(_ columns: Columns, _ chunk: Chunk) {
        if columns !== self.columns { self.columns = columns }
        if chunk !== self.chunk { self.chunk = chunk }
    }

    /// The values of the next row, which is waited for; nil after the last.
    @usableFromInline
    func next() async throws -> Range<Int>? {
        if case .running = state, !handle.resumeIteration() {
            state = .finished
            throw handle.iterationEnd()
        }
        if let row = kept.popLast() {
            note(row.columns, row.chunk)
            return row.values
        }
        let isBeginning = if case .idle = state { true } else { false }
        if isBeginning {
            // Ended already if anything below throws: a statement is never run a second time.
            state = .finished
            if try !handle.lockIfIdle() { try await handle.lock(timeout) }
            state = .running
            handle.beginIteration()
        }
        guard case .running = state else { return nil }
        // The buffer is used again only when nobody else refers to it.
        chunk = .empty
        do {
            if isBeginning {
                try begin(handle.connection)
            }
            if let values = try await read(handle.connection) {
                handle.restIteration()
                return values
            }
            finish()
            return nil
        } catch let interruption as PhysicalConnection.Interruption {
            let error = await handle.connection.cancel(after: interruption, timeout)
            finish(error)
            throw error
        } catch {
            finish(error)
            throw error
        }
    }

    private func begin(_ connection: PhysicalConnection) throws(PostgresError) {
        limit = connection.limit(for: timeout)
        // Outside of a block nothing would be left of the statement after its first part.
        if connection.session.transactionStatus == .inTransaction { window = RowWindow() }
        connection.leftover = Leftover(sql, limit)
        if connection.observation != nil { connection.statementBegins(sql, .sequence) }
        try connection.send(sql, formats, timeout: timeout, maximumRows: window?.size ?? 0)
    }

    /// Asks for the next part of the rows.
    private func askForMore(_ connection: PhysicalConnection) throws(PostgresError) {
        guard let columns = connection.batch.eventColumns, let size = window?.next() else { return }
        try connection.sendMore(columns, maximumRows: size)
    }

    /// Reads on until there is a row, or the statement is over.
    private func read(_ connection: PhysicalConnection) async throws -> Range<Int>? {
        var isSuspended = false
        return try await connection.receive(limit) { () -> Range<Int>?? in
            guard let values = take(connection) else { return nil }
            outcome.hasRows = true
            window?.noteRow()
            return .some(values)
        } event: { event -> Range<Int>?? in
            guard case .row(let values) = event else {
                if case .suspended = event { isSuspended = true }
                let tag = try outcome.receive(event, of: sql, timeout, connection)
                guard isSuspended, tag != nil else {
                    if let tag, connection.observation != nil {
                        connection.statementEnds(tag, earlierRows: earlierRows)
                    }
                    return tag == nil ? nil : .some(nil)
                }
                isSuspended = false
                earlierRows += Int(window?.size ?? 0)
                try askForMore(connection)
                return nil
            }
            outcome.hasRows = true
            window?.noteRow()
            guard let columns = connection.batch.eventColumns else { return nil }
            note(columns, connection.session.input.chunk)
            return .some(values)
        }
    }

    /// Looks up the types that the last row could not be decoded for, and decodes it. Before anything else can be asked on this
    /// connection, the rows that are still to come have to be read; they are kept.
    @usableFromInline
    func decodeAgain<T>(
        _ values: Range<Int>, after error: any Error, _ decode: ReceivedRow<T>
    ) async throws -> T {
        guard error is TypeCatalog.Missing else { throw error }
        let row = Row(columns: columns, chunk: chunk, values: values)
        var rows: [Row] = []
        if case .running = state {
            while let values = try await next() {
                rows.append(Row(RowView(columns: columns, values: chunk.span(values))))
            }
            kept = rows.reversed()
        }
        return try await handle.decoding(timeout) { try decode(row.columns, row.chunk, row.values) }
    }

    private func finish(_ error: (any Error)? = nil) {
        handle.connection.leftover = nil
        if let error, handle.connection.observation != nil { handle.connection.statementFails(error) }
        if case .running = state { handle.endIteration(from: .moving) }
        state = .finished
    }
}
