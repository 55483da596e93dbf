/// What has to be known before a stream begins.
struct ReplicationPreparation: Sendable {
    var command: String
    /// After how long the server gives up who says nothing; nil for never.
    var serverTimeout: Duration?
    /// What the database's domains are over.
    var domains: [OID: OID] = [:]
}

/// One stream over one connection, which it has for itself.
///
/// Whoever calls holds the ``ReplicationSource``'s turn, so one task at a time is in here: that is what makes it Sendable.
final class ReplicationFeed: @unchecked Sendable {
    let connection: PhysicalConnection
    /// What the connection belongs to, if it is the feed's own.
    private let owner: ReplicationConnection?
    private let progress: ReplicationProgress
    private let request: ReplicationRequest
    private var stream = CopyBoth()
    private var decoder: LogicalDecoder
    /// How often the server is told how far the consumer is, and when the next time is.
    let statusInterval: Duration
    private var nextStatus: MonotonicInstant

    private init(
        _ connection: PhysicalConnection, owner: ReplicationConnection?, _ request: ReplicationRequest,
        _ progress: ReplicationProgress, _ preparation: ReplicationPreparation
    ) {
        self.connection = connection
        self.owner = owner
        self.request = request
        self.progress = progress
        decoder = LogicalDecoder(settings: connection.session.outputSettings, domains: preparation.domains)
        // The server gives up who is silent for so long, and asks after half of it, which a slow consumer does not see.
        let needed = preparation.serverTimeout.map { $0 / 4 } ?? request.options.statusInterval
        statusInterval = max(min(request.options.statusInterval, needed), .milliseconds(10))
        nextStatus = .now + statusInterval
    }

    /// Begins to stream on a connection whose lock the caller has.
    ///
    /// - Parameter owner: the connection, where it is to be closed with the feed.
    static func start(
        on connection: PhysicalConnection, owner: ReplicationConnection? = nil, _ preparation: ReplicationPreparation,
        _ request: ReplicationRequest, _ progress: ReplicationProgress, until deadline: MonotonicInstant
    ) async throws -> ReplicationFeed {
        let feed = ReplicationFeed(connection, owner: owner, request, progress, preparation)
        do {
            try FrontendMessage.query(preparation.command, to: &connection.session.output)
            let limit = PhysicalConnection.Limit(deadline: deadline)
            while !feed.stream.isStreaming {
                if let message = try connection.takeMessage() {
                    if case .failed(let error) = try feed.receive(message) {
                        throw await feed.end(by: error, isStreaming: false)
                    }
                } else {
                    try await connection.receiveMore(limit)
                }
            }
            return feed
        } catch PhysicalConnection.Interruption.timedOut {
            throw connection.fail(
                .connection(.unanswered(connection.endpoint, for: connection.configuration.connectTimeout)))
        } catch PhysicalConnection.Interruption.cancelled {
            connection.close()
            throw CancellationError()
        }
    }

    /// Waits for what comes next.
    ///
    /// No more is read than is asked for: when the consumer is slow, what it has not asked for waits in the system's buffers, and
    /// then on the server.
    ///
    /// - Throws: the ``PostgresError`` that has ended the stream; `CancellationError`, after which it goes on.
    func next() async throws -> ReplicationEvent {
        if MonotonicInstant.now >= nextStatus { try tellStatus() }
        var heart = Heart(request.options)
        while true {
            if let closure = connection.closure { throw closure }
            if let message = try connection.takeMessage() {
                if let event = try await take(message) {
                    progress.note(event)
                    return event
                }
                heart.noteSign()
                continue
            }
            let now = MonotonicInstant.now
            if heart.isOver(now) {
                throw connection.fail(
                    .connection(.unanswered(connection.endpoint, for: request.options.heartbeatTimeout)))
            }
            let asks = heart.asks(now)
            if asks || progress.hasNews || now >= nextStatus { try tellStatus(wantsReply: asks) }
            do {
                if try connection.receiveSoon(.init(deadline: heart.end(nextStatus))) { continue }
                try await park(until: heart.end(nextStatus))
            } catch PhysicalConnection.Interruption.timedOut {
                continue
            } catch PhysicalConnection.Interruption.cancelled {
                throw CancellationError()
            }
        }
    }

    private func park(until deadline: MonotonicInstant) async throws {
        progress.wait(connection.transport.wake)
        defer { progress.wait(nil) }
        // What was acknowledged before is not to wait, unless it cannot be sent yet.
        if progress.hasNews, !connection.transport.hasPending { return }
        connection.releaseMemory()
        do throws(Transport.Failure) {
            try await connection.transport.waitForArrivals(until: deadline)
        } catch {
            throw connection.interruption(error)
        }
    }

    /// What a message means to the consumer; nil when it means nothing.
    private func take(_ message: BackendMessage) async throws -> ReplicationEvent? {
        switch try receive(message) {
        case .data(let range):
            let chunk = connection.session.input.chunk
            do throws(ProtocolViolation) {
                return try take(chunk.span(range))
            } catch {
                throw connection.fail(.protocolViolation(error))
            }
        case .failed(let error): throw await end(by: error, isStreaming: true)
        case .ended: throw await endByServer()
        case .started, .ready, nil: return nil
        }
    }

    private func take(_ piece: RawSpan) throws(ProtocolViolation) -> ReplicationEvent? {
        switch try ReplicationMessage(piece) {
        case .data(let start, _, let offset):
            return try decoder.decode(piece.extracting(droppingFirst: offset), at: start)
        case .keepalive(let end, let wantsReply):
            progress.note(serverIsAt: end, isIdle: decoder.isBetweenTransactions)
            if wantsReply { nextStatus = .now }
            return nil
        }
    }

    private func receive(_ message: BackendMessage) throws -> CopyBoth.Event? {
        do throws(ProtocolViolation) {
            return try stream.receive(message)
        } catch {
            // A server that goes down says so in the middle of whatever is under way.
            if case .errorResponse(let error) = message { throw connection.fail(.server(error)) }
            throw connection.fail(.protocolViolation(error))
        }
    }

    /// Why the server has ended the stream: it says so afterwards, if at all.
    private func endByServer() async -> PostgresError {
        do {
            let limit = PhysicalConnection.Limit.cleanup(.seconds(1))
            while !stream.isDone {
                guard let message = try connection.takeMessage() else {
                    try await connection.receiveMore(limit)
                    continue
                }
                if case .failed(let error) = try receive(message) { return await end(by: error, isStreaming: true) }
            }
        } catch {
            // There is nothing more to be heard.
        }
        return connection.fail(
            .connection(.lost(connection.endpoint, because: "the server ended the replication", isUnderWay: false)))
    }

    /// What the server ends the stream with, once it is ready for something else.
    private func end(by error: ServerError, isStreaming: Bool) async -> PostgresError {
        let error = error.advisedOnReplication(slot: request.slot, isStreaming: isStreaming)
        if error.isFatal { return connection.fail(.server(error)) }
        do {
            try await drain(.cleanup())
        } catch {
            connection.fail(.connection(.closed(connection.endpoint)))
        }
        return .server(error)
    }
}

/// What goes to the server.
extension ReplicationFeed {
    /// Tells how far the consumer is, as far as that goes without waiting.
    private func tellStatus(wantsReply: Bool = false) throws {
        nextStatus = .now + statusInterval
        let transport = connection.transport
        do throws(Transport.Failure) {
            // A server that takes nothing need not be told twice.
            if try !transport.flush() { return }
            writeStatus(wantsReply: wantsReply)
            try transport.stage(&connection.session.output)
            _ = try transport.flush()
        } catch {
            // What the server has said before counts for more, and is read first.
        }
    }

    private func writeStatus(wantsReply: Bool) {
        let time = ReplicationClock.microseconds()
        FrontendMessage.standbyStatus(
            progress.takeStatus(), time: time, wantsReply: wantsReply, to: &connection.session.output)
    }

    /// Keeps the server from giving up a consumer that is busy; returns when it wants to be called again.
    func keepAlive() -> MonotonicInstant {
        if connection.closure == nil, stream.isStreaming, MonotonicInstant.now >= nextStatus || progress.hasNews {
            try? tellStatus()
        }
        return nextStatus
    }

    /// Ends the stream, so that the server lets go of the slot; closes the connection if it is the feed's own, or if the server
    /// does not end. It takes some seconds at most, whether or not the task is cancelled.
    func finish() async {
        if connection.closure == nil, stream.isStreaming {
            writeStatus(wantsReply: false)
            FrontendMessage.copyDone(to: &connection.session.output)
            do {
                do {
                    try await drain(.cleanup(.milliseconds(500)))
                } catch PhysicalConnection.Interruption.timedOut {
                    // In the middle of a transaction it goes on to its end, however large that is.
                    await connection.requestCancel(until: .now + .seconds(2))
                    try await drain(.cleanup(.seconds(2)))
                }
            } catch {
                connection.fail(.connection(.closed(connection.endpoint)))
            }
        }
        if let owner {
            connection.close()
            owner.connection._handle.unlock()
        }
    }

    /// Reads on until the server takes other commands; what is streamed meanwhile is nobody's.
    private func drain(_ limit: PhysicalConnection.Limit) async throws {
        while !stream.isDone {
            if let message = try connection.takeMessage() {
                _ = try receive(message)
            } else {
                try await connection.receiveMore(limit)
            }
        }
    }
}

/// When a silent server is asked for a sign of life, and given up.
private struct Heart {
    private let interval: Duration?
    private let timeout: Duration
    private var since = MonotonicInstant.now
    private var isAsked = false

    init(_ options: Replication.Options) {
        interval = options.heartbeat.map { max($0, .milliseconds(1)) }
        timeout = max(options.heartbeatTimeout, .milliseconds(1))
    }

    mutating func noteSign() {
        since = .now
        isAsked = false
    }

    /// Whether now is the time to ask; then it is noted.
    mutating func asks(_ now: MonotonicInstant) -> Bool {
        guard let interval, !isAsked, now >= since + interval else { return false }
        since = now
        isAsked = true
        return true
    }

    func isOver(_ now: MonotonicInstant) -> Bool { isAsked && now >= since + timeout }

    /// When there is something to be done.
    func end(_ status: MonotonicInstant) -> MonotonicInstant {
        if isAsked { return min(status, since + timeout) }
        return interval.map { min(status, since + $0) } ?? status
    }
}
