/// A login that goes on while the first call is made (``Connection/Configuration/eagerStart``): SCRAM's last message waits in the
/// session's output for that call's statement to travel with it, and what the server answers to both is read by the call.
struct PendingLogin: ~Copyable {
    var startup: Startup
    /// The time that is left for it, counted from when somebody first waits for it.
    private let timeout: Duration
    private var deadline: MonotonicInstant?
    /// Makes of what went wrong what the caller is told, and closes the connection.
    let failure: (any Error, PhysicalConnection) -> any Error

    init(
        _ startup: consuming Startup, timeout: Duration,
        failure: @escaping (any Error, PhysicalConnection) -> any Error
    ) {
        self.startup = startup
        self.timeout = timeout
        self.failure = failure
    }

    mutating func startClock() -> MonotonicInstant {
        let end = deadline ?? .now + timeout
        deadline = end
        return end
    }
}

extension PhysicalConnection {
    /// Whether answers to the login are still to come.
    var isLoggingIn: Bool {
        switch login {
        case .none: false
        case .some: true
        }
    }

    /// Reads the answers to the login.
    ///
    /// - Throws: ``Interruption``, which leaves the login as it is; or the ``PostgresError`` of a failed login, after which the
    ///   connection is closed. What the server refuses in the login, it has certainly not carried out; where the
    ///   connection is lost, or the time is over, that is as uncertain as ever, and the error says so.
    func finishLogin(_ limit: Limit) async throws {
        guard let end = login?.startClock() else { return }
        var both = limit
        both.deadline = min(limit.deadline ?? end, end)
        do {
            while isLoggingIn {
                if let message = try takeMessage() {
                    try advanceLogin(message)
                } else {
                    try await receiveMore(both)
                }
            }
        } catch Interruption.timedOut where end <= .now {
            throw loginFailure(Interruption.timedOut)
        } catch let interruption as Interruption {
            throw interruption
        } catch {
            throw loginFailure(error)
        }
    }

    /// ``finishLogin(_:)`` for a call that has nothing to send.
    func completeLogin() async throws {
        do {
            try await finishLogin(Limit())
        } catch Interruption.cancelled {
            throw CancellationError()
        }
    }

    private func advanceLogin(_ message: BackendMessage) throws {
        switch try login?.startup.receive(message, output: &session.output) {
        case .authenticated: session.framer.phase = .established
        case .ready:
            login = nil
            // This ReadyForQuery was the login's; the one that the statement asked for is still to come.
            if isBusy { session.noteSync() }
        case .proceed, .askForPassword, .askForToken, .deriveKeys, nil: break
        }
    }

    private func loginFailure(_ error: any Error) -> any Error {
        // Nobody knows whether the server, before it was lost, let us in and went on to the statement.
        if case PostgresError.connection = error, isBusy { return error }
        return login?.failure(error, self) ?? error
    }
}
