/// Statements that were sent together by the extended protocol, and their answers as far as they have come.
///
/// A connection uses the same one again and again, so that its memory is allocated once.
struct StatementBatch: ~Copyable {
    /// What is kept of a statement.
    struct Sent {
        var entry: StatementCache.Entry?
        var columns: Columns?
    }

    /// Which answers are to come.
    var answers = ExtendedQuery()
    var sent: [Sent] = []
    /// The tag of the statement before, which often comes again.
    private var lastTag = CommandTag("")

    /// Forgets the statements of the batch before.
    mutating func restart() {
        sent.removeAll(keepingCapacity: true)
        answers.restart()
    }

    mutating func add(_ statement: ExtendedQuery.Statement, _ sent: Sent) {
        answers.add(statement)
        self.sent.append(sent)
    }

    /// Notes that the statement of the last event has been prepared.
    func notePrepared() { sent[answers.eventIndex].entry?.confirm() }

    /// Notes the columns of the statement of the last event.
    mutating func note(_ columns: Columns) {
        sent[answers.eventIndex].columns = columns
        sent[answers.eventIndex].entry?.columns = columns
    }

    /// The columns of the statement that the last event was about.
    var eventColumns: Columns? {
        sent.indices.contains(answers.eventIndex) ? sent[answers.eventIndex].columns : nil
    }

    /// The columns of the row that may come next; nil when none of the caller's may.
    mutating func nextColumns(_ session: inout Session) -> Columns? {
        passBindComplete(&session)
        guard let count = answers.expectedColumnCount, let columns = sent[answers.index].columns,
            columns.count == count
        else { return nil }
        return columns
    }

    /// Whether a row of the caller's may come next.
    mutating func expectsRow(_ session: inout Session) -> Bool {
        passBindComplete(&session)
        return answers.expectedColumnCount != nil
    }

    private mutating func passBindComplete(_ session: inout Session) {
        if answers.awaitsBindComplete, session.takeBindComplete() { answers.noteBindComplete() }
    }

    /// The tag of the current statement if its end is what comes next and has come: the quick way to that event.
    mutating func takeCommandComplete(from session: inout Session) -> CommandTag? {
        guard answers.awaitsCommandComplete, let tag = session.takeCommandComplete(like: lastTag) else { return nil }
        lastTag = tag
        answers.noteCommandComplete()
        return tag
    }
}
