/// The answers to one statement that is carried out again and again: settings of the driver's own, one Parse, then Bind and
/// Execute for each element of a sequence, and one Sync (manual: "Extended Query", "Pipelining").
///
/// What it keeps does not grow with the number of elements. They may be sent while answers come. A message out of order is a
/// protocol violation; after an error nothing comes but the answer to the Sync.
package struct RepeatedQuery: ~Copyable {
    private enum State {
        /// A setting: its ParseComplete, its BindComplete, then its row and its end.
        case setting, settingBind, settingRow
        case parse
        case bind
        case description
        case rows
        /// Everything sent so far is answered, and the Sync is not sent.
        case idle
        /// Only ReadyForQuery is left. One error may still precede it, as a deferred constraint fails when the Sync commits.
        case finishing(failed: Bool)
        case done
    }

    private var state: State
    /// How many settings are still to be answered.
    private var settings: Int
    /// Whether a Describe of the portal went with the first element, so that the columns come before its rows.
    private var describes: Bool
    /// How many elements were sent.
    package private(set) var sent = 0
    /// How many of them are answered to the end; so the index of the one that is being answered.
    package private(set) var answered = 0
    /// Whether the Sync was sent.
    package private(set) var isSynced = false
    /// Whether something was sent that the server refuses, so that nothing of what came before it stays.
    private var isGivenUp = false
    /// The number of columns of each row; nil when there was no Describe, or no answer to it yet.
    private var columnCount: Int?
    /// The element that the last error was about; nil where it was about none.
    package private(set) var failedElement: Int?
    /// Whether there was an error, so that nothing of it stays.
    package private(set) var hasFailed = false
    /// Whether it was about a setting of the driver's own.
    package private(set) var hasFailedInSetting = false

    /// Of nothing.
    package init() {
        (state, settings, describes) = (.done, 0, false)
    }

    /// Of so many settings, and a Parse, which were sent.
    package init(settings: Int, describes: Bool) {
        state = settings > 0 ? .setting : .parse
        self.settings = settings
        self.describes = describes
    }

    /// Notes that so many further elements were sent.
    package mutating func note(elements count: Int) {
        sent += count
        if case .idle = state, count > 0 { state = .bind }
    }

    /// Notes that something was sent that the server refuses.
    package mutating func noteGivingUp() { isGivenUp = true }

    /// Notes that the Sync was sent.
    package mutating func noteSync() {
        isSynced = true
        if case .idle = state { state = afterElements }
    }

    /// What comes after the last element that was sent.
    private var afterElements: State { isSynced && !isGivenUp ? .finishing(failed: false) : .idle }

    /// Whether nothing more is expected.
    package var isDone: Bool {
        if case .done = state { true } else { false }
    }

    /// Whether all that was sent is answered, but for the Sync.
    package var isAnswered: Bool {
        switch state {
        case .idle: !isGivenUp
        case .finishing, .done: true
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
        state = describes ? .description : .rows
    }

    /// Whether rows may come next, or the end of an element.
    package var expectsRows: Bool {
        if case .rows = state { true } else { false }
    }

    /// Notes that so many elements were answered by BindComplete and CommandComplete alone.
    package mutating func note(answered count: Int) {
        guard count > 0, awaitsBindComplete, count <= sent - answered else { return }
        answered += count
        if answered == sent { state = afterElements }
    }

    /// Notes that CommandComplete was received.
    package mutating func noteCommandComplete() {
        guard expectsRows else { return }
        answered += 1
        state = answered < sent ? .bind : afterElements
    }

    /// Receives the next message; nil when it means nothing to the caller.
    package mutating func receive(_ message: BackendMessage) throws(ProtocolViolation) -> QueryEvent? {
        switch (state, message) {
        case (.setting, .parseComplete):
            state = .settingBind
            return nil
        case (.settingBind, .bindComplete):
            state = .settingRow
            return nil
        case (.settingRow, .dataRow): return nil
        case (.settingRow, .commandComplete):
            settings -= 1
            state = settings > 0 ? .setting : .parse
            return nil
        case (.parse, .parseComplete):
            state = answered < sent ? .bind : afterElements
            return nil
        case (.bind, .bindComplete):
            noteBindComplete()
            return nil
        case (.description, .rowDescription(let columns)): return describe(columns)
        case (.description, .noData): return describe(Columns([]))
        case (.rows, .dataRow(let count, let values)):
            guard columnCount == nil || columnCount == count else {
                throw ProtocolViolation("a row of \(count) columns came where \(columnCount ?? 0) were announced")
            }
            return .row(values)
        case (.rows, .commandComplete(let tag)):
            noteCommandComplete()
            return .complete(tag)
        case (.finishing, .readyForQuery(let status)) where isSynced:
            state = .done
            return .ready(status)
        case (.finishing(failed: true), _), (.done, _): break
        case (_, .errorResponse(let error)):
            noteFailure()
            return .failed(error)
        default: break
        }
        throw ProtocolViolation("\(message.name) came where \(expectation) was expected")
    }

    private mutating func describe(_ columns: Columns) -> QueryEvent {
        describes = false
        columnCount = columns.count
        state = .rows
        return .columns(columns)
    }

    private mutating func noteFailure() {
        hasFailed = true
        hasFailedInSetting = settings > 0
        failedElement =
            switch state {
            case .bind, .description, .rows: answered
            default: nil
            }
        state = .finishing(failed: true)
    }

    /// The messages that may come next, in words.
    private var expectation: String {
        switch state {
        case .setting, .parse: "ParseComplete"
        case .settingBind, .bind: "BindComplete"
        case .settingRow: "the row of a setting, or its end"
        case .description: "RowDescription or NoData"
        case .rows: "a row or the element's end"
        case .idle: isGivenUp ? "an error" : "nothing"
        case .finishing: isSynced ? "ReadyForQuery" : "nothing"
        case .done: "nothing"
        }
    }
}

/// The quick way through answers without rows, most of which are the same, byte for byte.
extension RepeatedQuery {
    /// What BindComplete and CommandComplete with one tag look like.
    package struct Answer: ~Copyable {
        package private(set) var tag = CommandTag("")
        /// The rows that the tag counts.
        package private(set) var rowCount = 0
        fileprivate var bytes = ByteWriter()

        package init() {}

        /// Makes it that of another tag; the memory is used again.
        package mutating func change(to tag: CommandTag) {
            self.tag = tag
            rowCount = tag.rowCount ?? 0
            bytes.removeAll()
            bytes.write(UInt8(ascii: "2"))
            bytes.write(UInt32(4))
            bytes.write(UInt8(ascii: "C"))
            bytes.write(UInt32(truncatingIfNeeded: tag.description.utf8.count + 5))
            bytes.write(cString: tag.description)
        }
    }

    /// Takes as many answers as come next and are this one, and says how many.
    package mutating func take(_ answer: borrowing Answer, from session: inout Session) -> Int {
        guard awaitsBindComplete, !describes, !answer.bytes.isEmpty else { return 0 }
        let count = session.take(copiesOf: answer.bytes.span, atMost: sent - answered)
        note(answered: count)
        return count
    }
}
