/// One COPY under way: what its call and its ``CopyWriter`` share.
///
/// COPY goes by the simple protocol, as psql does it: there the server's answers are the same whether the COPY fails before,
/// while or after the data flow, and every pooler knows it.
final class CopyExchange {
    let connection: PhysicalConnection
    let limit: PhysicalConnection.Limit
    let timeout: Duration?
    private let text: String
    /// How much of what was sent stands before the text.
    private var offset = 0
    /// What has to be taken off a position in front of the text.
    private var shift: Int?
    /// The columns that were described in front of the COPY.
    private(set) var columns = Columns([])
    /// Who wants to know how far it has come.
    var meter = CopyMeter(nil)
    /// What ended it.
    var failure: PostgresError?
    /// Why rows that were written before are lost, so that the COPY cannot be whole any more, whatever becomes of that in the closure.
    var loss: PostgresError?
    /// Why the writing ended, where the connection is not broken.
    var interruption: PhysicalConnection.Interruption?
    /// Why further data in the same text were refused.
    private var refusal: PostgresError?
    private(set) var tag: CommandTag?
    private static let furtherStatements = "copyIn and copyOut run one COPY, and this text holds further statements"

    init(_ connection: PhysicalConnection, _ text: String, _ timeout: Duration?) {
        self.connection = connection
        self.text = text
        self.timeout = timeout
        limit = connection.limit(for: timeout)
    }

    /// Sends the COPY, with the setting of its timeout before it where that must change, and `question` before that.
    ///
    /// - Parameter shift: what has to be taken off a position in the question for that in the COPY, where it quotes that.
    func send(asking question: String, shift: Int?) throws(PostgresError) {
        var prefix = ""
        if let milliseconds = connection.timeoutToSet(timeout) {
            prefix = "SELECT pg_catalog.set_config('statement_timeout', '\(milliseconds)', true); "
        }
        if connection.sendsTraceContext { prefix += connection.traceContextCommand() }
        self.shift = shift.map { prefix.unicodeScalars.count + $0 }
        prefix += question
        offset = prefix.unicodeScalars.count
        do throws(PostgresError) {
            try connection.sendSimple(prefix + text)
        } catch {
            // What was to set the timeout is not sent either.
            connection.blockTimeout = nil
            connection.blockTraceContext = nil
            throw error
        }
    }

    /// Waits until data may flow; throws what the server says instead. The rows of a statement before the COPY go to `body`.
    @inline(never)
    func start(_ body: (RowView) throws -> Void = { _ in }) async throws -> QueryEvent {
        try await connection.receiveEach(limit) { event in
            switch event {
            case .columns(let new): columns = new
            case .row(let values):
                try body(RowView(columns: columns, values: connection.session.input.chunk.span(values)))
            case .wantsCopyData, .sendsCopyData: return event
            case .failed(let error): try note(error)
            case .ready:
                if let failure { throw failure }
                return event
            default: break
            }
            return nil
        }
    }

    /// The next piece of what the server copies out; nil when there is no more.
    func receiveData() async throws -> Range<Int>? {
        try await connection.receive(limit) {
            nil
        } event: { (event) -> Range<Int>?? in
            switch event {
            case .copyData(let piece): return piece
            case .complete(let tag):
                self.tag = tag
                return .some(nil)
            case .failed(let error):
                try note(error)
                return .some(nil)
            default: return nil
            }
        }
    }

    /// Waits until the server is ready again, and says how many rows were copied.
    @inline(never)
    func finish() async throws -> Int {
        if connection.closure != nil, let failure { throw failure }
        while connection.isBusy { try note(try await connection.nextEvent(limit)) }
        if let error = refusal ?? failure { throw error }
        return tag?.rowCount ?? 0
    }

    private func note(_ event: QueryEvent) throws {
        switch event {
        case .complete(let tag):
            if self.tag != nil { failure = failure ?? .usage(Self.furtherStatements) }
            self.tag = self.tag ?? tag
        case .failed(let error): try note(error)
        case .wantsCopyData:
            try connection.refuseCopyData()
            refusal = .usage(Self.furtherStatements)
        case .sendsCopyData: refusal = .usage(Self.furtherStatements)
        default: break
        }
    }

    /// Notes what the server ends the COPY with; what ends the connection too is thrown at once.
    func note(_ error: ServerError) throws {
        var error = error
        error.locate(in: text, after: error.position ?? 0 > offset ? offset : shift ?? offset)
        if error.isFatal { throw connection.fail(.server(error)) }
        failure = failure ?? .server(error)
    }

    /// Why no more data are wanted.
    var endReason: (any Error)? { interruption ?? failure }

    /// What the closure is told when the COPY has taken too long.
    var timeoutError: PostgresError {
        let timeout = connection.effectiveTimeout(timeout) ?? .zero
        return .connection(.queryTimedOut(connection.endpoint, timeout, isUsable: true))
    }

    /// What is thrown when the statement is another one than the call is for, once it is over.
    @inline(never)
    func refuse(_ event: QueryEvent, _ reason: String) async -> any Error {
        switch event {
        case .wantsCopyData: await fail()
        // There may be any amount of data to come.
        case .sendsCopyData: await connection.cancel()
        default: break
        }
        return PostgresError.usage(reason)
    }
}

extension ConnectionHandle {
    /// Holds the lock, sends the COPY, and lets `body` do the rest.
    func withCopy(
        _ sql: SQL, _ kind: ObservedStatement.Kind, _ timeout: Duration?, asking question: String = "",
        shift: Int? = nil, _ body: (CopyExchange) async throws -> Int
    ) async throws -> Int {
        try Self.checkCopy(sql)
        return try await withLock(timeout) { connection in
            let mark = CopyInProgress(self)
            defer { mark.end() }
            if connection.observation != nil { connection.statementBegins(sql, kind) }
            let copy = CopyExchange(connection, sql.text, timeout)
            do {
                try copy.send(asking: question, shift: shift)
                let count = try await Self.$copies.withValue(Self.copies + [mark]) { try await body(copy) }
                if connection.observation != nil { connection.statementEnds(copy.tag, rows: count) }
                return count
            } catch let interruption as PhysicalConnection.Interruption {
                copy.abandon()
                let error = await connection.cancel(after: interruption, timeout)
                if connection.observation != nil { connection.statementFails(error) }
                throw error
            } catch {
                if connection.isBusy { connection.leftover = Leftover(sql, copy.limit) }
                if connection.observation != nil { connection.statementFails(error) }
                throw error
            }
        }
    }

    /// Looks at what can be told before anything is sent.
    private static func checkCopy(_ sql: SQL) throws(PostgresError) {
        if let problem = sql.problem { throw problem }
        guard sql.values.isEmpty else {
            throw .usage("COPY takes no parameters: write \\(raw: …) or \\(identifier: …) for what is part of its text")
        }
        let word = sql.significantBeginning.prefix(4)
        guard word.count == 4, zip(word, "copy".utf8).allSatisfy({ $0 | 0x20 == $1 }) else {
            let beginning = String(decoding: word, as: UTF8.self).escapingControls
            throw .usage("copyIn and copyOut run COPY statements only, and this begins with \"\(beginning)\"")
        }
    }
}
