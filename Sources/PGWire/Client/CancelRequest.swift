/// The request that a server give up what one of its connections is doing (manual: "Canceling Requests in Progress").
enum CancelRequest {
    /// More than any handshake takes.
    private static let maximumReceived = 256 * 1024

    /// Sends it by a new connection to `address`, and waits until the server has closed that. Best effort: whatever goes
    /// wrong, the caller goes on waiting for the statement itself.
    static func send(
        _ key: Session.BackendKey, to address: SocketAddress, isEncrypted: Bool,
        _ configuration: Connection.Configuration,
        _ endpoint: Endpoint, _ deadline: ContinuousClock.Instant?
    ) async {
        do throws(Transport.Failure) {
            let transport = try await Transport.connect(to: address, until: deadline)
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
            while transport.traffic.bytesReceived < Self.maximumReceived, deadline.map({ .now < $0 }) ?? true {
                if try transport.receive(into: &input) == .end { return }
                input.consume(input.count)
                try await transport.wait(for: .readable, until: deadline)
            }
        } catch {
            // Nothing to be done, and nobody to tell.
        }
    }
}
