/// One attempt to connect to one address.
struct ConnectionAttempt {
    let configuration: Connection.Configuration
    let endpoint: Endpoint
    let address: SocketAddress
    let deadline: ContinuousClock.Instant
    /// How long that is from the attempt's beginning, for messages.
    let patience: Duration

    init(
        configuration: Connection.Configuration, endpoint: Endpoint, address: SocketAddress,
        deadline: ContinuousClock.Instant
    ) {
        self.configuration = configuration
        self.endpoint = endpoint
        self.address = address
        self.deadline = deadline
        // To a tenth of a second, as what was spent before is nothing that a person counts.
        patience = .milliseconds(((deadline - .now).wholeMilliseconds + 99) / 100 * 100)
    }

    /// What is asked of TLS in this attempt.
    enum TLSDemand {
        case none
        case ifOffered
        case required
    }

    private var texts: ConnectionAttemptFailure {
        ConnectionAttemptFailure(configuration: configuration, endpoint: endpoint, patience: patience)
    }

    /// As ``run(tls:)``, but when this attempt does no better than the first one, the first one's error is told.
    func run(tls demand: TLSDemand, insteadOf first: PostgresError) async throws -> Wire {
        do { return try await run(tls: demand) } catch is PostgresError { throw first }
    }

    func run(tls demand: TLSDemand) async throws -> Wire {
        let transport: Transport
        do throws(Transport.Failure) {
            transport = try await .connect(to: address, until: deadline)
        } catch .cancelled {
            throw CancellationError()
        } catch {
            throw PostgresError.connection(
                ConnectionFailure.connecting(error, endpoint, address, patience))
        }
        configuration.connectionObserver?(.reached(endpoint, address: address.description))
        transport.observer = configuration.trafficObserver
        if demand != .none {
            do throws(Transport.Failure) {
                try await negotiateTLS(transport, demand)
            } catch .cancelled {
                throw CancellationError()
            } catch {
                throw PostgresError.connection(texts.tls(error))
            }
        }
        if let tls = transport.tlsInfo {
            configuration.connectionObserver?(
                .encrypted(endpoint, protocolVersion: tls.protocolVersion, cipher: tls.cipher))
        }
        let wire = Wire(transport: transport, endpoint: endpoint, configuration: configuration)
        try await logIn(wire)
        if wire.login == nil { configuration.connectionObserver?(.authenticated(endpoint)) }
        wire.releaseMemory()
        return wire
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

    private func logIn(_ wire: Wire) async throws {
        let transport = wire.transport
        try FrontendMessage.startup(parameters: startupParameters, to: &wire.session.output)
        var generator = SystemRandomNumberGenerator()
        var startup = Startup(
            Startup.Login(
                user: configuration.user, password: configuration.password, policy: configuration.authentication,
                security: security(transport), endPointHash: transport.tlsEndPointHash,
                maximumIterations: configuration.maximumSCRAMIterations,
                nonce: configuration.scramNonce ?? SCRAMClient.randomNonce(using: &generator)))
        let limit = Wire.Limit(deadline: deadline)
        let isEager = isEager(transport)
        var isGivenKeys = false
        do {
            if isEager { try startup.beginEarly(to: &wire.session.output) }
            while !startup.isReady, !(isEager && isGivenKeys) {
                guard let message = try wire.takeMessage() else {
                    try await wire.receiveMore(limit)
                    continue
                }
                switch try startup.receive(message, output: &wire.session.output) {
                case .proceed, .ready: break
                case .authenticated: wire.session.framer.phase = .established
                case .deriveKeys(let challenge):
                    let keys = try await KeyDerivation.keys(
                        password: configuration.password?.value ?? "", challenge, until: deadline)
                    try startup.provide(keys, to: &wire.session.output)
                    isGivenKeys = true
                }
            }
        } catch Wire.Interruption.cancelled {
            throw CancellationError()
        } catch {
            throw texts.login(error, wire)
        }
        // The rest is for the first call, whose statement goes out with what is staged now.
        if !startup.isReady { wire.login = Wire.Login(startup, patience: deadline - .now, texts: texts) }
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
