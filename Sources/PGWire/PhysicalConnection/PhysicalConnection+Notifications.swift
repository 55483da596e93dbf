/// LISTEN, and what comes of it (manual: "Asynchronous Notification").
extension PhysicalConnection {
    /// How a server is noticed to be gone that says nothing because there is nothing to say.
    struct Heartbeat: Sendable {
        /// After so long a silence it is asked for a sign of life,
        var interval: Duration
        /// and given so long to answer.
        var timeout: Duration
    }

    /// Throws unless the server's process that listens is the one that serves this connection as long as it lives. Where
    /// that is not known, the server is asked, before anything is left behind.
    func checkServesListening(_ timeout: Duration?) async throws {
        guard session.transactionStatus == .idle else {
            throw PostgresError.usage(
                "a transaction is open on the connection, and LISTEN would begin only with its end: commit it first")
        }
        try checkNoPooler()
        do {
            try await verifyServer(timeout)
        } catch {
            try checkNoPooler()
            throw error
        }
        try checkNoPooler()
    }

    private func checkNoPooler() throws(PostgresError) {
        let mode = poolerMode
        if mode.kind == .transaction { throw .usage(Self.listeningRefused(endpoint, mode)) }
    }

    /// What is said where a transaction pooler is between.
    static func listeningRefused(_ endpoint: Endpoint, _ mode: PoolerMode) -> String {
        "LISTEN needs one server process for as long as the connection lasts, and behind \(endpoint) is a transaction pooler "
            + "(\(mode.reason)): connect to the server itself or to a session pooler, and where this is one, set poolerMode "
            + "to session"
    }

    /// Keeps notifications from now on, at most so many while nobody waits for them.
    func startKeepingNotifications(maximumCount: Int) {
        session.notifications = NotificationQueue(maximumCount: maximumCount)
        mayListen = true
    }

    /// Passes them over again, as the server was told to stop.
    func stopKeepingNotifications() {
        session.notifications = nil
        mayListen = false
    }

    /// The next notification, or how many were dropped; nil when `isAwaited` says that somebody else wants the connection.
    ///
    /// What an earlier call left unread is read off on the way. No more is read than is asked for: when the consumer is
    /// slow, what it has not asked for waits in the system's buffers, and then in the server's queue.
    ///
    /// - Throws: ``Interruption``, or the ``PostgresError`` that has ended the connection, once all that came before was taken.
    func nextNotification(
        _ heartbeat: Heartbeat?, isAwaited: () -> Bool
    ) async throws -> NotificationQueue.Entry? {
        session.notifications?.isBeingRead = true
        defer { session.notifications?.isBeingRead = false }
        var deadline = heartbeat.map { MonotonicInstant.now + $0.interval }
        var isAsked = false
        while true {
            if let entry = session.notifications?.popFirst() {
                if let observation { tell(entry, observation) }
                return entry
            }
            if let closure { throw closure }
            do {
                if try takeWhatElseCame() { continue }
                if let notifications = session.notifications, !notifications.isEmpty { continue }
                if isAsked, !isBusy {
                    isAsked = false
                    deadline = heartbeat.map { MonotonicInstant.now + $0.interval }
                }
                releaseMemory()
                // Whatever else it says, a server that was asked has so long to answer, and no longer; and whoever else wants the
                // connection does not wait until it has nothing more to say.
                let hasReceived = try receiveSoon(Limit(deadline: deadline))
                if isAwaited(), !isAsked { return nil }
                if hasReceived {
                    if !isAsked { deadline = heartbeat.map { MonotonicInstant.now + $0.interval } }
                    continue
                }
                try await parkForArrivals(deadline)
            } catch Interruption.timedOut {
                if isAsked { throw fail(.connection(.unanswered(endpoint, for: heartbeat?.timeout ?? .zero))) }
                // While a statement is under way that somebody has left, no sign of life can be expected.
                deadline = heartbeat.map { MonotonicInstant.now + (isBusy ? $0.interval : $0.timeout) }
                guard !isBusy else { continue }
                sendBatch {}
                isAsked = true
            } catch let error as PostgresError {
                guard let notifications = session.notifications, !notifications.isEmpty else { throw error }
            }
        }
    }

    private func tell(_ entry: NotificationQueue.Entry, _ observation: ConnectionObservation) {
        switch entry {
        case .notification(let notification):
            observation.observer.happened(
                .notification(observation.connection, channel: notification.channel))
        case .dropped(let count):
            observation.observer.happened(.notificationsDropped(observation.connection, count: count))
        }
    }

    /// Takes an event of what was sent, if one has come: of a heartbeat, or of a call that nobody waits for any more.
    private func takeWhatElseCame() throws -> Bool {
        guard let event = try nextReceivedEvent() else { return false }
        if case .wantsCopyData = event { try refuseCopyData() }
        return true
    }

    private func parkForArrivals(_ deadline: MonotonicInstant?) async throws {
        do throws(Transport.Failure) {
            try await transport.waitForArrivals(until: deadline)
        } catch {
            throw interruption(error)
        }
    }
}
