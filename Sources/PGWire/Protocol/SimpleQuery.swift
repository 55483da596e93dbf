/// The answers to one Query message, which may hold several statements (manual: "Simple Query").
package struct SimpleQuery: ~Copyable {
    private enum State {
        /// Nothing was answered yet; even an empty query string gets an answer.
        case first
        case statement
        case rows(columnCount: Int)
        case copyIn(dataEnded: Bool)
        case copyOut(dataEnded: Bool)
        case failed
        case done
    }

    private var state = State.first

    package init() {}

    /// Whether nothing more is expected.
    package var isDone: Bool {
        if case .done = state { true } else { false }
    }

    /// Notes that CopyDone was sent, so that CommandComplete may come.
    package mutating func noteCopyDone() {
        if case .copyIn = state { state = .copyIn(dataEnded: true) }
    }

    /// Receives the next message; nil when it means nothing to the caller.
    package mutating func receive(_ message: BackendMessage) throws(ProtocolViolation) -> QueryEvent? {
        switch (state, message) {
        case (.first, .readyForQuery): break
        case (.first, _):
            state = .statement
            return try receive(message)
        case (.statement, .rowDescription(let columns)):
            state = .rows(columnCount: columns.count)
            return .columns(columns)
        case (.rows(let expected), .dataRow(let count, let values)):
            guard expected == count else {
                throw ProtocolViolation("a row of \(count) columns came where \(expected) were announced")
            }
            return .row(values)
        case (.rows, .commandComplete(let tag)), (.statement, .commandComplete(let tag)),
            (.copyOut(dataEnded: true), .commandComplete(let tag)):
            state = .statement
            return .complete(tag)
        case (.statement, .emptyQueryResponse):
            return .complete(CommandTag(""))
        case (.statement, .copyInResponse(let format)):
            state = .copyIn(dataEnded: false)
            return .wantsCopyData(format)
        case (.statement, .copyOutResponse(let format)):
            state = .copyOut(dataEnded: false)
            return .sendsCopyData(format)
        case (.copyIn(dataEnded: true), .commandComplete(let tag)):
            state = .statement
            return .complete(tag)
        case (.copyOut(dataEnded: false), .copyData(let body)):
            return .copyData(body)
        case (.copyOut(dataEnded: false), .copyDone):
            state = .copyOut(dataEnded: true)
            return nil
        case (.statement, .readyForQuery(let status)), (.failed, .readyForQuery(let status)):
            state = .done
            return .ready(status)
        case (.failed, _), (.done, _):
            break
        case (_, .errorResponse(let error)):
            state = .failed
            return .failed(error)
        default:
            break
        }
        throw ProtocolViolation("\(message.name) came in the middle of a simple query, where it does not belong")
    }
}
