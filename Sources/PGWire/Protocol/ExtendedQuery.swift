/// The answers to a batch of statements under one Sync or several (manual: "Extended Query", "Pipelining").
///
/// Anything out of turn is a violation. An error ends the statements up to the next Sync: the server answers none of them.
package struct ExtendedQuery: ~Copyable {
    /// What was sent for one statement.
    package struct Statement: Sendable, Hashable {
        /// How many Close messages were sent before it, for prepared statements that are no longer wanted.
        package var closes = 0
        /// Whether a Parse was sent.
        package var parses = true
        /// Whether a Describe of the portal was sent, so that the columns come before the rows.
        package var describes: Bool
        /// How many columns the rows have, where no Describe was sent; nil when that is not known.
        package var columnCount: Int?
        /// Whether it is the client's own, of whose answers the caller does not want to know.
        package var isInternal = false
        /// Whether a Sync follows. One always follows the last.
        package var syncs = false

        package init(describes: Bool) { self.describes = describes }
    }

    private enum State {
        case close(Int)
        case parse
        case bind
        case description
        case rows
        case copyIn
        case copyOut(dataEnded: Bool)
        /// Only ReadyForQuery is left before the next Sync's statements, so many times. An error may still come first, as
        /// a deferred constraint fails only when the Sync commits; but no second one.
        case finishing(failed: Bool, readies: Int)
        case done
    }

    private var state: State
    private var statements: [Statement]
    /// Which statement the answers are at.
    package private(set) var index = 0
    /// Which statement the last event was about.
    package private(set) var eventIndex = 0
    /// How many Syncs were sent.
    package private(set) var syncCount = 0
    /// How many columns the rows of the statement at ``index`` have.
    private var columnCount: Int?
    /// How many Syncs of our own, sent after CopyFail, are answered after everything else.
    private var ownSyncs = 0

    /// Nothing that anybody waits for. Describe what is sent by ``add(_:)`` and ``markSync()``.
    package init() {
        statements = []
        state = .done
    }

    /// What was sent, with a Sync after it.
    package init(_ statements: [Statement]) {
        self.init()
        for statement in statements { add(statement) }
        markSync()
    }

    /// Begins a new batch, in the memory of the one before it.
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

    /// The statements under the same Sync as the one that the last event was about.
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

    /// How many columns the row has that may come next; nil when none may come, or it takes ``receive(_:)`` to say.
    package var expectedColumnCount: Int? {
        if case .rows = state, !statements[index].isInternal { columnCount } else { nil }
    }

    /// Whether BindComplete is to come next.
    package var awaitsBindComplete: Bool {
        if case .bind = state { true } else { false }
    }

    /// Notes that it has come.
    package mutating func noteBindComplete() {
        guard awaitsBindComplete else { return }
        columnCount = statements[index].columnCount
        state = statements[index].describes ? .description : .rows
    }

    /// Whether CommandComplete may come next, for a statement whose end the caller wants to know of.
    package var awaitsCommandComplete: Bool {
        if case .rows = state { !statements[index].isInternal } else { false }
    }

    /// Notes that it has come.
    package mutating func noteCommandComplete() {
        guard awaitsCommandComplete else { return }
        _ = complete(CommandTag(""))
    }

    /// Takes the next message; nil when the caller need not know of it.
    package mutating func receive(_ message: BackendMessage) throws(ProtocolViolation) -> QueryEvent? {
        switch (state, message) {
        case (.close(let count), .closeComplete):
            state = count > 1 ? .close(count - 1) : statements[index].parses ? .parse : .bind
            return nil
        case (.parse, .parseComplete):
            eventIndex = index
            state = .bind
            return .parsed
        case (.bind, .bindComplete):
            noteBindComplete()
            return nil
        case (.description, .rowDescription(let columns)):
            columnCount = columns.count
            state = .rows
            return note(.columns(columns))
        case (.description, .noData):
            columnCount = 0
            state = .rows
            return note(.columns(Columns([])))
        case (.rows, .dataRow(let count, let values)):
            guard columnCount == nil || columnCount == count else {
                throw ProtocolViolation("a row of \(count) columns came where \(columnCount ?? 0) were announced")
            }
            return note(.row(values))
        case (.rows, .commandComplete(let tag)), (.copyOut(dataEnded: true), .commandComplete(let tag)):
            return complete(tag)
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
            finish(failed: true)
            return .failed(error)
        default:
            break
        }
        throw ProtocolViolation("\(message.name) came where \(expectation) was expected")
    }

    /// The event, unless the statement is the client's own: of that one only what it returns may be asked for.
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

    /// Waits for the answer to the Sync of the statement at ``index``; after the last one, to our own too.
    private mutating func finish(failed: Bool) {
        let isLast = !statements[index...].dropLast().contains { $0.syncs }
        state = .finishing(failed: failed, readies: isLast ? 1 + ownSyncs : 1)
    }

    /// Goes on after the error that ends copy mode. The client has sent CopyFail and a Sync of its own after everything
    /// else, and which of the Syncs are answered depends on what ended the mode: in it the server ignores a Sync.
    private mutating func failCopy(_ error: ServerError) {
        ownSyncs = 1
        if index + 1 == statements.count {
            // When it is CopyFail, the Sync before that was ignored; else the server came to no Sync in that mode.
            if error.sqlState == .queryCanceled { ownSyncs = 0 }
        } else if statements[index].syncs, error.sqlState == .protocolViolation {
            // It is the first message of the next part, after a Sync that was ignored; so nothing of that part is
            // answered.
            index += 1
        }
        finish(failed: true)
    }

    /// Goes on after a Sync, beyond the statements that a failure has left unanswered.
    private mutating func next(afterFailure failed: Bool) {
        while index < statements.count, !statements[index].syncs { index += 1 }
        index += 1
        if index < statements.count { begin() } else { state = .done }
    }

    private mutating func begin() {
        let statement = statements[index]
        state = statement.closes > 0 ? .close(statement.closes) : statement.parses ? .parse : .bind
    }

    /// What may come next, in words.
    package var expectation: String {
        switch state {
        case .close: "CloseComplete"
        case .parse: "ParseComplete"
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
