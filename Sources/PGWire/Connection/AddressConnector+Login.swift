/// Logging in.
extension AddressConnector {
    /// RFC 7677, section 4: "the iteration count SHOULD be at least 4096".
    private static let fewestSCRAMIterations = 4096

    func logIn(_ connection: PhysicalConnection, _ token: Startup.Token) async throws {
        var startup = Startup(loginData(connection.transport, token))
        let limit = PhysicalConnection.Limit(deadline: deadline)
        let isEager = try await beginLogin(&startup, connection)
        var isGivenKeys = false
        do {
            while !startup.isReady, !(isEager && isGivenKeys) {
                guard let message = try connection.takeMessage() else {
                    try await connection.receiveMore(limit)
                    continue
                }
                var step = try startup.receive(message, output: &connection.session.output)
                // Known before anything comes that depends on it, see ``ProtocolVersion/keyLengths``.
                connection.session.protocolVersion = startup.version
                if step == .askForPassword {
                    step = try startup.provide(password: await askForPassword(), to: &connection.session.output)
                }
                if step == .askForToken {
                    step = try startup.provide(token: await askForToken(), to: &connection.session.output)
                }
                switch step {
                case .proceed, .ready, .askForPassword, .askForToken: break
                case .authenticated: connection.session.framer.phase = .established
                case .deriveKeys(let challenge):
                    try startup.provide(await keys(for: challenge, startup), to: &connection.session.output)
                    isGivenKeys = true
                }
            }
        } catch PhysicalConnection.Interruption.cancelled {
            throw CancellationError()
        } catch {
            throw loginError(error, connection)
        }
        // The rest is for the first call, whose statement goes out with what is staged now.
        if !startup.isReady { connection.login = PendingLogin(startup, timeout: deadline - .now, failure: loginError) }
    }

    /// Writes the startup message, and whatever goes with it.
    ///
    /// - Returns: whether the login is begun before the server asks for it, see ``Connection/Configuration/eagerStart``.
    private func beginLogin(_ startup: inout Startup, _ connection: PhysicalConnection) async throws -> Bool {
        let isEager = isEager(connection.transport)
        do {
            if isEager, configuration.scramKeys == nil { startup.set(password: try await askForPassword()) }
            try FrontendMessage.startup(
                version: startup.version, parameters: startupParameters, to: &connection.session.output)
            guard isEager, startup.canBeginEarly else { return false }
            try startup.beginEarly(to: &connection.session.output)
            return true
        } catch {
            throw loginError(error, connection)
        }
    }

    private func loginData(_ transport: Transport, _ token: Startup.Token) -> Startup.Login {
        var generator = SystemRandomNumberGenerator()
        var login = Startup.Login(
            user: configuration.user, password: configuration.password, policy: configuration.authentication,
            security: security(transport), endPointHash: transport.tlsEndPointHash,
            maximumIterations: configuration.maximumSCRAMIterations,
            nonce: configuration.scramNonce ?? SCRAMClient.randomNonce(using: &generator))
        if configuration.passwordProvider != nil {
            login.password = nil
            login.asksForPassword = true
        }
        login.versions = configuration.protocolVersions
        login.token = token
        login.hasKeys = configuration.scramKeys != nil
        return login
    }

    private func keys(for challenge: SCRAMChallenge, _ startup: borrowing Startup) async throws -> SCRAMKeys {
        if challenge.iterations < Self.fewestSCRAMIterations {
            attempt?.note(.fewSCRAMIterations(endpoint, iterations: challenge.iterations))
        }
        if let keys = configuration.scramKeys { return keys }
        do throws(Transport.Failure) {
            return try await SCRAMKeyCache.keys(password: startup.scramPassword, challenge, until: deadline)
        } catch .timedOut {
            throw PhysicalConnection.Interruption.timedOut
        } catch .cancelled {
            throw PhysicalConnection.Interruption.cancelled
        } catch {
            throw Startup.Failure.refused("the keys of SCRAM cannot be made: \(error.reason)")
        }
    }

    /// Whether there is no need to wait for the server's word, see ``Connection/Configuration/eagerStart``.
    private func isEager(_ transport: Transport) -> Bool {
        let security = security(transport)
        return configuration.eagerStart && security == .verifiedTLS && configuration.hasPassword
            && configuration.authentication.allows(.scramSHA256, over: security)
    }

    private var startupParameters: [(name: String, value: String)] {
        var parameters = [("user", configuration.user)]
        if let database = configuration.database { parameters.append(("database", database)) }
        parameters.append(("client_encoding", "UTF8"))
        parameters.append(("application_name", configuration.applicationName))
        return parameters + configuration.startupParameters.map { ($0.name, $0.value) }
    }

    private func security(_ transport: Transport) -> ConnectionSecurity {
        if endpoint.unixSocketPath != nil { return .unixSocket }
        guard transport.tlsInfo != nil else { return endpoint.isLocal ? .loopback : .plaintext }
        if configuration.tls.verifiesChain { return .verifiedTLS }
        return endpoint.isLocal ? .loopbackTLS : .tls
    }
}
