/// Connects to one address: TCP or a Unix socket, TLS, login.
struct AddressConnector {
    let configuration: Connection.Configuration
    let endpoint: Endpoint
    let address: SocketAddress
    let deadline: ContinuousClock.Instant
    /// How long that is from the beginning, for messages.
    let timeout: Duration

    init(
        configuration: Connection.Configuration, endpoint: Endpoint, address: SocketAddress,
        deadline: ContinuousClock.Instant
    ) {
        self.configuration = configuration
        self.endpoint = endpoint
        self.address = address
        self.deadline = deadline
        // To a tenth of a second, as what was spent before is nothing that a person counts.
        timeout = .milliseconds(((deadline - .now).wholeMilliseconds + 99) / 100 * 100)
    }

    /// What is asked of TLS.
    enum TLSDemand {
        case none
        case ifOffered
        case required
    }

    /// As ``connect(tls:)``, but when this attempt does no better than the first one, the first one's error is told.
    func connect(tls demand: TLSDemand, insteadOf first: PostgresError) async throws -> PhysicalConnection {
        do { return try await connect(tls: demand) } catch is PostgresError { throw first }
    }

    func connect(tls demand: TLSDemand) async throws -> PhysicalConnection {
        let transport: Transport
        do throws(Transport.Failure) {
            transport = try await .connect(to: address, configuration.tcp, until: deadline)
        } catch .cancelled {
            throw CancellationError()
        } catch {
            throw PostgresError.connection(unreachable(error))
        }
        configuration.connectionObserver?(.reached(endpoint, address: address.description))
        transport.observer = configuration.trafficObserver
        try checkPeer(transport)
        if demand != .none {
            do throws(Transport.Failure) {
                try await negotiateTLS(transport, demand)
            } catch .cancelled {
                throw CancellationError()
            } catch {
                throw PostgresError.connection(tlsError(error))
            }
        }
        if configuration.tls.certificateMode == .require, transport.tls == nil {
            throw PostgresError.connection(
                .tls(endpoint, .certificateNotRequested, mode: configuration.tls.mode.rawValue))
        }
        if let tls = transport.tlsInfo {
            configuration.connectionObserver?(
                .encrypted(endpoint, protocolVersion: tls.protocolVersion, cipher: tls.cipher))
        }
        let connection = PhysicalConnection(transport: transport, endpoint: endpoint, configuration: configuration)
        try await logIn(connection)
        if connection.login == nil { configuration.connectionObserver?(.authenticated(endpoint)) }
        connection.releaseMemory()
        return connection
    }

    /// Checks that the process at the other end of a Unix socket is that of the user that was asked for.
    private func checkPeer(_ transport: Transport) throws {
        guard let required = configuration.requiredPeer, endpoint.unixSocketPath != nil else { return }
        let actual: String
        do throws(SystemError) {
            actual = try transport.peerUser()
        } catch {
            throw PostgresError.connection(.unreachable(endpoint, at: address.description, error.description))
        }
        guard actual == required else {
            throw PostgresError.connection(.wrongPeer(endpoint, actual: actual, required: required))
        }
    }

    private func negotiateTLS(_ transport: Transport, _ demand: TLSDemand) async throws(Transport.Failure) {
        if configuration.tls.negotiation == .direct {
            return try await transport.startTLS(configuration.tls, host: endpoint.host, until: deadline)
        }
        switch try await transport.requestTLS(until: deadline) {
        case .willing:
            try await transport.startTLS(configuration.tls, host: endpoint.host, until: deadline)
        case .unwilling:
            if demand == .required { throw .tls(.refused) }
        case .stuffed: throw .tls(.stuffed)
        case .error: throw .tls(.answeredByError)
        case .other(let bytes): throw .tls(.notPostgreSQL(bytes))
        case .end: throw .ended
        }
    }

    private func logIn(_ connection: PhysicalConnection) async throws {
        let transport = connection.transport
        try FrontendMessage.startup(parameters: startupParameters, to: &connection.session.output)
        var generator = SystemRandomNumberGenerator()
        var startup = Startup(
            Startup.Login(
                user: configuration.user, password: configuration.password, policy: configuration.authentication,
                security: security(transport), endPointHash: transport.tlsEndPointHash,
                maximumIterations: configuration.maximumSCRAMIterations,
                nonce: configuration.scramNonce ?? SCRAMClient.randomNonce(using: &generator)))
        let limit = PhysicalConnection.Limit(deadline: deadline)
        let isEager = isEager(transport)
        var isGivenKeys = false
        do {
            if isEager { try startup.beginEarly(to: &connection.session.output) }
            while !startup.isReady, !(isEager && isGivenKeys) {
                guard let message = try connection.takeMessage() else {
                    try await connection.receiveMore(limit)
                    continue
                }
                switch try startup.receive(message, output: &connection.session.output) {
                case .proceed, .ready: break
                case .authenticated: connection.session.framer.phase = .established
                case .deriveKeys(let challenge):
                    let keys = try await SCRAMKeyCache.keys(
                        password: configuration.password?.value ?? "", challenge, until: deadline)
                    try startup.provide(keys, to: &connection.session.output)
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

    /// Whether there is no need to wait for the server's word, see ``Connection/Configuration/eagerStart``.
    private func isEager(_ transport: Transport) -> Bool {
        let security = security(transport)
        return configuration.eagerStart && security == .verifiedTLS && configuration.password != nil
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
