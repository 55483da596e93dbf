/// Whether a server is of the kind that is asked for (manual: "Connection Strings", `target_session_attrs`).
extension PhysicalConnection {
    /// What the server has reported of itself, as servers do from PostgreSQL 14 on, when it was connected to and since.
    var report: TargetSession.Report {
        func value(_ name: String) -> Bool? { session.parameters[name].map { $0 == "on" } }
        return .init(isStandby: value("in_hot_standby"), isReadOnlyByDefault: value("default_transaction_read_only"))
    }

    /// Throws where the server is of another kind, which it is asked for if it has not said.
    func checkTarget(until deadline: MonotonicInstant) async throws {
        let target = configuration.targetSession
        guard target != .any else { return }
        let limit = Limit(deadline: deadline)
        do {
            try await finishLogin(limit)
            // A pooler keeps what some server said when it was connected to.
            let isOwn = poolerMode.kind == .direct
            let known = isOwn && target.isAnswered(by: report) ? report : try await askForReport(target, limit)
            if let objection = target.objection(to: known) {
                // A standby is only preferred: this one may still be wanted.
                if target != .preferStandby { close() }
                throw PostgresError.connection(.wrongServer(endpoint, target: target.rawValue, objection))
            }
        } catch Interruption.cancelled {
            close()
            throw CancellationError()
        } catch Interruption.timedOut {
            close()
            throw PostgresError.connection(.silent(endpoint, .authentication, for: configuration.connectTimeout))
        }
    }

    private func askForReport(_ target: TargetSession, _ limit: Limit) async throws -> TargetSession.Report {
        switch target {
        case .any, .readWrite, .readOnly:
            let isReadOnly = try await ask("SHOW transaction_read_only", limit) == "on"
            return .init(isStandby: isReadOnly ? nil : false, isReadOnlyByDefault: isReadOnly)
        case .primary, .standby, .preferStandby:
            let isStandby = try await ask("SELECT pg_catalog.pg_is_in_recovery()", limit) == "t"
            return .init(isStandby: isStandby, isReadOnlyByDefault: nil)
        }
    }

    /// The one value that a query gives.
    private func ask(_ query: String, _ limit: Limit) async throws -> String? {
        try sendSimple(query)
        var columns = Columns([])
        var answer: String?
        var outcome = StatementOutcome()
        return try await receiveEach(limit) { event -> String?? in
            switch event {
            case .columns(let new): columns = new
            case .row(let values):
                let row = RowView(columns: columns, values: session.input.chunk.span(values))
                answer = try? row.decode(0, as: String.self)
            default: break
            }
            return try outcome.receive(event, of: query, self) == nil ? nil : .some(answer)
        }
    }

    /// Why the connection is of no more use to a pool: the server has said of itself, or shown by an error, that it is not of
    /// the kind that is asked for, as after a failover.
    var hasWrongServer: Bool {
        let target = configuration.targetSession
        switch target {
        case .any, .preferStandby: return false
        case .readWrite, .primary: if wasReadOnly { return true }
        case .readOnly, .standby: break
        }
        // What a pooler says may be old.
        return poolerMode.kind == .direct && target.objection(to: report) != nil
    }
}
