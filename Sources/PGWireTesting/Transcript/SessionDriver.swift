package import PGWire

/// Drives a session and its state machines as the client does, without I/O: for replays, fuzzing and recording.
package struct SessionDriver: ~Copyable {
    /// The events of the server's bytes.
    package enum Event: Sendable {
        case authenticated
        case query(QueryEvent)
        case row(Row)
        /// A row of a binary COPY TO.
        case copiedRow(Row)
        case notice(ServerError)
        case ready
    }

    /// Why the session failed.
    package enum Failure: Error, Sendable {
        case startup(Startup.Failure)
        case violation(ProtocolViolation)
        case unusable(PostgresError)
    }

    private enum Exchange: ~Copyable {
        case startup(Startup)
        case idle
        case extended(ExtendedQuery)
        case simple(SimpleQuery)
        case broken
    }

    package private(set) var session: Session
    private var exchange: Exchange = .idle
    /// The columns of a simple query's rows.
    private var columns = Columns([])
    /// The messages sent for each statement of a batch.
    private var sent: [Sent] = []
    /// The columns of the named statements that the server has described.
    private(set) var known: [String: Columns] = [:]
    /// Reads a binary COPY; nil for one in text.
    private var copied = BinaryCopyReader(columnCount: 0)
    private var copiedColumns: Columns?
    /// Whether ``begin(_:)`` provides the data for a COPY of a simple query; else it is refused.
    package var givesCopyData = false
    /// Whether that data is expected.
    package private(set) var awaitsCopyData = false
    private let keys: (SCRAMChallenge) -> SCRAMKeys
    /// The events so far; the reader may empty it.
    package var events: [Event] = []

    /// A statement of a batch: its name, and its columns as far as they are known.
    struct Sent {
        var name: String
        var columns: Columns?
    }

    /// Begins a connection: writes the StartupMessage to the output, and with an eager start SCRAM's first message.
    /// `keys` derives the SCRAM keys, or caches them.
    package init(
        _ login: Startup.Login, parameters: [(name: String, value: String)], maximumMessageSize: Int = 1 << 30,
        beginsEarly: Bool = false, keys: @escaping (SCRAMChallenge) -> SCRAMKeys
    ) throws {
        session = Session(maximumMessageSize: maximumMessageSize)
        self.keys = keys
        var startup = Startup(login)
        try FrontendMessage.startup(version: startup.version, parameters: parameters, to: &session.output)
        if beginsEarly { try startup.beginEarly(to: &session.output) }
        exchange = .startup(startup)
    }

    /// Whether a query may begin.
    package var isIdle: Bool {
        switch exchange {
        case .idle: true
        case .startup: false
        case .extended: false
        case .simple: false
        case .broken: false
        }
    }

    /// Removes and returns the bytes to send.
    package mutating func takeOutput() -> [UInt8] {
        defer { session.output.removeAll() }
        return session.output.bytes
    }

    /// Begins a simple query.
    package mutating func beginSimple(_ sql: String) throws(PostgresError) {
        try FrontendMessage.query(sql, to: &session.output)
        session.noteSync()
        exchange = .simple(SimpleQuery())
    }

    /// Notes that `statements` are in the output, with a Sync after the last.
    package mutating func noteBatch(_ statements: [ExtendedQuery.Statement]) {
        noteBatch(statements, statements.map { _ in Sent(name: "") })
    }

    mutating func noteBatch(_ statements: [ExtendedQuery.Statement], _ sent: [Sent]) {
        for statement in statements.dropLast() where statement.syncs { session.noteSync() }
        session.noteSync()
        self.sent = sent
        exchange = .extended(ExtendedQuery(statements))
    }

    /// Notes that CopyDone or CopyFail is in the output.
    mutating func noteCopyEnd(isDone: Bool) {
        awaitsCopyData = false
        var taken = Exchange.broken
        swap(&taken, &exchange)
        guard case .simple(var query) = consume taken else { return }
        if isDone { query.noteCopyDone() }
        exchange = .simple(query)
    }

    /// Calls `body` to write messages to the output.
    package mutating func write(_ body: (inout ByteWriter) throws(PostgresError) -> Void) throws(PostgresError) {
        try body(&session.output)
    }

    /// Receives bytes of the server, into the same room that the client would reserve.
    package mutating func receive(_ bytes: [UInt8]) throws(Failure) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = session.input.append(expected: session.input.credible(session.missing)) { room in
                let count = min(room.count, rest.count)
                room.copyBytes(from: rest.prefix(count))
                return count
            }
            rest.removeFirst(count)
            takeRows()
            while let message = try nextMessage() {
                try interpret(message)
                takeRows()
            }
        }
    }

    /// Reads complete rows by the fast path, as the client does.
    private mutating func takeRows() {
        guard let (count, index) = nextRow, sent.indices.contains(index), let columns = sent[index].columns,
            columns.count == count
        else { return }
        while let values = session.nextRow(columnCount: count) {
            events.append(.row(Row(columns: columns, chunk: session.input.chunk, values: values)))
        }
    }

    /// The number of columns of the next row, and the index of its statement.
    private var nextRow: (Int, index: Int)? {
        switch exchange {
        case .extended(let query): query.expectedColumnCount.map { ($0, query.index) }
        default: nil
        }
    }

    private mutating func nextMessage() throws(Failure) -> BackendMessage? {
        do throws(ProtocolViolation) {
            let message = try session.next()
            for notice in session.takeNotices() { events.append(.notice(notice)) }
            return message
        } catch {
            throw .violation(error)
        }
    }

    private mutating func interpret(_ message: BackendMessage) throws(Failure) {
        var taken = Exchange.broken
        swap(&taken, &exchange)
        switch consume taken {
        case .idle:
            throw .violation(ProtocolViolation("\(message.name) came where nothing was asked"))
        case .broken:
            throw .violation(ProtocolViolation("the connection had failed before"))
        case .startup(var startup):
            try receive(message, &startup)
            exchange = startup.isReady ? .idle : .startup(startup)
        case .extended(var query):
            let event = try advance { () throws(ProtocolViolation) in try query.receive(message) }
            let index = query.eventIndex
            exchange = query.isDone ? .idle : .extended(query)
            try handle(event, at: index)
        case .simple(var query):
            let event = try advance { () throws(ProtocolViolation) in try query.receive(message) }
            exchange = query.isDone ? .idle : .simple(query)
            try handle(event, at: nil)
        }
    }

    private mutating func receive(_ message: BackendMessage, _ startup: inout Startup) throws(Failure) {
        do throws(Startup.Failure) {
            switch try startup.receive(message, output: &session.output) {
            // A transcript has its password, or needs none.
            case .proceed, .askForPassword, .askForToken: break
            case .deriveKeys(let challenge): try startup.provide(keys(challenge), to: &session.output)
            case .authenticated:
                session.framer.phase = .established
                session.protocolVersion = startup.version
                events.append(.authenticated)
            case .ready: events.append(.ready)
            }
        } catch {
            throw .startup(error)
        }
    }

    private func advance(_ step: () throws(ProtocolViolation) -> QueryEvent?) throws(Failure) -> QueryEvent? {
        do throws(ProtocolViolation) { return try step() } catch { throw .violation(error) }
    }

    /// Notes an event of a simple query, or of the statement at `index` of a batch.
    private mutating func handle(_ event: QueryEvent?, at index: Int?) throws(Failure) {
        guard let event else { return }
        switch event {
        case .parsed: return
        case .columns(let columns): note(columns, at: index)
        case .row(let values):
            let columns = index.map { sent.indices.contains($0) ? sent[$0].columns : nil } ?? self.columns
            let row = Row(columns: columns ?? Columns([]), chunk: session.input.chunk, values: values)
            return events.append(.row(row))
        case .wantsCopyData:
            if givesCopyData, index == nil { awaitsCopyData = true } else { try refuseCopy(isExtended: index != nil) }
        case .sendsCopyData(let format): beginCopied(format)
        case .copyData(let piece):
            events.append(.query(event))
            return try takeCopied(piece)
        case .complete:
            columns = Columns([])
            try endCopied()
        case .failed:
            columns = Columns([])
            copiedColumns = nil
            awaitsCopyData = false
        case .internalRow, .parameters, .suspended, .ready: break
        }
        events.append(.query(event))
    }

    private mutating func note(_ columns: Columns, at index: Int?) {
        guard let index, sent.indices.contains(index) else { return self.columns = columns }
        sent[index].columns = columns
        if !sent[index].name.isEmpty { known[sent[index].name] = columns }
    }

    private mutating func refuseCopy(isExtended: Bool) throws(Failure) {
        do throws(PostgresError) {
            try FrontendMessage.copyFail("this call gives no data", to: &session.output)
        } catch {
            throw .unusable(error)
        }
        if isExtended { FrontendMessage.sync(to: &session.output) }
    }

    private mutating func beginCopied(_ format: CopyFormat) {
        copied = BinaryCopyReader(columnCount: format.columnCount)
        copiedColumns =
            format.isBinary ? Columns(binary: [OID](repeating: .unspecified, count: format.columnCount)) : nil
    }

    private mutating func takeCopied(_ piece: Range<Int>) throws(Failure) {
        guard let columns = copiedColumns else { return }
        var rows: [Row] = []
        let chunk = session.input.chunk
        let violation = copied.receive(chunk.span(piece)) { values in
            rows.append(Row(RowView(columns: columns, values: values)))
        }
        for row in rows { events.append(.copiedRow(row)) }
        if let violation { throw .violation(violation) }
    }

    private mutating func endCopied() throws(Failure) {
        guard copiedColumns != nil else { return }
        copiedColumns = nil
        if let violation = copied.incompleteness { throw .violation(violation) }
    }
}
