/// The answers to a batch of statements with one Sync or several (manual: "Extended Query", "Pipelining").
///
/// A message out of order is a protocol violation. After an error the server skips the statements up to the next Sync.
package struct ExtendedQuery: ~Copyable {
    private enum State {
        case close(Int)
        case parse
        case parameters
        case bind
        case description
        case rows
        case copyIn
        case copyOut(dataEnded: Bool)
        /// Only `readies` ReadyForQuery are left before the statements of the next Sync. One error may still precede
        /// them, as a deferred constraint fails when the Sync commits.
        case finishing(failed: Bool, readies: Int)
        case done
    }

    private var state: State
    private var statements: [Statement]
    /// The index of the statement that is being answered.
    package private(set) var index = 0
    /// The index of the statement of the last event.
    package private(set) var eventIndex = 0
    /// The number of Syncs sent.
    package private(set) var syncCount = 0
    /// The number of columns of the statement at ``index``.
    private var columnCount: Int?
    /// The number of Syncs sent after CopyFail that are answered after everything else.
    private var ownSyncs = 0

    /// An empty batch; note what is sent by ``add(_:)`` and ``markSync()``.
    package init() {
        statements = []
        state = .done
    }

    /// A batch of these statements and a Sync.
    package init(_ statements: [Statement]) {
        self.init()
        for statement in statements { add(statement) }
        markSync()
    }

    /// Begins a new batch and keeps the memory.
    package mutating func restart() {
        statements.removeAll(keepingCapacity: true)
        state = .done
        ownSyncs = 0
        syncCount = 0
        index = 0
        eventIndex = 0
    }

    /// Notes that a statement was sent.
    package mutating func add(_ statement: Statement) {
        statements.append(statement)
        if statements.count == 1 { begin() }
    }

    /// Notes that a Sync was sent.
    package mutating func markSync() {
        syncCount += 1
        guard !statements.isEmpty else { return state = .finishing(failed: false, readies: 1) }
        statements[statements.count - 1].syncs = true
    }

    /// Whether statements were added after the last Sync.
    package var awaitsSync: Bool { statements.last.map { !$0.syncs } ?? false }

    /// Whether nothing more is expected.
    package var isDone: Bool {
        if case .done = state { true } else { false }
    }

    /// The statements before the same Sync as the statement of the last event.
    package var statementsOfSync: Range<Int> {
        var range = eventIndex..<min(eventIndex + 1, statements.count)
        while range.lowerBound > 0, !statements[range.lowerBound - 1].syncs {
            range = range.lowerBound - 1..<range.upperBound
        }
        while range.upperBound < statements.count, !statements[range.upperBound - 1].syncs {
            range = range.lowerBound..<range.upperBound + 1
        }
        return range
    }

    /// The number of columns of the next row; nil when no row may come next, or only ``receive(_:)`` can tell.
    package var expectedColumnCount: Int? {
        if case .rows = state, !statements[index].isInternal { columnCount } else { nil }
    }

    /// Whether the last error came before BindComplete, so that the statement was not begun.
    package private(set) var hasFailedBeforeExecution = false
    /// Whether it was in place of BindComplete, of a statement that had been parsed with an earlier batch.
    package private(set) var hasFailedInReuse = false

    private mutating func noteFailure() {
        hasFailedInReuse = awaitsBindComplete && !statements[index].parses
        hasFailedBeforeExecution =
            switch state {
            case .close, .parse, .parameters, .bind: true
            case .description: statements[index].isDescribedOnly
            default: false
            }
    }

    /// Whether BindComplete is expected next.
    package var awaitsBindComplete: Bool {
        if case .bind = state { true } else { false }
    }

    /// Notes that it was received.
    package mutating func noteBindComplete() {
        guard awaitsBindComplete else { return }
        columnCount = statements[index].columnCount
        state = statements[index].describes ? .description : .rows
    }

    /// Whether CommandComplete may come next, for a statement of the caller's.
    package var awaitsCommandComplete: Bool {
        if case .rows = state { !statements[index].isInternal } else { false }
    }

    /// Notes that it was received.
    package mutating func noteCommandComplete() {
        guard awaitsCommandComplete else { return }
        _ = complete(CommandTag(""))
    }

    /// Receives the next message; nil when it means nothing to the caller.
    package mutating func receive(_ message: BackendMessage) throws(ProtocolViolation) -> QueryEvent? {
        switch (state, message) {
        case (.close(let count), .closeComplete):
            state = count > 1 ? .close(count - 1) : statements[index].parses ? .parse : afterParse
            return nil
        case (.parse, .parseComplete):
            eventIndex = index
            state = afterParse
            return .parsed
        case (.parameters, .parameterDescription(let types)):
            state = .description
            return note(.parameters(types))
        case (.bind, .bindComplete):
            noteBindComplete()
            return nil
        case (.description, .rowDescription(let columns)):
            return describe(columns)
        case (.description, .noData):
            return describe(Columns([]))
        case (.rows, .dataRow(let count, let values)):
            guard columnCount == nil || columnCount == count else {
                throw ProtocolViolation("a row of \(count) columns came where \(columnCount ?? 0) were announced")
            }
            return note(.row(values))
        case (.rows, .commandComplete(let tag)), (.copyOut(dataEnded: true), .commandComplete(let tag)):
            return complete(tag)
        case (.rows, .portalSuspended) where statements[index].isLimited:
            _ = complete(CommandTag(""))
            return .suspended
        case (.rows, .emptyQueryResponse):
            return complete(CommandTag(""))
        case (.rows, .copyInResponse(let format)):
            state = .copyIn
            return note(.wantsCopyData(format))
        case (.rows, .copyOutResponse(let format)):
            state = .copyOut(dataEnded: false)
            return note(.sendsCopyData(format))
        case (.copyOut(dataEnded: false), .copyData(let body)):
            return note(.copyData(body))
        case (.copyOut(dataEnded: false), .copyDone):
            state = .copyOut(dataEnded: true)
            return nil
        case (.copyIn, .errorResponse(let error)):
            eventIndex = index
            failCopy(error)
            return .failed(error)
        case (.finishing(failed: false, let readies), .errorResponse(let error)):
            state = .finishing(failed: true, readies: readies)
            return .failed(error)
        case (.finishing(let failed, let readies), .readyForQuery(let status)):
            guard readies <= 1 else {
                state = .finishing(failed: true, readies: readies - 1)
                return nil
            }
            next(afterFailure: failed)
            return .ready(status)
        case (.finishing, _), (.done, _):
            break
        case (_, .errorResponse(let error)):
            eventIndex = index
            noteFailure()
            finish(failed: true)
            return .failed(error)
        default:
            break
        }
        throw ProtocolViolation("\(message.name) came where \(expectation) was expected")
    }

    private mutating func describe(_ columns: Columns) -> QueryEvent? {
        columnCount = columns.count
        state = .rows
        let event = note(.columns(columns))
        if statements[index].isDescribedOnly { _ = complete(CommandTag("")) }
        return event
    }

    /// What comes once the statement is parsed.
    private var afterParse: State { statements[index].isDescribedOnly ? .parameters : .bind }

    /// The event; of a statement of the driver's own only its rows.
    private mutating func note(_ event: QueryEvent) -> QueryEvent? {
        eventIndex = index
        guard statements[index].isInternal else { return event }
        if case .row(let values) = event { return .internalRow(values) }
        return nil
    }

    private mutating func complete(_ tag: CommandTag) -> QueryEvent? {
        eventIndex = index
        let statement = statements[index]
        let isLast = statement.syncs || index + 1 == statements.count
        if isLast {
            finish(failed: false)
        } else {
            index += 1
            begin()
        }
        return statement.isInternal ? nil : .complete(tag)
    }

    /// Expects the answer to the Sync of the statement at ``index``; after the last one, to those after CopyFail too.
    private mutating func finish(failed: Bool) {
        let isLast = !statements[index...].dropLast().contains { $0.syncs }
        state = .finishing(failed: failed, readies: isLast ? 1 + ownSyncs : 1)
    }

    /// Continues after the error that ended copy-in mode. The client has sent CopyFail and another Sync after
    /// everything else. Which Syncs are answered depends on what ended the mode, as the server ignores a Sync while in
    /// it.
    private mutating func failCopy(_ error: ServerError) {
        ownSyncs = 1
        if index + 1 == statements.count {
            // When CopyFail ended it, the Sync before that was ignored; otherwise the server saw no Sync in copy-in
            // mode.
            if error.sqlState == .queryCanceled { ownSyncs = 0 }
        } else if statements[index].syncs, error.sqlState == .protocolViolation {
            // It is the first message after a Sync that was ignored, so nothing up to the next Sync is answered.
            index += 1
        }
        finish(failed: true)
    }

    /// Continues after a Sync, past the statements that an error has left unanswered.
    private mutating func next(afterFailure failed: Bool) {
        while index < statements.count, !statements[index].syncs { index += 1 }
        index += 1
        if index < statements.count { begin() } else { state = .done }
    }

    private mutating func begin() {
        let statement = statements[index]
        state = statement.closes > 0 ? .close(statement.closes) : statement.parses ? .parse : .bind
        if !statement.binds { beginWithoutBind(statement) }
    }

    // Apart, as it would make slower what comes with every statement.
    @inline(never)
    private mutating func beginWithoutBind(_ statement: Statement) {
        guard statement.isDescribedOnly else {
            columnCount = statement.columnCount
            return state = .rows
        }
        if statement.closes == 0, !statement.parses { state = .parameters }
    }

    /// The messages that may come next, in words.
    package var expectation: String {
        switch state {
        case .close: "CloseComplete"
        case .parse: "ParseComplete"
        case .parameters: "ParameterDescription"
        case .bind: "BindComplete"
        case .description: "RowDescription or NoData"
        case .rows: "a row or the statement's end"
        case .copyIn: "the answer to CopyFail"
        case .copyOut: "COPY data or its end"
        case .finishing: "ReadyForQuery"
        case .done: "nothing"
        }
    }
}
