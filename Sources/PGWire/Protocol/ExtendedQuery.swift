/// The answers to one batch of statements under one Sync (manual: "Extended Query").
///
/// Each statement was sent as Parse, Bind, Describe (or not) and Execute. Anything out of turn is a violation.
package struct ExtendedQuery: ~Copyable {
    /// What was sent for one statement.
    package struct Statement: Sendable, Hashable {
        /// Whether a Describe of the portal was sent, so that the columns come before the rows.
        package var describes: Bool

        package init(describes: Bool) { self.describes = describes }
    }

    private enum State {
        case parse
        case bind
        case description
        /// Rows of this many columns; nil where no Describe was sent.
        case rows(columnCount: Int?)
        case copyIn
        case copyOut(dataEnded: Bool)
        /// Only ReadyForQuery is left, so many times. An error may still come first, as a deferred constraint fails only
        /// when the Sync commits; but no second one.
        case finishing(failed: Bool, readies: Int)
        case done
    }

    private var state: State
    private let statements: [Statement]
    /// Which statement the answers are at.
    package private(set) var index = 0

    package init(_ statements: [Statement]) {
        self.statements = statements
        state = statements.isEmpty ? .finishing(failed: false, readies: 1) : .parse
    }

    /// Whether nothing more is expected.
    package var isDone: Bool {
        if case .done = state { true } else { false }
    }

    /// Whether the answers are at the last statement, or past it.
    package var isAtLast: Bool { index + 1 >= statements.count }

    /// Takes the next message; nil when the caller need not know of it.
    package mutating func receive(_ message: BackendMessage) throws(ProtocolViolation) -> QueryEvent? {
        switch (state, message) {
        case (.parse, .parseComplete):
            state = .bind
            return nil
        case (.bind, .bindComplete):
            state = describesCurrent ? .description : .rows(columnCount: nil)
            return nil
        case (.description, .rowDescription(let columns)):
            state = .rows(columnCount: columns.count)
            return .columns(columns)
        case (.description, .noData):
            state = .rows(columnCount: 0)
            return .columns(Columns([]))
        case (.rows(let expected), .dataRow(let count, let values)):
            guard expected == nil || expected == count else {
                throw ProtocolViolation("a row of \(count) columns came where \(expected ?? 0) were announced")
            }
            return .row(values)
        case (.rows, .commandComplete(let tag)), (.copyOut(dataEnded: true), .commandComplete(let tag)):
            completeStatement()
            return .complete(tag)
        case (.rows, .emptyQueryResponse):
            completeStatement()
            return .complete(CommandTag(""))
        case (.rows, .copyInResponse):
            state = .copyIn
            return .wantsCopyData
        case (.rows, .copyOutResponse):
            state = .copyOut(dataEnded: false)
            return .sendsCopyData
        case (.copyOut(dataEnded: false), .copyData):
            return nil
        case (.copyOut(dataEnded: false), .copyDone):
            state = .copyOut(dataEnded: true)
            return nil
        case (.copyIn, .errorResponse(let error)):
            // In copy mode the server ignored our Sync, so the one after CopyFail gets the only answer; unless another
            // statement followed, which ended copy mode by an error of its own, so that both Syncs are answered.
            state = .finishing(failed: true, readies: index + 1 < statements.count ? 2 : 1)
            return .failed(error)
        case (.finishing(failed: false, let readies), .errorResponse(let error)):
            state = .finishing(failed: true, readies: readies)
            return .failed(error)
        case (.finishing(_, let readies), .readyForQuery(let status)):
            guard readies > 1 else {
                state = .done
                return .ready(status)
            }
            state = .finishing(failed: true, readies: readies - 1)
            return nil
        case (.finishing, _), (.done, _):
            break
        case (_, .errorResponse(let error)):
            state = .finishing(failed: true, readies: 1)
            return .failed(error)
        default:
            break
        }
        throw ProtocolViolation("\(message.name) came where \(expectation) was expected")
    }

    private var describesCurrent: Bool { index < statements.count && statements[index].describes }

    private mutating func completeStatement() {
        index += 1
        state = index < statements.count ? .parse : .finishing(failed: false, readies: 1)
    }

    private var expectation: String {
        switch state {
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
