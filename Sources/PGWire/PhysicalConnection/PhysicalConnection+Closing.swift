import Synchronization

/// How a connection ends, by itself or by a call.
extension PhysicalConnection {
    /// Throws when the connection is closed, naming what ended it.
    func checkOpen() throws(PostgresError) {
        if let closure { throw .connection(.over(endpoint, because: closure)) }
    }

    /// Closes the connection because of `error`, and returns it.
    @discardableResult
    func fail(_ error: PostgresError) -> PostgresError {
        guard closure == nil else { return error }
        closure = error
        transport.finish()
        observation?.close(error)
        return error
    }

    /// Ends the connection while another task is using it; that task's call fails. Any task may call this.
    func abort() {
        isAborted.store(true, ordering: .releasing)
        transport.abort()
    }

    /// Says goodbye and closes, without waiting for anything.
    func close() {
        guard closure == nil else { return }
        if isLoggingIn {
            // Nobody asked for anything, so the login is not even completed.
            session.output.removeAll()
        } else if !isBusy {
            FrontendMessage.terminate(to: &session.output)
            try? transport.stage(&session.output)
        }
        fail(.connection(.closed(endpoint)))
    }

    /// What a failure of the transport means to a call.
    func interruption(_ failure: Transport.Failure) -> any Error {
        switch failure {
        case .timedOut: Interruption.timedOut
        case .cancelled: Interruption.cancelled
        case .ended, .system, .tls, .notProvided:
            if isAborted.load(ordering: .acquiring) {
                fail(.connection(isBusy || isLoggingIn ? .closedMeanwhile(endpoint) : .closed(endpoint)))
            } else {
                fail(.connection(.lost(endpoint, because: failure.reason, isUnderWay: session.unansweredSyncs > 0)))
            }
        }
    }
}
