/// Connects to one address, or over the user's own socket: TCP or a Unix socket, TLS, login.
struct AddressConnector {
    let configuration: Connection.Configuration
    let endpoint: Endpoint
    let route: Route
    let deadline: MonotonicInstant
    /// How long that is from the beginning, for messages.
    let timeout: Duration
    /// Whoever is told; nil for nobody.
    let attempt: AttemptObservation?

    init(
        configuration: Connection.Configuration, endpoint: Endpoint, route: Route,
        deadline: MonotonicInstant, attempt: AttemptObservation?
    ) {
        self.attempt = attempt
        self.configuration = configuration
        self.endpoint = endpoint
        self.route = route
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
        do {
            return try await connect(tls: demand, token: configuration.oauth.tokenProvider == nil ? .none : .onRequest)
        } catch Startup.Failure.tokenWanted(let refusal) {
            // The question has ended that connection.
            let token = try await askForToken(as: refusal)
            return try await connect(tls: demand, token: .given(token))
        }
    }

    private func connect(tls demand: TLSDemand, token: Startup.Token) async throws -> PhysicalConnection {
        let transport: Transport
        attempt?.restart()
        do throws(Transport.Failure) {
            transport = try await .connect(by: route, configuration.tcp, until: deadline)
        } catch .cancelled {
            throw CancellationError()
        } catch {
            throw PostgresError.connection(unreachable(error))
        }
        attempt?.note(.reached(endpoint, address: route.description))
        let observation = observe(transport)
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
            attempt?.note(
                .encrypted(endpoint, protocolVersion: tls.protocolVersion, cipher: tls.cipher))
        }
        let connection = PhysicalConnection(
            transport: transport, endpoint: endpoint, configuration: configuration, observation: observation)
        try await logIn(connection, token)
        if connection.login == nil { attempt?.note(.authenticated(endpoint)) }
        connection.releaseMemory()
        return connection
    }

    /// Sets what is to see the bytes: a test's tap, a trace, what counts them for an observer.
    private func observe(_ transport: Transport) -> ConnectionObservation? {
        transport.observer = configuration.trafficObserver
        if let trace = configuration.wireTrace { transport.addObserver(Transport.observer(tracing: trace)) }
        guard let observer = configuration.observer else { return nil }
        let observation = ConnectionObservation(observer, endpoint, configuration)
        transport.addObserver { direction, bytes in observation.count(direction, bytes.byteCount) }
        return observation
    }

    /// Checks that the process at the other end of a Unix socket is that of the user that was asked for.
    private func checkPeer(_ transport: Transport) throws {
        // TLS is left out for a Unix socket. A socket that was given may be another one.
        if endpoint.unixSocketPath != nil, !transport.socket.isUnix {
            throw PostgresError.usage(
                "the socket that was given is no Unix socket, as which the configuration has \(endpoint): give the server's name as "
                    + "host, by which its certificate is checked")
        }
        guard let required = configuration.requiredPeer, endpoint.unixSocketPath != nil else { return }
        let actual: String
        do throws(SystemError) {
            actual = try transport.peerUser()
        } catch {
            throw PostgresError.connection(.unreachable(endpoint, at: route.description, error.description))
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
}
