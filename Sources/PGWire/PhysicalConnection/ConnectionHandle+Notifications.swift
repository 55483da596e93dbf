/// Listening on a connection that others use, too.
extension ConnectionHandle {
    /// The next notification, or how many were dropped.
    ///
    /// It holds the lock while it waits, and lets go of it when another call wants the connection.
    func nextNotification(_ heartbeat: PhysicalConnection.Heartbeat?) async throws -> NotificationQueue.Entry {
        while true {
            if let entry = try await takeTurn(heartbeat) { return entry }
        }
    }

    private func takeTurn(_ heartbeat: PhysicalConnection.Heartbeat?) async throws -> NotificationQueue.Entry? {
        try checkUsable()
        if !semaphore.tryAcquire() {
            try checkNotCopying()
            try checkNotIterating()
            try await semaphore.acquire()
        }
        defer { unlock() }
        try checkUsable()
        guard connection.session.notifications != nil else { throw PostgresError.usage(Self.listeningOver) }
        do {
            return try await connection.nextNotification(heartbeat) { semaphore.waiterCount > 0 }
        } catch PhysicalConnection.Interruption.cancelled {
            throw CancellationError()
        }
    }

    /// What is said to whoever has carried notifications out of their scope.
    static let listeningOver =
        "the notifications are over: iterate over them only inside the closure that they were given to"

    /// Prepares for LISTEN. Notifications are kept from now on.
    func beginListening(keeping maximumCount: Int, timeout: Duration? = nil) async throws {
        try await withLock(timeout) { connection in
            try await connection.completeLogin()
            guard connection.session.notifications == nil else {
                throw PostgresError.usage(
                    "the connection listens already: name all channels in one call, or listen on another connection")
            }
            try await connection.checkServesListening(timeout)
            connection.startKeepingNotifications(maximumCount: maximumCount)
            semaphore.whenAwaited(connection.transport.wake)
        }
    }

    /// Ends what ``beginListening(keeping:timeout:)`` began, by `command`. It waits its turn, whether or not the task is cancelled.
    func endListening(_ command: String) async {
        do {
            try checkUsable()
            try checkNotCopying()
            try checkNotIterating()
        } catch {
            // Its turn would never come: somebody has carried rows out of the scope, which are still to come. Or a pool has
            // taken the connection back, and put it in order.
            if isValid { connection.abort() }
            return
        }
        // In a task of its own, as this one may be cancelled.
        await Task { [self] in
            guard (try? await semaphore.acquire()) != nil else { return }
            defer { unlock() }
            semaphore.whenAwaited(nil)
            guard isValid else { return }
            await connection.endListening(command)
        }.value
    }
}

extension PhysicalConnection {
    fileprivate func endListening(_ command: String) async {
        session.notifications = nil
        guard closure == nil else { return }
        do {
            let limit = Limit.cleanup()
            try await drain(limit)
            guard !session.isBlockFailed else { return }
            // In a block that is still open it holds from its end on, if that is a COMMIT.
            let isCertain = session.transactionStatus == .idle
            if observation != nil { statementBegins(script: command) }
            try sendSimple(command)
            var failure: ServerError?
            try await receiveEach(limit) { event in
                if case .failed(let error) = event { failure = error }
                return isBusy ? nil : ()
            }
            if let failure, observation != nil { statementFails(PostgresError.server(failure)) }
            if observation != nil { statementEnds(nil, rows: 0) }
            if failure == nil, isCertain { mayListen = false }
        } catch is Interruption {
            fail(.connection(.closed(endpoint)))
        } catch {
            // The connection has failed already.
        }
        if observation != nil { statementIsLeft() }
    }
}
