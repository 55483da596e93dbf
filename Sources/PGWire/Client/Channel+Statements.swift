extension Channel {
    func query(_ sql: SQL, timeout: Duration?) -> RowSequence<Row> {
        RowSequence(RowQuery(channel: self, sql: sql, timeout: timeout)) { Row($0) }
    }

    /// Runs a statement and gives each of its rows to `body`.
    func forEachRow(
        _ sql: SQL, timeout: Duration?, _ body: (RowView) throws -> Void
    ) async throws -> CommandTag {
        if try !enterAtOnce() { try await enter(timeout) }
        defer { leave() }
        let limit = wire.limit(for: timeout)
        var outcome = Outcome()
        do {
            try wire.begin(sql, timeout: timeout)
            if wire.isLoggingIn { try await wire.finishLogin(limit) }
            while true {
                do {
                    if let tag = try Self.advance(sql, wire, limit, &outcome, body) { return tag }
                } catch let stale as StalePlan {
                    if outcome.isRepetition { throw PostgresError.server(stale.error) }
                    outcome = Outcome(isRepetition: true)
                    try wire.begin(sql, timeout: timeout)
                    continue
                }
                try await wire.park(limit)
            }
        } catch let interruption as Wire.Interruption {
            throw await wire.settle(interruption, timeout)
        }
    }

    /// What the server had prepared was of no use any more, and nothing was carried out: the statement is to be sent once
    /// more.
    struct StalePlan: Error {
        var error: ServerError
    }

    /// Takes what has come and what comes soon. The tag at the end of the statement; nil when the task is to be parked.
    private static func advance(
        _ sql: SQL, _ wire: Wire, _ limit: Wire.Limit, _ outcome: inout Outcome, _ body: (RowView) throws -> Void
    ) throws -> CommandTag? {
        while true {
            try wire.readRows(body)
            switch try wire.nextReceivedEvent() {
            case nil:
                guard try wire.receiveSoon(limit) else { return nil }
            case .row(let values):
                if let columns = wire.eventColumns {
                    try body(RowView(columns: columns, values: wire.session.input.chunk.span(values)))
                }
            case let event?:
                if let tag = try outcome.receive(event, wire, sql) { return tag }
            }
        }
    }

    /// How a statement ends, put together from its events.
    struct Outcome {
        /// Whether the statement was sent a second time.
        var isRepetition = false
        private var tag = CommandTag("")
        private var failure: PostgresError?
        private var stale: StalePlan?

        init(isRepetition: Bool = false) { self.isRepetition = isRepetition }

        /// The tag, once the server is ready again after a statement that succeeded.
        ///
        /// `sql` is the statement, for the caret in an error; nil for a script.
        mutating func receive(_ event: QueryEvent, _ wire: Wire, _ sql: SQL?) throws -> CommandTag? {
            switch event {
            case .complete(let tag): self.tag = tag
            case .failed(var error):
                // An error of something that was sent along is not about the caller's text.
                if let sql, wire.extended.eventIndex == wire.sent.count - 1 { error.sql = sql.text }
                failure = failure ?? .server(error)
                if error.isFatal { throw wire.fail(.server(error)) }
                if wire.noteStaleness(error, at: wire.extended.eventIndex) { stale = StalePlan(error: error) }
            case .ready(let status):
                if let refusal = wire.takeRefusal() { throw refusal }
                // In a transaction nothing can be repeated: the error has ended it.
                if let stale, status == .idle { throw stale }
                if let failure { throw failure }
                return tag
            default: break
            }
            return nil
        }
    }

    func execute(script: String, timeout: Duration?) async throws -> [StatementResult] {
        try await withTurn(timeout) { wire in
            try FrontendMessage.query(script, to: &wire.session.output)
            wire.beginSimple(sql: script)
            let limit = Wire.Limit(deadline: wire.effectiveTimeout(timeout).map { .now + $0 })
            do {
                return try await Self.results(wire, limit)
            } catch let interruption as Wire.Interruption {
                throw await wire.settle(interruption, timeout)
            }
        }
    }

    /// The results of all statements of a script.
    private static func results(_ wire: Wire, _ limit: Wire.Limit) async throws -> [StatementResult] {
        var results: [StatementResult] = []
        var columns = Columns([])
        var rows: [Row] = []
        var outcome = Outcome()
        while true {
            let event = try await wire.nextEvent(limit)
            switch event {
            case .columns(let new): columns = new
            case .row(let values):
                rows.append(Row(columns: columns, chunk: wire.session.input.chunk, values: values))
            case .complete(let tag):
                results.append(StatementResult(tag: tag, rows: rows))
                rows = []
            default: break
            }
            if try outcome.receive(event, wire, nil) != nil { return results }
        }
    }
}
