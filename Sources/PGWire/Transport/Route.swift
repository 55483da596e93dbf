/// How a server is reached, by its connection and again by a request to cancel.
enum Route: Sendable {
    /// By a socket of ours that is connected to this address.
    case address(SocketAddress)
    /// By ``Connection/Configuration/socketProvider``.
    case provider(Endpoint, @Sendable (Endpoint) async throws -> Int32)
    /// By the one socket that was given.
    case socket(Endpoint, GivenSocket)

    /// What is connected to, for messages.
    var description: String {
        switch self {
        case .address(let address): address.description
        case .provider(let endpoint, _), .socket(let endpoint, _): endpoint.description
        }
    }

    /// Whether there can be another connection, for a request to cancel.
    var isRepeatable: Bool {
        switch self {
        case .address, .provider: true
        case .socket: false
        }
    }

    /// The descriptor of a connected socket, which the caller owns; nil when a socket is to be connected to ``address``.
    func connectedDescriptor(until deadline: MonotonicInstant?) async throws(Transport.Failure) -> Int32? {
        switch self {
        case .address: return nil
        case .socket(_, let socket):
            guard let descriptor = socket.take() else {
                throw .notProvided("the one socket that was given has been used")
            }
            return descriptor
        case .provider(let endpoint, let provider):
            let result = try await AwaitedResult.ofTask(until: deadline, discard: closeDescriptor) {
                try await provider(endpoint)
            }
            switch result {
            case .success(let descriptor): return descriptor
            case .failure(is CancellationError) where Task.isCancelled: throw .cancelled
            case .failure(let error): throw .notProvided("the configuration's socketProvider failed: \(error)")
            }
        }
    }
}
