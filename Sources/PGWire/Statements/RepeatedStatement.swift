/// One statement that is carried out for each element of a sequence, from the first Parse to the last answer.
///
/// The statement is never a named one: it is parsed once for each transaction, which costs next to nothing beside its elements, and
/// is the same behind every pooler; and what was prepared earlier may be stale, which would show only when elements were sent that
/// nobody has any more. Elements are sent in pieces, and answers are taken as they come, so that neither side waits for ever for the
/// other, and memory does not grow with their number.
final class RepeatedStatement {
    /// Takes a row of the element with this index.
    typealias TakeRow = (RowView, Int) throws -> Void

    private let connection: PhysicalConnection
    private let sql: SQL
    private let timeout: Duration?
    private let wantsRows: Bool
    /// Whether the Sync waits until all rows were taken, so that an error of whoever takes them still undoes everything.
    private let holdsSync: Bool
    let writer: ElementWriter
    /// The columns of the rows.
    private var columns: Columns?
    private var answer = RepeatedQuery.Answer()
    /// The rows that the tags have counted, and those that have come.
    private(set) var affected = 0
    private(set) var rows = 0
    /// What the server has said, or whoever takes the rows.
    private var failure: PostgresError?
    private(set) var hasBegun = false
    private var currentLimit = PhysicalConnection.Limit(deadline: nil)
    /// How many elements were answered when that was set; -1 when it is to be set anew.
    private var answeredAtLimit = -1

    init(
        _ connection: PhysicalConnection, _ sql: SQL, _ formats: ResultFormats?, limit: Int, _ timeout: Duration?
    ) throws(PostgresError) {
        self.connection = connection
        self.sql = sql
        self.timeout = timeout
        wantsRows = formats != nil
        holdsSync = wantsRows && !sql.onlyReads(backslashesAreText: connection.readsBackslashesAsText)
        writer = try ElementWriter(sql, formats, limit: limit)
    }

    private var onlyReads: Bool {
        wantsRows && !holdsSync || sql.onlyReads(backslashesAreText: connection.readsBackslashesAsText)
    }

    /// The tag of the last element.
    var tag: CommandTag { answer.tag }

    /// Carries out one transaction after the other, as long as `fill` writes elements; it returns false when there are no more.
    func run(_ takeRow: TakeRow, _ fill: (ElementWriter) async throws -> Bool) async throws {
        var hasMore = true
        while hasMore {
            writer.restart()
            hasMore = try await fill(writer)
            // Where there is nothing, nothing is sent.
            guard writer.count > 0 else { return }
            if !hasBegun, connection.observation != nil { connection.statementBegins(sql, .many) }
            hasBegun = true
            try begin()
            do {
                while hasMore, writer.count < writer.limit, failure == nil {
                    try await send(takeRow)
                    guard failure == nil else { break }
                    let before = writer.count
                    hasMore = try await fill(writer)
                    connection.repeated.note(elements: writer.count - before)
                }
                try await finish(takeRow)
            } catch {
                try await abandon(error, takeRow)
            }
            if let failure { throw failure }
        }
    }
}

/// What is sent.
extension RepeatedStatement {
    /// Begins a transaction with what was written: its settings, Parse, and the first elements.
    private func begin() throws(PostgresError) {
        var settings = 0
        try connection.beginRepeated { () throws(PostgresError) in
            if connection.sendsTraceContext { try connection.addTraceContext(before: sql) }
            try connection.addTimeout(timeout)
            settings = connection.batch.sent.count
            try FrontendMessage.parse(
                sql: sql.text, parameterTypes: sql.parameters.types, to: &connection.session.output)
        }
        connection.session.output.take(&writer.output)
        connection.repeated = RepeatedQuery(settings: settings, describes: wantsRows)
        connection.repeated.note(elements: writer.count)
    }

    /// When it is given up that no further element is answered.
    ///
    /// Each may take its timeout, and a server says nothing of those that are done until its buffer of 8 KiB is full, which is after
    /// 431 elements at most: BindComplete and the shortest CommandComplete take 19 bytes. Whatever is answered begins the time anew.
    private var limit: PhysicalConnection.Limit {
        let answered = connection.repeated.answered
        if answered != answeredAtLimit {
            let unanswered = min(max(connection.repeated.sent - answered, 1), 431)
            answeredAtLimit = answered
            currentLimit = connection.limit(for: connection.effectiveTimeout(timeout)?.times(unanswered) ?? .zero)
        }
        return currentLimit
    }

    /// Begins the time anew, as none has passed that the server is to answer for.
    private func restartLimit() { answeredAtLimit = -1 }

    /// Sends what was written, as fast as the server takes it, and takes the answers that have come by then.
    private func send(_ takeRow: TakeRow) async throws {
        restartLimit()
        if connection.isLoggingIn { try await connection.finishLogin(limit) }
        connection.session.output.take(&writer.output)
        try await connection.sendAll({ limit }) {
            try takeAnswers(takeRow)
            return failure == nil
        }
    }

    /// Ends the transaction by a Sync, and waits for all answers.
    private func finish(_ takeRow: TakeRow) async throws {
        connection.session.output.take(&writer.output)
        if holdsSync, failure == nil {
            FrontendMessage.flush(to: &connection.session.output)
            try await receive(takeRow) { connection.repeated.isAnswered }
        }
        sync()
        try await receive(takeRow) { !connection.isBusy }
    }

    private func sync() {
        FrontendMessage.sync(to: &connection.session.output)
        connection.session.noteSync()
        connection.repeated.noteSync()
    }

    /// Sees to it that nothing stays of a transaction that did not come to its end, and throws what its caller is told.
    ///
    /// After the Sync it may be too late for that. Then it is as if nobody had interrupted it.
    private func abandon(_ error: any Error, _ takeRow: TakeRow) async throws {
        // What was not handed on is not sent.
        writer.output.removeAll()
        guard connection.closure == nil, connection.isBusy else { throw error }
        let isWhole = connection.repeated.isSynced
        if !isWhole {
            // Up to here nothing is committed. What only reads has nothing to undo, and leaves the transaction alone that it is in.
            if connection.session.transactionStatus == .idle || !onlyReads { connection.giveUpRepeated() }
            sync()
        }
        if let interruption = error as? PhysicalConnection.Interruption {
            var ofRow: (any Error)?
            let error = await connection.cancel(after: interruption, timeout) { event in
                guard isWhole else { return }
                do { try take(event, takeRow) } catch  where connection.closure == nil { ofRow = ofRow ?? error }
            }
            if isWhole, connection.closure == nil, !connection.repeated.hasFailed {
                if let ofRow { throw ofRow }
                return
            }
            throw error
        }
        if isWhole {
            connection.leftover = Leftover(sql, limit)
        } else {
            await connection.drainOrCancel()
        }
        throw error
    }
}

/// What comes.
extension RepeatedStatement {
    private func receive(_ takeRow: TakeRow, until isThrough: () -> Bool) async throws {
        restartLimit()
        while !isThrough() {
            let limit = limit
            func hasProgress() -> Bool { isThrough() || connection.repeated.answered != answeredAtLimit }
            try await connection.receive(limit) { () -> Void? in
                try takeQuickly(takeRow)
                return hasProgress() ? () : nil
            } event: { event in
                try take(event, takeRow)
                return hasProgress() ? () : nil
            }
        }
    }

    private func takeAnswers(_ takeRow: TakeRow) throws {
        while connection.isBusy {
            try takeQuickly(takeRow)
            guard let event = try connection.nextReceivedEvent() else { return }
            try take(event, takeRow)
        }
    }

    /// Takes the usual answers that have come.
    private func takeQuickly(_ takeRow: TakeRow) throws {
        let chunk = connection.session.input.chunk
        while connection.isBusy {
            if !wantsRows {
                let count = connection.repeated.take(answer, from: &connection.session)
                affected &+= count &* answer.rowCount
            }
            if connection.repeated.awaitsBindComplete {
                guard connection.session.takeBindComplete() else { return }
                connection.repeated.noteBindComplete()
            }
            guard connection.repeated.expectsRows else { return }
            if let columns {
                while let values = connection.session.nextRow(columnCount: columns.count) {
                    try take(RowView(columns: columns, values: chunk.span(values)), takeRow)
                }
            }
            guard let tag = connection.session.takeCommandComplete(like: answer.tag) else { return }
            connection.repeated.noteCommandComplete()
            note(tag)
        }
    }

    private func note(_ tag: CommandTag) {
        if !tag.description.hasSameBytes(as: answer.tag.description) { answer.change(to: tag) }
        // A server may say any number.
        affected &+= answer.rowCount
    }

    private func take(_ row: RowView, _ takeRow: TakeRow) throws {
        rows += 1
        let index = writer.earlier + connection.repeated.answered
        do { try takeRow(row, index) } catch PostgresError.decoding(var error) {
            error.elementIndex = index
            error.description += " (in a row of the element at index \(index))"
            throw PostgresError.decoding(error)
        }
    }

    private func take(_ event: QueryEvent, _ takeRow: TakeRow) throws {
        switch event {
        case .columns(let described): columns = described.printed(by: connection.session.outputSettings)
        case .row(let values):
            guard let columns else { break }
            try take(RowView(columns: columns, values: connection.session.input.chunk.span(values)), takeRow)
        case .complete(let tag): note(tag)
        case .failed(var error):
            if error.isFatal { throw connection.fail(.server(error)) }
            if !connection.repeated.hasFailedInSetting { error.sql = sql.text }
            error.elementIndex = connection.repeated.failedElement.map { writer.earlier + $0 }
            failure = failure ?? failureOf(error)
        default: break
        }
    }

    /// What an error is to the caller: that another number of columns was to be decoded than there is, the server is the first to
    /// notice.
    private func failureOf(_ error: ServerError) -> PostgresError {
        guard error.isWrongColumnCount, let index = error.elementIndex else { return .server(error) }
        return .decoding(
            .init(
                columnIndex: 0, columnName: nil,
                description: "the result has another number of columns than are decoded", elementIndex: index))
    }
}
