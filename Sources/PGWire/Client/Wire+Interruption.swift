extension Wire {
    /// Puts the connection in order after a wait was interrupted: asks the server to cancel, and reads on until it is
    /// ready again. When that does not come about in time, the connection is closed, which the server notices too.
    ///
    /// - Returns: whether the connection can be used further.
    @discardableResult
    func settle() async -> Bool {
        let limit = Limit.cleanup()
        do {
            // With the login's last answers comes the key to cancel by.
            try await finishLogin(limit)
            try await cancelAndDrain(limit)
            return true
        } catch {
            fail(.connection(ConnectionFailure.cancelUnanswered(endpoint)))
            return false
        }
    }

    /// Asks to cancel, and again after a while: a server that was asked before it had begun with the statement takes that
    /// for none of it.
    private func cancelAndDrain(_ limit: Limit) async throws {
        var patience = Duration.milliseconds(250)
        while true {
            await requestCancel(until: limit.deadline)
            var next = Limit.cleanup(patience)
            let isLast = limit.deadline.map { deadline in next.deadline.map { deadline <= $0 } ?? false } ?? false
            if isLast { next = limit }
            do {
                return try await drain(next)
            } catch Interruption.timedOut where !isLast {
                patience = patience * 2
            }
        }
    }

    /// Puts the connection in order after an interruption, and says what the caller is told.
    func settle(_ interruption: Interruption, _ timeout: Duration?) async -> any Error {
        let isUsable = await settle()
        switch interruption {
        case .cancelled: return CancellationError()
        case .timedOut:
            return PostgresError.connection(
                ConnectionFailure.queryTimedOut(endpoint, effectiveTimeout(timeout) ?? .zero, isUsable: isUsable))
        }
    }

    /// What the closure of a COPY is told that has taken too long.
    func copyTimedOut(_ timeout: Duration?) -> ConnectionError {
        ConnectionFailure.queryTimedOut(endpoint, effectiveTimeout(timeout) ?? .zero, isUsable: true)
    }

    /// Sends CancelRequest by a connection of its own to the very same address, through TLS if this one is
    /// (manual: "Canceling Requests in Progress"). It has no answer but the connection's end, and it may come too late:
    /// all that can be done is to wait for that end, so that it does not hit the next statement.
    private func requestCancel(until deadline: ContinuousClock.Instant?) async {
        guard let key = session.backendKey else { return }
        // The task that calls is cancelled already, which would end every wait at once.
        await Task { [transport, configuration, endpoint] in
            await CancelRequest.send(
                key, to: transport.address, isEncrypted: transport.tlsInfo != nil, configuration, endpoint, deadline)
        }.value
    }
}
