/// Statements of the client's own in a flight of their own.
extension PhysicalConnection {
    /// Sends what `body` adds, and reads all of the answers; throws what the server refuses.
    func ask(_ timeout: Duration?, _ body: () throws(PostgresError) -> Void) async throws {
        var failure: ServerError?
        try await cancelling(timeout) {
            try sendBatch(body)
            try await receiveEach(limit(for: timeout)) { event in
                if case .failed(let error) = event { failure = error }
                return isBusy ? nil : ()
            }
        }
        if let failure { throw failure.isFatal ? fail(.server(failure)) : .server(failure) }
    }

    /// Asks the server, where that is not known yet, whether the process that answers is the one that was connected to.
    func verifyServer(_ timeout: Duration?) async throws {
        guard !prepared.isVerified else { return }
        try await ask(timeout) { () throws(PostgresError) in _ = try isServerKnown() }
    }
}
