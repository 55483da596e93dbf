/// What failures on the way to a connection are to the caller.
extension AddressConnector {
    func unreachable(_ failure: Transport.Failure) -> ConnectionError {
        switch failure {
        case .timedOut, .cancelled: .unreachable(endpoint, at: route.description, within: timeout)
        case .system(let error): .unreachable(endpoint, at: route.description, error.description)
        case .notProvided(let reason): .notProvided(endpoint, reason)
        case .ended: .unreachable(endpoint, at: route.description, "it was closed at once")
        case .tls(let error): .unreachable(endpoint, at: route.description, error.reason)
        }
    }

    func tlsError(_ failure: Transport.Failure) -> ConnectionError {
        switch failure {
        case .timedOut, .cancelled: .silent(endpoint, .tls, for: timeout)
        case .ended: .lostDuringTLS(endpoint)
        case .system(let error): .lostDuringTLS(endpoint, error.description)
        case .notProvided(let reason): .lostDuringTLS(endpoint, reason)
        case .tls(let error): .tls(endpoint, error, mode: configuration.tls.mode.rawValue)
        }
    }

    /// What becomes of an error between the startup message and the first ReadyForQuery. The connection is closed.
    func loginError(_ failure: any Error, _ connection: PhysicalConnection) -> any Error {
        switch failure {
        case PhysicalConnection.Interruption.timedOut:
            let error: ConnectionError =
                connection.session.isFirstMessagePending
                ? .silent(endpoint, .authentication, for: timeout)
                : .loginTimedOut(endpoint, configuration.connectTimeout)
            // With eagerStart the first statement may be under way already.
            return connection.fail(.connection(connection.isBusy ? error.withStatementUnderWay : error))
        case Startup.Failure.server(let error):
            return connection.fail(.server(ofLogin(error)))
        case Startup.Failure.tokenRefused(let refusal, let error):
            return connection.fail(.server(ofLogin(error, advice: refusal.advice)))
        case Startup.Failure.tokenMissing:
            return connection.fail(.connection(.tokenMissing(endpoint, user: configuration.user)))
        case Startup.Failure.refused(let reason):
            return connection.fail(.connection(.loginGivenUp(endpoint, reason)))
        case Startup.Failure.passwordMissing:
            return connection.fail(
                .connection(
                    .passwordMissing(
                        endpoint, user: configuration.user,
                        complaint: configuration.complaintAboutPasswordFile(for: endpoint))))
        case Startup.Failure.unusable(let error): return connection.fail(error)
        case Startup.Failure.violation(let violation): return connection.fail(violated(violation, connection))
        case PostgresError.protocolViolation(let violation): return violated(violation, connection)
        case PostgresError.connection(let lost) where lost.reason == .lost:
            return PostgresError.connection(.lostDuringLogin(endpoint))
        case let error as PostgresError: return connection.fail(error)
        default: return failure
        }
    }

    private func ofLogin(_ error: ServerError, advice: String? = nil) -> ServerError {
        // PgBouncer before 1.20 calls the startup message of another version so.
        let isAboutVersion =
            configuration.protocolVersions.upperBound > .v30 && error.sqlState == .protocolViolation
            && error.message.utf8.contains("bad packet header".utf8)
        let ofVersion = "it may be a pooler that knows protocol 3.0 only: leave max_protocol_version out"
        return error.ofLogin(
            to: endpoint, user: configuration.user, database: configuration.database ?? configuration.user,
            passwordFile: configuration.password == nil ? nil : configuration.passwordFile,
            advice: advice ?? (isAboutVersion ? ofVersion : nil))
    }

    /// A first message that makes no sense means that something else listens there; a later one, a broken server.
    private func violated(_ violation: ProtocolViolation, _ connection: PhysicalConnection) -> PostgresError {
        guard connection.session.isFirstMessagePending else { return .protocolViolation(violation) }
        return .connection(.notPostgreSQL(endpoint, connection.session.input.copy()))
    }
}

extension OAuthRefusal {
    /// What to do after a token was refused.
    fileprivate var advice: String {
        "it says \(status) of the token" + (discoveryURL.map { ", and takes those that \($0) is about" } ?? "")
            + (scope.map { ", with the scope \"\($0)\"" } ?? "")
    }
}
