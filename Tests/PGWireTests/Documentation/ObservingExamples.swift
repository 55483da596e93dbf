import PGWire

/// What Documentation/Observing.md shows. The types that it uses beside PGWire's stand for those of swift-distributed-tracing,
/// swift-metrics and swift-log: `ObservingExamples+Stubs.swift`.
enum ObservingExamples {
    static func configure(_ given: Connection.Configuration, logger: Logger) -> Connection.Configuration {
        var configuration = given
        // shown: begin
        configuration.observer = ObserverGroup([
            TracingObserver(tracer: Tracer.shared), MetricsObserver(),
            SlowStatementLog(slowerThan: .milliseconds(500)) { slow in logger.warning("\(slow)") },
        ])
        // shown: end
        return configuration
    }

    static func place(_ db: Connection, team: String) async throws -> [String] {
        // shown: begin
        let names = try await withStatementPlace {
            try await db.fetchAll("SELECT name FROM player WHERE team = \(team)", as: String?.self)
        }
        // shown: end
        return names.compactMap { $0 }
    }

    static func sendContext(_ given: Connection.Configuration) -> Connection.Configuration {
        var configuration = given
        // shown: begin
        configuration.traceContext = .traceparent(setting: "app.traceparent")  // or .pgTracing()
        // shown: end
        return configuration
    }

    static func sendOwnContext(_ given: Connection.Configuration) -> Connection.Configuration {
        var configuration = given
        // shown: begin
        configuration.traceContext = .applicationName { ServiceContext.current.map { "billing \($0.requestID)" } }
        // shown: end
        return configuration
    }

    static func trace(_ given: Connection.Configuration, print: @escaping @Sendable (String) -> Void)
        -> Connection.Configuration
    {
        var configuration = given
        // shown: begin
        var trace = WireTrace { line in print(line) }
        trace.includesValues = true  // also what parameters and rows hold
        configuration.wireTrace = trace
        // shown: end
        return configuration
    }

    // shown: begin
    struct TracingObserver: DatabaseObserver {
        let tracer: Tracer

        func statementBegins(_ statement: ObservedStatement) -> Observation<ObservedStatement.End>? {
            let parent = statement.transactionContext as? ServiceContext ?? .current ?? .topLevel
            let span = tracer.startSpan(statement.summary, context: parent, ofKind: .client)
            span.attributes["db.system.name"] = "postgresql"
            span.attributes["db.namespace"] = statement.connection.database
            span.attributes["server.address"] = statement.connection.endpoint.host
            span.attributes["server.port"] = Int(statement.connection.endpoint.port)
            span.attributes["db.operation.name"] = statement.operation
            span.attributes["db.query.summary"] = statement.summary
            span.attributes["db.query.text"] = statement.sanitizedText
            return Observation(traceContext: span.context.traceparent) { end in
                if let rows = end.rows { span.attributes["db.response.returned_rows"] = rows }
                finish(span, end.failure)
            }
        }

        func transactionBegins(_ transaction: ObservedTransaction) -> Observation<ObservedTransaction.End>? {
            let span = tracer.startSpan("transaction", context: .current ?? .topLevel, ofKind: .client)
            return Observation(context: span.context) { end in
                span.attributes["db.transaction.outcome"] = end.outcome.rawValue
                finish(span, end.failure)
            }
        }

        private func finish(_ span: TracedSpan, _ failure: ObservedFailure?) {
            if let failure {
                span.attributes["error.type"] = failure.type
                if let state = failure.sqlState { span.attributes["db.response.status_code"] = state.description }
                span.setStatus(.error)
            }
            span.end()
        }
    }
    // shown: end

    // shown: begin
    struct MetricsObserver: DatabaseObserver {
        func statementBegins(_ statement: ObservedStatement) -> Observation<ObservedStatement.End>? {
            Observation { end in
                var dimensions = [("db.system.name", "postgresql"), ("db.query.summary", statement.summary)]
                if let failure = end.failure { dimensions.append(("error.type", failure.type)) }
                Timer(label: "db.client.operation.duration", dimensions: dimensions).record(duration: end.duration)
            }
        }

        func borrowingBegins(_ borrowing: PoolBorrowing) -> Observation<PoolBorrowing.End>? {
            Observation { end in
                let pool = [("db.client.connection.pool.name", end.pool.name)]
                Timer(label: "db.client.connection.wait_time", dimensions: pool).record(duration: end.duration)
                if end.failure?.type == "pool.timedOut" {
                    Counter(label: "db.client.connection.timeouts", dimensions: pool).increment()
                }
                show(end.pool)
            }
        }

        func happened(_ event: DatabaseEvent) {
            switch event {
            case .poolReturned(let pool, _, let use):
                let dimensions = [("db.client.connection.pool.name", pool.name)]
                Timer(label: "db.client.connection.use_time", dimensions: dimensions).record(duration: use)
                show(pool)
            case .poolClosed(let pool, _): show(pool)
            default: break
            }
        }

        private func show(_ pool: ObservedPool) {
            for (state, count) in [("idle", pool.idle), ("used", pool.inUse)] {
                let dimensions = [
                    ("db.client.connection.pool.name", pool.name), ("db.client.connection.state", state),
                ]
                Gauge(label: "db.client.connection.count", dimensions: dimensions).record(count)
            }
        }
    }
    // shown: end

    // shown: begin
    struct LoggingObserver: DatabaseObserver {
        let logger: Logger

        func connectionBegins(_ attempt: ConnectionAttempt) -> Observation<ConnectionAttempt.End>? {
            Observation { [logger] end in
                if let failure = end.failure {
                    logger.warning("no connection: \(failure)")
                } else {
                    logger.debug("connected in \(end.duration)")
                }
            }
        }

        func happened(_ event: DatabaseEvent) {
            switch event {
            case .closed(let closed) where !closed.isRegular: logger.warning("connection lost: \(closed.reason)")
            case .transactionRetried(_, let attempt, _, let failure):
                logger.debug("transaction begins anew after attempt \(attempt): \(failure)")
            case .notice(_, let notice): logger.info("\(notice.message)")
            default: break
            }
        }
    }
    // shown: end
}
