/// How it is told that a connection did not come about: what happened at which server, and what to do.
extension ConnectionError {
    static func nameNotResolved(_ endpoint: Endpoint, _ reason: String) -> ConnectionError {
        ConnectionError(
            .nameNotResolved, phase: .nameResolution, endpoint: endpoint,
            "the host name \"\(endpoint.address ?? endpoint.host)\" cannot be resolved (\(reason)): check its spelling and this "
                + "machine's DNS")
    }

    static func nameNotResolved(_ endpoint: Endpoint, within timeout: Duration) -> ConnectionError {
        ConnectionError(
            .timedOut, phase: .nameResolution, endpoint: endpoint,
            "the host name \"\(endpoint.address ?? endpoint.host)\" was not resolved within \(timeout.text): check this machine's "
                + "DNS")
    }

    /// `address` is what was tried.
    static func unreachable(_ endpoint: Endpoint, at address: String, within timeout: Duration) -> ConnectionError {
        ConnectionError(
            .timedOut, phase: .connecting, endpoint: endpoint,
            "\(target(endpoint, address)) did not answer within \(timeout.text): check the host, the port and the firewalls "
                + "between")
    }

    static func unreachable(_ endpoint: Endpoint, at address: String, _ reason: String) -> ConnectionError {
        let advice =
            endpoint.unixSocketPath == nil
            ? "check that a server runs there and listens on this address and port"
            : "check that the server runs on this machine and that the directory and the port are right"
        return ConnectionError(
            .unreachable, phase: .connecting, endpoint: endpoint,
            "could not connect to \(target(endpoint, address)): \(reason); \(advice)")
    }

    static func notProvided(_ endpoint: Endpoint, _ reason: String) -> ConnectionError {
        ConnectionError(
            .unreachable, phase: .connecting, endpoint: endpoint, "there is no socket to \(endpoint): \(reason)")
    }

    /// The host, and the address where that is not the same.
    private static func target(_ endpoint: Endpoint, _ address: String) -> String {
        endpoint.description == address ? endpoint.description : "\(endpoint) (\(address))"
    }

    static func silent(_ endpoint: Endpoint, _ phase: Phase, for timeout: Duration) -> ConnectionError {
        ConnectionError(
            .timedOut, phase: phase, endpoint: endpoint,
            "\(endpoint) accepted the connection and then stayed silent for \(timeout.text): check that "
                + "it is a PostgreSQL server or pooler and that it is not overloaded")
    }

    /// `bytes` is what came in place of an answer.
    static func notPostgreSQL(_ endpoint: Endpoint, _ bytes: [UInt8]) -> ConnectionError {
        let isHTTP = bytes.starts(with: "HTTP".utf8)
        let what = isHTTP ? "it answers in HTTP" : "its answer is none of the protocol's"
        return ConnectionError(
            .notPostgreSQL, phase: .tls, endpoint: endpoint,
            "what listens on \(endpoint) is not a PostgreSQL server (\(what)): check host and port")
    }
}

/// Logging in.
extension ConnectionError {
    static func loginTimedOut(_ endpoint: Endpoint, _ timeout: Duration) -> ConnectionError {
        ConnectionError(
            .timedOut, phase: .authentication, endpoint: endpoint,
            "\(endpoint) did not complete the login within \(timeout.text): look into its log, or "
                + "raise connect_timeout if it is known to be slow")
    }

    /// The same error where the first statement went out with the login's last message, so that it may be under way.
    var withStatementUnderWay: ConnectionError {
        var error = self
        error.phase = .query
        error.description += "; whether the statement that was sent with it was carried out is not known"
        return error
    }

    static func loginGivenUp(_ endpoint: Endpoint, _ reason: String) -> ConnectionError {
        ConnectionError(
            .authenticationRefused, phase: .authentication, endpoint: endpoint,
            "login to \(endpoint) given up: \(reason)")
    }

    /// `complaint` says why a file of passwords had none.
    static func passwordMissing(_ endpoint: Endpoint, user: String, complaint: String?) -> ConnectionError {
        ConnectionError(
            .authenticationRefused, phase: .authentication, endpoint: endpoint,
            "\(endpoint) demands a password for role \"\(user)\", and none is configured"
                + (complaint.map { "; \($0)" } ?? ""))
    }

    static func wrongPeer(_ endpoint: Endpoint, actual: String, required: String) -> ConnectionError {
        ConnectionError(
            .authenticationRefused, phase: .connecting, endpoint: endpoint,
            "the process behind \(endpoint) runs as the user \"\(actual)\", and requirepeer is \"\(required)\": check which "
                + "server it is")
    }

    static func tokenMissing(_ endpoint: Endpoint, user: String) -> ConnectionError {
        ConnectionError(
            .authenticationRefused, phase: .authentication, endpoint: endpoint,
            "\(endpoint) demands an OAuth token for role \"\(user)\", and there is none: set the configuration's "
                + "oauth.tokenProvider")
    }

    /// `provider` is the property of the configuration that was called.
    static func credentialUnavailable(
        _ endpoint: Endpoint, _ credential: String, of provider: String, _ reason: String
    ) -> ConnectionError {
        ConnectionError(
            .credentialUnavailable, phase: .authentication, endpoint: endpoint,
            "there is no \(credential) for \(endpoint), as the configuration's \(provider) failed: \(reason)")
    }

    static func credentialTimedOut(
        _ endpoint: Endpoint, _ credential: String, of provider: String, _ timeout: Duration
    ) -> ConnectionError {
        ConnectionError(
            .timedOut, phase: .authentication, endpoint: endpoint,
            "there is no \(credential) for \(endpoint), as the configuration's \(provider) did not answer within "
                + "\(timeout.text): see what it waits for, or raise connect_timeout")
    }

    static func wrongServer(_ endpoint: Endpoint, target: String, _ objection: String) -> ConnectionError {
        ConnectionError(
            .wrongServer, phase: .authentication, endpoint: endpoint,
            "\(endpoint) is not the server that is asked for by target_session_attrs=\(target): \(objection); name all servers as hosts, "
                + "and wait where another is about to take over")
    }

    static func lostDuringLogin(_ endpoint: Endpoint) -> ConnectionError {
        ConnectionError(
            .lost, phase: .authentication, endpoint: endpoint,
            "\(endpoint) closed the connection during login: check that it is a PostgreSQL server, that this "
                + "machine's address is allowed, and the server's log")
    }
}
