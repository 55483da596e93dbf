/// How the end of a connection, or of a call on it, is told: what happened to which server, and what to do.
extension ConnectionError {
    /// The connection ended by itself. `isUnderWay` says whether the server has not answered all of what was sent.
    static func lost(_ endpoint: Endpoint, because reason: String, isUnderWay: Bool) -> ConnectionError {
        let advice =
            isUnderWay
            ? "whether the statement under way was carried out is not known; look into the server's log for the cause"
            : "connect again; look into the server's or the pooler's log for the cause"
        return ConnectionError(
            .lost, phase: isUnderWay ? .query : .idle, endpoint: endpoint, "\(reason) to \(endpoint): \(advice)")
    }

    /// The server, or a pooler, ended the connection in place of the answer that was waited for.
    static func ended(_ endpoint: Endpoint, by error: ServerError) -> ConnectionError {
        ConnectionError(
            .lost, phase: .query, endpoint: endpoint,
            "\(endpoint) ended the connection (\(error.severity): \(error.message), SQLSTATE \(error.sqlState.rawValue)): "
                + "whether the statement under way was carried out is not known")
    }

    /// The server did not answer when a sign of life was asked for.
    static func unanswered(_ endpoint: Endpoint, for timeout: Duration) -> ConnectionError {
        ConnectionError(
            .lost, phase: .idle, endpoint: endpoint,
            "\(endpoint) did not answer within \(timeout.text) when a sign of life was asked for, so the connection was given "
                + "up: look whether the server, or what lies between, is still there")
    }

    static func closed(_ endpoint: Endpoint) -> ConnectionError {
        ConnectionError(
            .closed, phase: .closing, endpoint: endpoint,
            "the connection to \(endpoint) was closed: use it only inside the closure that it was opened for")
    }

    /// What a call is told that was under way when ``Connection/close()`` ended the connection.
    static func closedMeanwhile(_ endpoint: Endpoint) -> ConnectionError {
        ConnectionError(
            .closed, phase: .query, endpoint: endpoint,
            "the connection to \(endpoint) was closed while the statement was under way: whether it was carried out is "
                + "not known")
    }

    /// What ended a connection whose server did not stop when it was asked to.
    static func cancelUnanswered(_ endpoint: Endpoint) -> ConnectionError {
        ConnectionError(
            .closed, phase: .query, endpoint: endpoint,
            "\(endpoint) did not answer the request to cancel, and the connection was given up: look for what the statement "
                + "waits for in pg_stat_activity")
    }

    /// What all later calls are told once `error` has ended the connection.
    static func over(_ endpoint: Endpoint, because error: PostgresError) -> ConnectionError {
        if case .connection(let closed) = error, closed.phase == .closing { return closed }
        let cause = error.description.prefix { $0 != "\n" }
        return ConnectionError(
            .closed, phase: .closing, endpoint: endpoint,
            "the connection to \(endpoint) ended in an earlier call (\(cause)): open another")
    }

    static func queryTimedOut(_ endpoint: Endpoint, _ timeout: Duration, isUsable: Bool) -> ConnectionError {
        ConnectionError(
            .timedOut, phase: .query, endpoint: endpoint,
            "\(endpoint) did not finish the statement within \(timeout.text): it was cancelled"
                + (isUsable ? "" : ", and as no answer came the connection was closed")
                + "; give the call a longer timeout, or look what the statement waits for in pg_stat_activity")
    }

    /// What the call is told that waited for the rest of an earlier statement.
    /// What becomes of a statement whose rest was waited for in vain.
    enum RestEnd {
        case goesOn, cancelled, closed
    }

    static func restTimedOut(_ endpoint: Endpoint, _ timeout: Duration, _ end: RestEnd) -> ConnectionError {
        let fate =
            switch end {
            case .goesOn: "goes on, as it may change data"
            case .cancelled: "was cancelled, which undoes what it had done"
            case .closed:
                "was cancelled, which undoes what it had done, and as no answer came the connection was closed"
            }
        return ConnectionError(
            .timedOut, phase: .idle, endpoint: endpoint,
            "the call waited for the rest of an earlier statement on the connection to \(endpoint) for longer than "
                + "\(timeout.text), and was not sent; the earlier one, whose rows were not read to their end, \(fate): "
                + "read its rows to their end, or give the call a longer timeout")
    }

    static func lockTimedOut(_ endpoint: Endpoint, _ timeout: Duration) -> ConnectionError {
        ConnectionError(
            .timedOut, phase: .idle, endpoint: endpoint,
            "the call waited for other calls on the same connection to \(endpoint) for longer than \(timeout.text), and was not "
                + "sent: use a pool, so that each task has a connection of its own, or give it a longer timeout")
    }
}
