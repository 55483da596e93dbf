package import PGWire

/// A transcript as a replay uses it.
extension Transcript {
    /// A part of a transcript: what the client sent at once, and what it received until it sent again.
    package struct Flight: Sendable {
        /// The client's messages.
        package var requests: [FrontendRequest] = []
        /// The client's bytes.
        package var sent: [UInt8] = []
        /// The server's messages.
        package var received: [WireMessage] = []
        /// The CancelRequest of another connection before this flight, in place of the above.
        package var cancelRequest: [UInt8]?

        /// Whether it is the data of a COPY.
        package var givesCopyData: Bool {
            guard let last = requests.last?.kind else { return false }
            return last == .copyDone || last == .copyFail
        }

        /// Whether it is the client's refusal of a COPY in a batch.
        package var refusesCopy: Bool { requests.map(\.kind) == [.copyFail, .sync] }
    }

    /// The transcript in flights.
    ///
    /// - Throws: ``FrontendDecoder/ParsingError``.
    package func flights() throws -> [Flight] {
        var flights: [Flight] = []
        var decoder = FrontendDecoder()
        var last: Sender?
        for entry in entries {
            if entry.sender != .server, last != entry.sender { flights.append(Flight()) }
            last = entry.sender
            let index = flights.count - 1
            guard index >= 0 else { continue }
            switch entry.sender {
            case .client:
                decoder.append(entry.bytes)
                while let request = try decoder.next() { flights[index].requests.append(request) }
                flights[index].sent += entry.bytes
            case .server:
                flights[index].received.append(WireMessage(type: entry.bytes[0], body: Array(entry.bytes.dropFirst(5))))
            case .canceller: flights[index].cancelRequest = entry.bytes
            }
        }
        return flights
    }

    /// The login of the client, so that it sends the same again.
    package func login(maximumIterations: Int = 100_000) -> Startup.Login {
        var login = Startup.Login(
            user: user, password: password.map { Secret($0) }, policy: AuthenticationPolicy(),
            security: tls == nil ? .loopback : .loopbackTLS, endPointHash: endpointHash,
            maximumIterations: maximumIterations, nonce: nonce)
        if case .startup(let version, _)? = try? flights().first?.requests.first,
            let newest = ProtocolVersion.allCases.first(where: { $0.code == version })
        {
            login.versions = .v30...newest
        }
        return login
    }

    /// The parameters of its StartupMessage.
    package func startupParameters() throws -> [(name: String, value: String)] {
        guard case .startup(_, let parameters)? = try flights().first?.requests.first else { return [] }
        return parameters.map { ($0.name, $0.value) }
    }
}
