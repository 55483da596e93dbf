/// The sentences in which a failed attempt to connect is told, once the server was reached.
struct ConnectionAttemptFailure {
    let configuration: Connection.Configuration
    let endpoint: Endpoint
    /// How long the attempt was to take at most.
    let patience: Duration

    private func error(
        _ reason: ConnectionError.Reason, _ phase: ConnectionError.Phase, _ text: String
    ) -> ConnectionError {
        ConnectionError(reason, phase: phase, endpoint: endpoint, text)
    }

    private var silent: String {
        "\(endpoint) accepted the connection and then stayed silent for \(patience.text): check that "
            + "it is a PostgreSQL server or pooler and that it is not overloaded"
    }

    private func notPostgreSQL(_ bytes: [UInt8]) -> ConnectionError {
        let isHTTP = bytes.starts(with: "HTTP".utf8)
        let what = isHTTP ? "it answers in HTTP" : "its answer is none of the protocol's"
        return error(
            .notPostgreSQL, .tls,
            "what listens on \(endpoint) is not a PostgreSQL server (\(what)): check host and port")
    }

    func tls(_ failure: Transport.Failure) -> ConnectionError {
        let mode = configuration.tls.mode.rawValue
        switch failure {
        case .timedOut, .cancelled: return error(.timedOut, .tls, silent)
        case .ended:
            return error(
                .lost, .tls,
                "\(endpoint) closed the connection when TLS was asked for: check that it is a PostgreSQL server and that "
                    + "this machine's address is allowed")
        case .system(let cause):
            return error(.lost, .tls, "the connection to \(endpoint) broke while TLS was agreed on (\(cause))")
        case .tls(.refused):
            return error(
                .tlsRefused, .tls,
                "\(endpoint) does not offer TLS, which sslmode=\(mode) requires: turn ssl on in the server, or use "
                    + "sslmode=disable on a network that you trust")
        case .tls(.directRefused):
            return error(
                .tlsRefused, .tls,
                "\(endpoint) does not take TLS that it was not asked for: servers before PostgreSQL 17 do not, nor do most "
                    + "poolers; use sslnegotiation=postgres")
        case .tls(.noApplicationProtocol):
            return error(
                .tlsFailed, .tls,
                "\(endpoint) speaks TLS, but did not say that it speaks PostgreSQL's protocol in it (ALPN), as it must with "
                    + "sslnegotiation=direct: check host and port, or use sslnegotiation=postgres")
        case .tls(.stuffed):
            return error(
                .tamperedWith, .tls,
                "\(endpoint) sent unencrypted data after agreeing to TLS: somebody between may be tampering with the "
                    + "connection, which is therefore not used")
        case .tls(.answeredByError):
            return error(
                .lost, .tls,
                "\(endpoint) answered the request for TLS with an error, which is not shown as anybody could have sent it: "
                    + "look into the server's log; it may be full, or too old")
        case .tls(.notPostgreSQL(let bytes)): return notPostgreSQL(bytes)
        case .tls(.untrusted(let reason)):
            return error(
                .certificateRejected, .tls,
                "the certificate of \(endpoint) is not trusted (\(reason)): give the authority that issued it as "
                    + "sslrootcert, or have the server's certificate renewed")
        case .tls(.wrongName(let names)):
            return error(
                .certificateRejected, .tls,
                "the certificate of \(endpoint) is not for \"\(endpoint.host)\" but for \(names): connect by a name that "
                    + "it covers, or use sslmode=verify-ca if any server of that authority will do")
        case .tls(.unusableFile(let text)):
            return error(.unusableFile, .tls, "TLS to \(endpoint) cannot be used: \(text)")
        case .tls(.failed(let reason)):
            return error(
                .tlsFailed, .tls,
                "TLS with \(endpoint) failed (\(reason)): check that it really speaks TLS there, at least version 1.2")
        }
    }

    /// What becomes of an error between the startup message and the first ReadyForQuery.
    func login(_ failure: any Error, _ wire: Wire) -> any Error {
        switch failure {
        case Wire.Interruption.timedOut:
            let text =
                wire.session.isFirstMessagePending
                ? silent
                : "\(endpoint) did not complete the login within \(configuration.connectTimeout.text): look into its log, or "
                    + "raise connect_timeout if it is known to be slow"
            // With eagerStart the first statement may be under way already.
            guard wire.isBusy else { return closed(wire, .connection(error(.timedOut, .authentication, text))) }
            let doubt = "; whether the statement that was sent along was carried out is not known"
            return closed(wire, .connection(error(.timedOut, .query, text + doubt)))
        case Startup.Failure.server(let error): return closed(wire, .server(explained(error)))
        case Startup.Failure.refused(let reason):
            return closed(
                wire,
                .connection(error(.authenticationRefused, .authentication, "login to \(endpoint) given up: \(reason)")))
        case Startup.Failure.passwordMissing:
            return closed(
                wire,
                .connection(
                    error(
                        .authenticationRefused, .authentication,
                        "\(endpoint) demands a password for role \"\(configuration.user)\", and none is configured")))
        case Startup.Failure.unusable(let error): return closed(wire, error)
        case Startup.Failure.violation(let violation): return closed(wire, violated(violation, wire))
        case PostgresError.protocolViolation(let violation): return violated(violation, wire)
        case PostgresError.connection(let lost) where lost.reason == .lost:
            return PostgresError.connection(
                error(
                    .lost, .authentication,
                    "\(endpoint) closed the connection during login: check that it is a PostgreSQL server, that this "
                        + "machine's address is allowed, and the server's log"))
        default: return failure
        }
    }

    /// A first message that makes no sense means that something else listens there; a later one, a broken server.
    private func violated(_ violation: ProtocolViolation, _ wire: Wire) -> PostgresError {
        guard wire.session.isFirstMessagePending else { return .protocolViolation(violation) }
        return .connection(notPostgreSQL(wire.session.input.copy()))
    }

    private func closed(_ wire: Wire, _ error: PostgresError) -> PostgresError { wire.fail(error) }

    /// Says in one sentence who refused whom, and what to do about it.
    private func explained(_ error: ServerError) -> ServerError {
        var error = error
        let role = "role \"\(configuration.user)\""
        let database = "database \"\(configuration.database ?? configuration.user)\""
        let advice: String? =
            switch error.sqlState {
            case .invalidPassword: "check the password, and that \(role) exists"
            case .invalidAuthorizationSpecification:
                "check that \(role) exists and that the server's pg_hba.conf lets it in from here"
            case .invalidCatalogName: "check the name of \(database), or create it"
            case .tooManyConnections: "close connections, or raise the server's or the pooler's limit"
            case .cannotConnectNow: "the server is starting up or shutting down; try again in a moment"
            case .insufficientPrivilege: "grant \(role) the right to connect to \(database)"
            case .protocolViolation where error.message.utf8.contains("authentication".utf8):
                "a pooler says so when the password is wrong or it does not know \(role); check both"
            case .protocolViolation
            where error.message.utf8.contains("no such database".utf8)
                || error.message.utf8.contains("database".utf8) && error.message.utf8.contains("does not exist".utf8):
                "check the name of \(database), and the pooler's list of databases"
            case .protocolViolation where error.message.utf8.contains("startup parameter".utf8):
                "the pooler takes only the usual startup parameters; remove those that were added"
            default: nil
            }
        error.summary =
            "login to \(endpoint) as \(role.escapingControls) refused: \(error.message.escapingControls) "
            + "(SQLSTATE \(error.sqlState))"
            + (advice.map { "; \($0.escapingControls)" } ?? "")
        return error
    }
}
