/// What failures on the way to a connection are to the caller.
extension AddressConnector {
    func unreachable(_ failure: Transport.Failure) -> ConnectionError {
        switch failure {
        case .timedOut, .cancelled: .unreachable(endpoint, at: address.description, within: timeout)
        case .system(let error): .unreachable(endpoint, at: address.description, error.description)
        case .ended: .unreachable(endpoint, at: address.description, "it was closed at once")
        case .tls(let error): .unreachable(endpoint, at: address.description, error.reason)
        }
    }

    func tlsError(_ failure: Transport.Failure) -> ConnectionError {
        switch failure {
        case .timedOut, .cancelled: .silent(endpoint, .tls, for: timeout)
        case .ended: .lostDuringTLS(endpoint)
        case .system(let error): .lostDuringTLS(endpoint, error.description)
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
            let database = configuration.database ?? configuration.user
            return connection.fail(
                .server(
                    error.ofLogin(
                        to: endpoint, user: configuration.user, database: database,
                        passwordFile: configuration.password == nil ? nil : configuration.passwordFile)))
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
        default: return failure
        }
    }

    /// A first message that makes no sense means that something else listens there; a later one, a broken server.
    private func violated(_ violation: ProtocolViolation, _ connection: PhysicalConnection) -> PostgresError {
        guard connection.session.isFirstMessagePending else { return .protocolViolation(violation) }
        return .connection(.notPostgreSQL(endpoint, connection.session.input.copy()))
    }
}
