extension Channel {
    func query(_ sql: SQL, timeout: Duration?) -> RowSequence<Row> {
        RowSequence(RowQuery(channel: self, sql: sql, timeout: timeout))
    }

    func execute(_ sql: SQL, timeout: Duration?) async throws -> CommandTag {
        let stream = RowStream(RowQuery(channel: self, sql: sql, timeout: timeout))
        while try await stream.next() != nil {}
        return stream.tag
    }

    func execute(script: String, timeout: Duration?) async throws -> [StatementResult] {
        try await withTurn { wire in
            try FrontendMessage.query(script, to: &wire.session.output)
            wire.beginSimple(sql: script)
            let limit = Wire.Limit(deadline: wire.effectiveTimeout(timeout).map { .now + $0 })
            do {
                return try await Self.results(wire, limit)
            } catch Wire.Interruption.cancelled {
                await wire.settle()
                throw CancellationError()
            } catch Wire.Interruption.timedOut {
                let isUsable = await wire.settle()
                throw PGError.connection(
                    ConnectionFailure.queryTimedOut(
                        wire.endpoint, wire.effectiveTimeout(timeout) ?? .zero, isUsable: isUsable))
            }
        }
    }

    /// The results of all statements of a script.
    private static func results(_ wire: Wire, _ limit: Wire.Limit) async throws -> [StatementResult] {
        var results: [StatementResult] = []
        var columns = Columns([])
        var rows: [Row] = []
        var failure: PGError?
        while true {
            switch try await wire.nextEvent(limit) {
            case .columns(let new): columns = new
            case .row(let values):
                rows.append(Row(columns: columns, chunk: wire.session.input.chunk, values: values))
            case .complete(let tag):
                results.append(StatementResult(tag: tag, rows: rows))
                rows = []
                // Going back to a savepoint brings back an earlier timeout.
                if tag.command == "ROLLBACK" { wire.localTimeout = nil }
            case .failed(let error):
                failure = failure ?? .server(error)
                if error.isFatal { throw wire.fail(.server(error)) }
            case .wantsCopyData:
                failure = copyRefused
                try FrontendMessage.copyFail("this call gives no data", to: &wire.session.output)
            case .sendsCopyData: failure = copyRefused
            case .ready:
                if let failure { throw failure }
                return results
            }
        }
    }

    /// Why a COPY cannot be run by a call that neither gives nor takes data.
    static let copyRefused = PGError.usage("the statement is a COPY, whose data this call neither gives nor takes")
}
