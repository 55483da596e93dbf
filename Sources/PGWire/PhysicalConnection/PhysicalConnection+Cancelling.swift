/// Cancelling the statement under way (manual: "Canceling Requests in Progress").
extension PhysicalConnection {
    /// Runs `body`; what interrupts it cancels what is under way, and comes out as the error that the caller gets.
    func cancelling<R>(_ timeout: Duration?, _ body: () async throws -> R) async throws -> R {
        do {
            return try await body()
        } catch let interruption as Interruption {
            throw await cancel(after: interruption, timeout)
        }
    }

    /// Cancels after a wait was interrupted, and says what the caller is told.
    ///
    /// - Parameter take: is given what comes until the server is ready again.
    func cancel(
        after interruption: Interruption, _ timeout: Duration?, taking take: (QueryEvent) throws -> Void = { _ in }
    ) async -> any Error {
        switch interruption {
        case .cancelled:
            await cancel(taking: take)
            return CancellationError()
        case .timedOut:
            let isUsable = await cancel(within: Self.graceForCancelling, taking: take)
            return PostgresError.connection(
                .queryTimedOut(endpoint, effectiveTimeout(timeout) ?? .zero, isUsable: isUsable))
        }
    }

    /// Asks the server to cancel, and reads on until it is ready again. When that does not come about in time, the
    /// connection is closed, which the server notices too.
    ///
    /// - Returns: whether the connection can be used further.
    @discardableResult
    func cancel(
        within duration: Duration = .seconds(5), taking take: (QueryEvent) throws -> Void = { _ in }
    ) async -> Bool {
        // Where nobody can be asked, only an answer that is on its way is worth waiting for.
        let limit = Limit.cleanup(transport.route.isRepeatable ? duration : .milliseconds(100))
        do {
            // With the login's last answers comes the key to cancel by.
            try await finishLogin(limit)
            try await cut(limit, taking: take)
            return true
        } catch {
            fail(.connection(.cancelUnanswered(endpoint)))
            return false
        }
    }

    /// More bytes than the systems' buffers hold between a server and a client.
    private static let maximumOnTheWay = 32 << 20

    /// Asks to cancel what is under way, and reads on until the server is ready again. It is asked again after a while: a
    /// server that was asked before it had begun with the statement takes that for none of it.
    ///
    /// - Throws: ``Interruption`` when it is not ready in time. When it has sent more since than can have been on the way, the
    ///   connection is closed beside that.
    func cut(_ limit: Limit, taking take: (QueryEvent) throws -> Void = { _ in }) async throws {
        var interval = Duration.milliseconds(250)
        let before = transport.traffic.bytesReceived
        while true {
            await requestCancel(until: limit.within(.seconds(5)).deadline)
            let next = limit.within(interval)
            do {
                return try await drain(next, taking: take)
            } catch Interruption.timedOut where next.deadline != limit.deadline {
                guard transport.traffic.bytesReceived - before <= Self.maximumOnTheWay else {
                    fail(.connection(.cancelUnanswered(endpoint)))
                    throw Interruption.timedOut
                }
                interval = interval * 2
            }
        }
    }

    /// Sends CancelRequest by a connection of its own on the very same route, through TLS if this one is. It has no answer
    /// but the connection's end, and it may come too late: all that can be done is to wait for that end, so that it does not
    /// hit the next statement.
    func requestCancel(until deadline: MonotonicInstant?) async {
        guard transport.route.isRepeatable, let key = session.backendKey else { return }
        let start = observation == nil ? nil : MonotonicInstant.now
        // The task that calls is cancelled already, which would end every wait at once.
        await Task { [transport, configuration, endpoint] in
            await CancelRequest.send(
                key, by: transport.route, isEncrypted: transport.tlsInfo != nil, configuration, endpoint, deadline)
        }.value
        if let observation, let start {
            let duration = start.duration(to: .now)
            observation.observer.happened(.cancelRequested(observation.connection, duration: duration))
        }
    }
}

/// The request that a server give up what one of its connections is doing (manual: "Canceling Requests in Progress").
enum CancelRequest {
    /// Sends it by a new connection on `route`, and waits until the server has closed that. Best effort: whatever goes
    /// wrong, the caller goes on waiting for the statement itself.
    static func send(
        _ key: Session.BackendKey, by route: Route, isEncrypted: Bool,
        _ configuration: Connection.Configuration,
        _ endpoint: Endpoint, _ deadline: MonotonicInstant?
    ) async {
        do throws(Transport.Failure) {
            let transport = try await Transport.connect(by: route, configuration.tcp, until: deadline)
            if let trace = configuration.wireTrace { transport.observer = Transport.observer(tracing: trace) }
            if let required = configuration.requiredPeer, endpoint.unixSocketPath != nil {
                // The key is for nobody else.
                guard (try? transport.peerUser()) == required else { return }
            }
            if isEncrypted {
                if configuration.tls.negotiation == .postgres {
                    guard try await transport.requestTLS(until: deadline) == .willing else { return }
                }
                try await transport.startTLS(configuration.tls, host: endpoint.host, until: deadline)
            }
            var request = ByteWriter()
            FrontendMessage.cancelRequest(processID: key.processID, secretKey: key.secretKey, to: &request)
            try transport.stage(&request)
            try await transport.flushAll(until: deadline)
            var input = InputBuffer(chunkSize: 256)
            // The server has nothing to say but the end; whoever says more is not listened to.
            while transport.traffic.bytesReceived < Transport.maximumHandshake, deadline.map({ .now < $0 }) ?? true {
                if try transport.receive(into: &input) == .end { return }
                input.consume(input.count)
                try await transport.wait(for: .readable, until: deadline)
            }
        } catch {
            // Nothing to be done, and nobody to tell.
        }
    }
}
