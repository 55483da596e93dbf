/// The sentences in which failures of a connection are told: what happened to which server, and what to do.
enum ConnectionFailure {
    static func lost(_ failure: Transport.Failure, _ endpoint: Endpoint, isUnderWay: Bool) -> ConnectionError {
        let how =
            switch failure {
            case .ended: "the server closed the connection"
            case .system(let error): "the connection broke (\(error))"
            case .tls(let error): "the encrypted connection broke (\(text(error)))"
            case .timedOut, .cancelled: "the connection was given up"
            }
        let advice =
            isUnderWay
            ? "whether the statement under way was carried out is not known; look into the server's log for the cause"
            : "connect again; look into the server's or the pooler's log for the cause"
        return ConnectionError(
            .lost, phase: isUnderWay ? .query : .idle, endpoint: endpoint, "\(how) to \(endpoint): \(advice)")
    }

    static func closed(_ endpoint: Endpoint) -> ConnectionError {
        ConnectionError(
            .closed, phase: .closing, endpoint: endpoint,
            "the connection to \(endpoint) was closed: use it only inside the closure that it was opened for")
    }

    /// What the call is told under whose feet ``Connection/close()`` ended the connection.
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

    static func turnTimedOut(_ endpoint: Endpoint, _ timeout: Duration) -> ConnectionError {
        ConnectionError(
            .timedOut, phase: .idle, endpoint: endpoint,
            "the call waited for other calls on the same connection to \(endpoint) for longer than \(timeout.text), and was not "
                + "sent: use a pool, so that each task has a connection of its own, or give it a longer timeout")
    }

    static func resolution(_ failure: NameResolution.Failure, _ endpoint: Endpoint, _ timeout: Duration)
        -> ConnectionError
    {
        let host = endpoint.address ?? endpoint.host
        return switch failure {
        case .notFound(let reason):
            ConnectionError(
                .nameNotResolved, phase: .nameResolution, endpoint: endpoint,
                "the host name \"\(host)\" cannot be resolved (\(reason)): check its spelling and this machine's DNS")
        case .timedOut, .cancelled:
            ConnectionError(
                .timedOut, phase: .nameResolution, endpoint: endpoint,
                "the host name \"\(host)\" was not resolved within \(timeout.text): check this machine's DNS")
        }
    }

    static func connecting(
        _ failure: Transport.Failure, _ endpoint: Endpoint, _ address: SocketAddress, _ timeout: Duration
    ) -> ConnectionError {
        let target = target(endpoint, address)
        let reason: String
        switch failure {
        case .timedOut, .cancelled:
            return ConnectionError(
                .timedOut, phase: .connecting, endpoint: endpoint,
                "\(target) did not answer within \(timeout.text): check the host, the port and the firewalls between")
        case .system(let error): reason = error.description
        case .ended: reason = "it was closed at once"
        case .tls(let error): reason = text(error)
        }
        let advice =
            endpoint.unixSocketPath == nil
            ? "check that a server runs there and listens on this address and port"
            : "check that the server runs on this machine and that the directory and the port are right"
        return ConnectionError(
            .unreachable, phase: .connecting, endpoint: endpoint, "could not connect to \(target): \(reason); \(advice)"
        )
    }

    /// The host, and the address where that is not the same.
    private static func target(_ endpoint: Endpoint, _ address: SocketAddress) -> String {
        endpoint.description == address.description ? endpoint.description : "\(endpoint) (\(address))"
    }

    static func text(_ failure: TLSFailure) -> String {
        switch failure {
        case .unusableFile(let text), .untrusted(let text), .wrongName(let text), .failed(let text): text
        case .refused, .stuffed, .answeredByError, .directRefused, .noApplicationProtocol, .notPostgreSQL: "no TLS"
        }
    }
}

extension Duration {
    /// In seconds, as people write them: `30 s`, `0.25 s`.
    var text: String {
        let (seconds, attoseconds) = components
        let milliseconds = attoseconds / 1_000_000_000_000_000
        guard milliseconds != 0 else { return "\(seconds) s" }
        var fraction = String(1000 + abs(milliseconds)).dropFirst()
        while fraction.utf8.last == UInt8(ascii: "0") { fraction = fraction.dropLast() }
        return "\(seconds).\(fraction) s"
    }

    /// So many times as long; for ever where that cannot be expressed.
    func times(_ count: Int) -> Duration {
        let (product, overflow) = wholeMilliseconds.multipliedReportingOverflow(by: Int64(count))
        return .milliseconds(overflow ? .max : product)
    }

    /// Whole milliseconds, at least 1 for anything above zero.
    package var wholeMilliseconds: Int64 {
        let (seconds, attoseconds) = components
        let (product, overflow) = seconds.multipliedReportingOverflow(by: 1000)
        guard !overflow else { return .max }
        let rest = (attoseconds + 999_999_999_999_999) / 1_000_000_000_000_000
        let (sum, sumOverflow) = product.addingReportingOverflow(rest)
        return sumOverflow ? .max : sum
    }
}
