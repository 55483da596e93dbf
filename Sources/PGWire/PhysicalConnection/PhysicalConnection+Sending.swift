/// Statements by the extended protocol: what is written for each (manual: "Extended Query").
extension PhysicalConnection {
    /// Writes one statement as one batch, with the setting of its timeout before it where that must change. One batch is
    /// one flight, and poolers keep it together.
    ///
    /// With `keepingTimeout` nothing is set, as a statement that ends the transaction has nothing to gain from it.
    ///
    /// - Parameter maximumRows: how many rows are asked for; 0 for all.
    func send(
        _ sql: SQL, _ formats: ResultFormats, timeout: Duration?, keepingTimeout: Bool = false, maximumRows: Int32 = 0
    ) throws(PostgresError) {
        try sendBatch { () throws(PostgresError) in
            if sendsTraceContext { try addTraceContext(before: sql) }
            if !keepingTimeout, !goesWithoutTimeout(sql, timeout) { try addTimeout(timeout) }
            try add(sql, formats, maximumRows: maximumRows)
        }
    }

    /// Asks for further rows of the statement that was sent last, with at most so many rows, and has these columns. It is to be
    /// in a transaction block, as what is bound ends with its transaction.
    func sendMore(_ columns: Columns, maximumRows: Int32) throws(PostgresError) {
        try sendBatch { () throws(PostgresError) in
            try FrontendMessage.execute(maximumRows: maximumRows, to: &session.output)
            var statement = ExtendedQuery.Statement(describes: false)
            statement.parses = false
            statement.binds = false
            statement.isLimited = true
            statement.columnCount = columns.count
            batch.add(statement, .init(columns: columns))
        }
    }

    /// Lets `body` write statements, and ends them by a Sync. When it throws, nothing of it is sent.
    func sendBatch<E: Error>(_ body: () throws(E) -> Void) throws(E) {
        let start = session.output.count
        batch.restart()
        do throws(E) {
            try body()
        } catch {
            forgetBatch(from: start)
            throw error
        }
        endBatch()
    }

    /// Ends the statements that were written by a Sync.
    func endBatch() {
        if batch.answers.awaitsSync || batch.answers.syncCount == 0 { addSync() }
        beginExtended()
    }

    /// Forgets statements that were written and are not sent, whose bytes begin at `start`.
    func forgetBatch(from start: Int) {
        session.output.truncate(to: start)
        forgetUnanswered()
        batch.answers.restart()
        // What was to set the timeout is not sent either.
        blockTimeout = nil
        blockTraceContext = nil
    }

    /// Ends the statements that were added so far, if any, by a Sync: an error among them spoils nothing that comes later.
    func sync() {
        if batch.answers.awaitsSync { addSync() }
    }

    private func addSync() {
        FrontendMessage.sync(to: &session.output)
        batch.answers.markSync()
    }

    /// Adds a statement: Parse, Bind, Describe, Execute, without what the server has already.
    func add(_ sql: SQL, _ wanted: ResultFormats, maximumRows: Int32 = 0) throws(PostgresError) {
        if let problem = sql.problem { throw problem }
        var statement = ExtendedQuery.Statement(describes: true)
        statement.isLimited = maximumRows > 0
        let (entry, name) = try prepare(sql, &statement)
        if let entry, !statement.parses, let known = entry.columns {
            let columns = entry.wanted == wanted ? known : try columns(known, of: entry, wanted)
            if entry.bindPrefix.isEmpty {
                entry.bindPrefix = FrontendMessage.bindPrefix(statement: name, parameters: sql.parameters)
            }
            try FrontendMessage.bindAndExecute(
                prefix: entry.bindPrefix, values: sql.values, resultFormats: entry.formats, maximumRows: maximumRows,
                to: &session.output)
            // What the server has prepared keeps its columns, or fails.
            statement.describes = false
            statement.columnCount = columns.count
            batch.add(statement, .init(entry: entry, columns: columns))
            return
        }
        if let problem = sql.quotingProblem, readsBackslashesAsText { throw problem }
        let formats = wanted == .byType ? formatsByType(sql) : wanted
        if statement.parses { try sql.parse(as: name, to: &session.output) }
        try sql.bind(to: name, resultFormats: formats, to: &session.output)
        try FrontendMessage.describe(.portal, to: &session.output)
        try FrontendMessage.execute(maximumRows: maximumRows, to: &session.output)
        let request = ResultRequest(wanted, formats, wanted == .byType ? sql.key : nil)
        batch.add(statement, .init(entry: entry, request: request))
    }

    /// Whether quotes end where the SQL standard says; else it cannot be told what is inside of them.
    var readsBackslashesAsText: Bool { session.parameters["standard_conforming_strings"] == "on" }

    /// Decides under which name the statement is sent, and whether it must be parsed.
    @inline(__always)
    func prepare(
        _ sql: SQL, _ statement: inout ExtendedQuery.Statement
    ) throws(PostgresError) -> (StatementCache.Entry?, name: String) {
        // Nothing may keep the end of a failed transaction from its work, least of all something that is sent along.
        guard prepared.isEnabled, !session.isBlockFailed,
            let (entry, isKnown) = prepared.cache.use(sql.key)
        else {
            noteCreation(sql)
            return (nil, "")
        }
        if entry.change != .none { prepared.note(entry.change) }
        if case .prepared = entry.state {
            if entry.generation == statementGeneration {
                statement.parses = false
                return (entry, entry.name)
            }
            prepared.cache.expire(entry)
        }
        switch entry.state {
        case .sent:
            // Its Parse is on the way; after a Sync it is not certain that it came about.
            guard entry.sync == batch.answers.syncCount else { return (nil, "") }
            statement.parses = false
            return (entry, entry.name)
        case .seen, .prepared:
            if sql.isPreparedAtOnce { entry.isExplicit = true }
            guard isKnown || sql.isPreparedAtOnce, try isServerKnown() else { return (nil, "") }
            let unwanted = prepared.cache.name(
                entry, sync: batch.answers.syncCount, generation: statementGeneration)
            for name in unwanted {
                try FrontendMessage.close(.statement, name: name, to: &session.output)
                statement.closes += 1
            }
            return (entry, entry.name)
        }
    }

    /// Notes what the statement may do to the meaning of others: not every tag tells, and in a pipeline it comes too late.
    private func noteCreation(_ sql: SQL) {
        guard prepared.isEnabled else { return }
        prepared.note(sql.changeOfMeaning)
    }

    /// Adds a statement for the client's own purposes.
    func addInternal(_ text: String, _ parameters: Parameters = Parameters()) throws(PostgresError) {
        try FrontendMessage.parse(sql: text, parameterTypes: parameters.types, to: &session.output)
        try FrontendMessage.bind(parameters: parameters, resultFormats: .text, to: &session.output)
        try FrontendMessage.execute(to: &session.output)
        var statement = ExtendedQuery.Statement(describes: false)
        statement.isInternal = true
        batch.add(statement, .init())
    }
}

/// Statements that were sent together by the extended protocol, and their answers as far as they have come.
///
/// A connection uses the same one again and again, so that its memory is allocated once.
struct StatementBatch: ~Copyable {
    /// What is kept of a statement.
    struct Sent {
        var entry: StatementCache.Entry?
        var columns: Columns?
        /// How its rows were asked for; nil where it was prepared, for then its entry says so.
        var request: ResultRequest?
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

    // Inlined, as it is a part of every statement, and a call would count the references that it passes on.
    @inline(__always)
    mutating func add(_ statement: ExtendedQuery.Statement, _ sent: Sent) {
        answers.add(statement)
        self.sent.append(sent)
    }

    /// Notes that the statement of the last event has been prepared.
    func notePrepared() {
        guard sent.indices.contains(answers.eventIndex) else { return }
        sent[answers.eventIndex].entry?.confirm()
    }

    /// Notes the columns of the statement of the last event.
    mutating func note(_ columns: Columns) {
        guard sent.indices.contains(answers.eventIndex) else { return }
        let index = answers.eventIndex
        sent[index].columns = columns
        if let request = sent[index].request {
            sent[index].entry?.note(columns, wanted: request.wanted, formats: request.formats)
        }
    }

    /// The columns of the statement that the last event was about.
    var eventColumns: Columns? {
        sent.indices.contains(answers.eventIndex) ? sent[answers.eventIndex].columns : nil
    }

    /// The columns of the row that may come next; nil when none of the caller's may.
    @inline(__always)
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
