/// Makes a connection that is ready for queries: name resolution, TCP, TLS and authentication, all under one deadline.
struct Connector {
    let configuration: Connection.Configuration
    let deadline: MonotonicInstant
    /// The user's own socket, which is connected already.
    private let socket: GivenSocket?
    /// Whoever is told; nil for nobody.
    private let attempt: AttemptObservation?

    init(_ configuration: Connection.Configuration, over socket: GivenSocket? = nil) {
        self.configuration = configuration
        self.socket = socket
        attempt = configuration.observer.map { AttemptObservation($0, configuration) }
        deadline = .now + configuration.connectTimeout
    }

    /// Tries every address of every endpoint in order, and tells whoever observes.
    func connect() async throws -> PhysicalConnection {
        guard let attempt else { return try await tryAll() }
        do {
            let connection = try await tryAll()
            attempt.succeed(connection)
            return connection
        } catch {
            attempt.fail(error)
            throw error
        }
    }

    /// Tries every address of every endpoint in order, until one lets us in or refuses for a reason that another address
    /// would not change, and is of the kind that is asked for.
    ///
    /// Of a host that is of another kind no further address is tried, as in libpq.
    private func tryAll() async throws -> PhysicalConnection {
        let problems = configuration.problems
        guard problems.isEmpty else { throw PostgresError.configuration(ConfigurationError(problems: problems)) }
        if let socket, let endpoint = configuration.endpoints.first {
            return try await connect(by: .socket(endpoint, socket), endpoint, until: deadline)
        }
        let isRandom = configuration.loadBalancing == .random
        let endpoints = isRandom ? configuration.endpoints.shuffled() : configuration.endpoints
        var failures: [PostgresError] = []
        // A primary that has been met where a standby is only preferred: libpq comes back to it in a second round.
        var second: PhysicalConnection?
        for (index, endpoint) in endpoints.enumerated() {
            let endpointDeadline = share(of: deadline, among: endpoints.count - index)
            do {
                var routes = try await routes(to: endpoint, until: endpointDeadline)
                if isRandom { routes.shuffle() }
                for (index, route) in routes.enumerated() {
                    do {
                        let deadline = share(of: endpointDeadline, among: routes.count - index)
                        let connection = try await connect(by: route, endpoint, until: deadline)
                        if try await isWanted(connection, until: deadline) { return connection }
                        second = second ?? connection
                        break
                    } catch let error as PostgresError where error.mayGoAwayElsewhere {
                        failures.append(error)
                        if error.isAboutServer { break }
                        // The one deadline is over for all that would come.
                        if deadline < .now, second == nil { throw Self.summary(failures) }
                    }
                }
            } catch let error as PostgresError where error.mayGoAwayElsewhere {
                failures.append(error)
                if deadline < .now, second == nil { throw Self.summary(failures) }
            }
        }
        if let second { return second }
        throw Self.summary(failures)
    }

    /// Whether the server is of the kind that is asked for; false for one that would do in a second round.
    private func isWanted(_ connection: PhysicalConnection, until deadline: MonotonicInstant) async throws
        -> Bool
    {
        do {
            try await connection.checkTarget(until: deadline)
            return true
        } catch PostgresError.connection(let error) where error.reason == .wrongServer && connection.closure == nil {
            return false
        }
    }

    /// The part of the time left that an attempt may take when `count` are still to come, so that a host that swallows
    /// everything does not keep the next one from being tried.
    private func share(of deadline: MonotonicInstant, among count: Int) -> MonotonicInstant {
        let now = MonotonicInstant.now
        return now < deadline && count > 1 ? now + (deadline - now) / count : deadline
    }

    /// One error for all attempts: the last one, which tells of the others.
    private static func summary(_ failures: [PostgresError]) -> PostgresError {
        var texts: [String] = []
        for failure in failures where !texts.contains(failure.description) { texts.append(failure.description) }
        guard texts.count > 1, case .connection(var error)? = failures.last else {
            return failures.last ?? .configuration(ConfigurationError(problems: ["no host is given"]))
        }
        error.description = withoutRepeatedAdvice(texts).joined(separator: "; then ")
        return .connection(error)
    }

    /// Advice stands after a text's last semicolon; where all texts give the same, once at the end is enough.
    private static func withoutRepeatedAdvice(_ texts: [String]) -> [String] {
        let parts = texts.map { text -> (what: Substring, advice: Substring) in
            guard let semicolon = text.utf8.lastIndex(of: UInt8(ascii: ";")) else { return (text[...], "") }
            return (text[..<semicolon], text[semicolon...])
        }
        guard let last = texts.last, Set(parts.map(\.advice)).count == 1 else { return texts }
        return parts.dropLast().map { String($0.what) } + [last]
    }

    private func routes(
        to endpoint: Endpoint, until deadline: MonotonicInstant
    ) async throws -> [Route] {
        if let provider = configuration.socketProvider { return [.provider(endpoint, provider)] }
        return try await addresses(of: endpoint, until: deadline).map { .address($0) }
    }

    private func addresses(
        of endpoint: Endpoint, until deadline: MonotonicInstant
    ) async throws -> [SocketAddress] {
        if let path = endpoint.unixSocketPath {
            guard let address = SocketAddress(unixSocketPath: path) else {
                throw PostgresError.configuration(
                    ConfigurationError(
                        problems: ["the path of the Unix socket \"\(path)\" is longer than the system allows"]))
            }
            return [address]
        }
        do {
            attempt?.restart()
            let addresses = try await NameResolution.resolve(
                endpoint.address ?? endpoint.host, port: endpoint.port, until: deadline)
            attempt?.note(.resolved(endpoint, addresses: addresses.map(\.description)))
            return addresses
        } catch .cancelled {
            throw CancellationError()
        } catch {
            throw PostgresError.connection(unresolved(endpoint, error))
        }
    }

    private func unresolved(_ endpoint: Endpoint, _ failure: NameResolution.Failure) -> ConnectionError {
        switch failure {
        case .notFound(let reason): .nameNotResolved(endpoint, reason)
        case .timedOut, .cancelled: .nameNotResolved(endpoint, within: configuration.connectTimeout)
        }
    }

    /// `allow` and `prefer` have a second way to try; neither may weaken what authentication demands, as each attempt
    /// starts afresh with the same policy (CVE-2018-10915).
    private func connect(
        by route: Route, _ endpoint: Endpoint, until deadline: MonotonicInstant
    ) async throws -> PhysicalConnection {
        let connector = AddressConnector(
            configuration: configuration.withPasswordOfFile(for: endpoint), endpoint: endpoint, route: route,
            deadline: deadline, attempt: attempt)
        if endpoint.unixSocketPath != nil { return try await connector.connect(tls: .none) }
        switch configuration.tls.mode {
        case .disable:
            return try await connector.connect(tls: .none)
        case .require, .verifyCA, .verifyFull:
            return try await connector.connect(tls: .required)
        case .prefer:
            do {
                return try await connector.connect(tls: .ifOffered)
            } catch let error as PostgresError where error.speaksForOtherEncryption {
                return try await connector.connect(tls: .none, insteadOf: error)
            }
        case .allow:
            do {
                return try await connector.connect(tls: .none)
            } catch let error as PostgresError where error.speaksForOtherEncryption {
                return try await connector.connect(tls: .required, insteadOf: error)
            }
        }
    }
}

extension PostgresError {
    /// Whether another address or host may do better.
    fileprivate var mayGoAwayElsewhere: Bool {
        switch self {
        case .connection(let error):
            switch error.reason {
            case .nameNotResolved, .unreachable, .timedOut, .lost, .tlsRefused, .notPostgreSQL, .wrongServer: true
            default: false
            }
        case .server(let error):
            [.tooManyConnections, .cannotConnectNow, .adminShutdown, .crashShutdown].contains(error.sqlState)
        default: false
        }
    }

    /// Whether the server was reached and is of another kind than is asked for.
    fileprivate var isAboutServer: Bool {
        if case .connection(let error) = self { error.reason == .wrongServer } else { false }
    }

    /// Whether the server may let us in with, or without, TLS: TLS failed, or `pg_hba.conf` has no line for this kind of
    /// connection.
    fileprivate var speaksForOtherEncryption: Bool {
        switch self {
        case .connection(let error): error.reason == .tlsFailed
        case .server(let error): error.sqlState == .invalidAuthorizationSpecification
        default: false
        }
    }
}
