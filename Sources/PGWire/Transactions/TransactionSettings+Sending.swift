extension PhysicalConnection {
    /// Begins a transaction and makes its settings, in one flight. BEGIN comes first: what is set before it would be gone.
    ///
    /// - Parameter asksPosition: whether the server is asked before how far it is. The question has a transaction of its own, as
    ///   it would take the snapshot of one that has only one, and that would be older than the answer.
    /// - Returns: that position.
    /// - Throws: what the server refuses, after which the transaction is to be rolled back.
    @discardableResult
    func begin(
        _ statement: SQL, _ settings: TransactionSettings, asksPosition: Bool = false
    ) async throws -> LogPosition? {
        try await observed {
            statementBegins(statement)
        } _: {
            try await carryOut(statement, settings, asksPosition)
        } end: { _ in
            statementEnds(CommandTag("BEGIN"), rows: 0)
        }
    }

    private func carryOut(
        _ statement: SQL, _ settings: TransactionSettings, _ asksPosition: Bool
    ) async throws -> LogPosition? {
        let limit = limit(for: nil)
        let (text, parameters) = try settings.statement()
        var beginning = 0
        try sendBatch { () throws(PostgresError) in
            // The one that the settings bring holds in the block.
            blockTimeout = settings.statementTimeoutInMilliseconds
            if asksPosition {
                try add("BEGIN ISOLATION LEVEL READ COMMITTED READ ONLY", .text)
                try add(LogPosition.query, LogPosition.formats)
                try add("COMMIT", .text)
            }
            try add(statement, .text)
            beginning = batch.sent.count - 1
            if parameters.count > 0 {
                try addInternal(text, parameters)
                // It is set behind BEGIN, and so lasts as long as the block, in which it is not known yet.
                if sendsTraceContext { try addTraceContext() }
            } else if sendsTraceContext {
                // It would take the snapshot, in front of SET TRANSACTION or LOCK TABLE. The first statement brings it.
                noteNoTraceContext()
            }
            prepared.enter(settings.meaning)
        }
        var position: LogPosition?
        var failure: PostgresError?
        do {
            return try await receiveEach(limit) { event -> LogPosition?? in
                switch event {
                case .row(let values):
                    if let columns = batch.eventColumns {
                        let row = RowView(columns: columns, values: session.input.chunk.span(values))
                        position = try LogPosition(row)
                    }
                    return nil
                case .failed(var error):
                    if error.isFatal { throw fail(.server(error)) }
                    if batch.answers.eventIndex > beginning { error.advice = TransactionSettings.advice(settings) }
                    failure = failure ?? .server(error)
                    return nil
                case .ready:
                    if let failure { throw failure }
                    return .some(position)
                default: return nil
                }
            }
        } catch let interruption as Interruption {
            throw await cancel(after: interruption, nil)
        }
    }
}

extension TransactionSettings {
    /// In the order in which they are made.
    private var all: [Setting] {
        var all = list
        if let milliseconds = statementTimeout.map({ _ in statementTimeoutInMilliseconds }) {
            all.append(Setting(name: "statement_timeout", value: String(milliseconds)))
        }
        if let role { all.append(role) }
        return all
    }

    fileprivate var statementTimeoutInMilliseconds: Int64 {
        min(statementTimeout?.wholeMilliseconds ?? 0, Int64(Int32.max))
    }

    /// `set_config(…, true)` for each, so that they end with the transaction. The values, which may be long, are not sent back.
    fileprivate func statement() throws(PostgresError) -> (text: String, Parameters) {
        var parameters = Parameters()
        var calls: [String] = []
        for setting in all {
            let number = parameters.count + 1
            calls.append("pg_catalog.set_config($\(number), $\(number + 1), true) IS NULL")
            try parameters.append(PhysicalConnection.SettingText(text: setting.name))
            try parameters.append(PhysicalConnection.SettingText(text: setting.value))
        }
        return ("SELECT \(calls.joined(separator: ", "))", parameters)
    }

    /// Those by which statements are read, with their values, as bytes; empty when there is none.
    fileprivate var meaning: [UInt8] {
        var bytes: [UInt8] = []
        for setting in all where !SQL.isHarmless(name: setting.name) {
            // By single steps: as one expression it took the compiler five seconds.
            bytes += setting.name.utf8
            bytes.append(0)
            bytes += setting.value.utf8
            bytes.append(0)
        }
        return bytes
    }

    fileprivate static func advice(_ settings: TransactionSettings) -> String {
        "It is about the settings of the transaction \(settings), which was rolled back before anything else was carried out."
    }
}
