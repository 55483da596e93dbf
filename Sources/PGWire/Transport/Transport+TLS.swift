extension Transport {
    /// The server's answer to SSLRequest.
    enum TLSAnswer: Sendable, Hashable {
        case willing
        case unwilling
        /// An ErrorResponse, as of servers that are full or too old. The server is not authenticated, so its text is
        /// not shown (CVE-2024-10977).
        case error
        /// An invalid answer; its first bytes.
        case other([UInt8])
        /// `S` and further bytes, which a man in the middle injected so that they would be read as decrypted
        /// (CVE-2021-23222).
        case stuffed
        case end
    }

    /// More bytes than any handshake takes, or than come in records without data.
    static let maximumHandshake = 256 * 1024

    /// Sends SSLRequest and returns the answer.
    func requestTLS(until deadline: MonotonicInstant?) async throws(Failure) -> TLSAnswer {
        var request = ByteWriter()
        FrontendMessage.sslRequest(to: &request)
        try stage(&request)
        try await flushAll(until: deadline)
        var answer = InputBuffer(chunkSize: 256)
        while true {
            if try receive(into: &answer) == .end { return .end }
            let bytes = [UInt8](copying: answer.span)
            switch bytes.first {
            case nil: try await wait(for: .readable, until: deadline)
            case UInt8(ascii: "S"): return bytes.count == 1 ? .willing : .stuffed
            case UInt8(ascii: "N"): return bytes.count == 1 ? .unwilling : .stuffed
            case UInt8(ascii: "E"): return .error
            default: return .other(bytes)
            }
        }
    }

    /// Performs the TLS handshake, after ``requestTLS(until:)`` or instead of it. The client's last handshake message
    /// stays staged, to be sent with the next bytes.
    func startTLS(
        _ configuration: Connection.Configuration.TLS, host: String, until deadline: MonotonicInstant?
    ) async throws(Failure) {
        let sendsName = configuration.sendsServerName && !Self.isAddress(host) && host.utf8.first != UInt8(ascii: "/")
        let session = try Self.tlsResult { () throws(TLSFailure) in
            try TLSSession(context: .shared(for: configuration), serverName: sendsName ? host : nil)
        }
        if configuration.certificateMode == .require { session.noteCertificateRequest() }
        var isComplete = try Self.tlsResult { () throws(TLSFailure) in try session.handshake(writingTo: &pending) }
        do throws(Failure) {
            let before = traffic.bytesReceived
            while !isComplete {
                // Whoever sends without a pause leaves nothing to wait for.
                if Task.isCancelled { throw .cancelled }
                let isLate = deadline.map { $0 < .now } ?? false
                if isLate, traffic.bytesReceived - before > Self.maximumHandshake { throw .timedOut }
                isComplete = try await advanceHandshake(session, until: deadline)
            }
        } catch .timedOut {
            throw .timedOut
        } catch .cancelled {
            throw .cancelled
        } catch {
            // A server without direct negotiation closes the connection on a ClientHello.
            throw traffic.bytesReceived == 0 ? .tls(.directRefused) : error
        }
        // Bytes that came with the handshake's last message must be read without waiting for more.
        if session.hasLeftover { noteMoreToReceive() }
        switch session.applicationProtocol {
        case .postgres: break
        // In direct negotiation only ALPN shows that the server speaks the same protocol (as libpq).
        case .none: if configuration.negotiation == .direct { throw .tls(.noApplicationProtocol) }
        case .other: throw .tls(.failed("the server chose another protocol than postgresql by ALPN"))
        }
        if configuration.certificateMode == .require, !session.hasSentCertificate {
            throw .tls(.certificateNotRequested)
        }
        if configuration.mode == .verifyFull {
            try Self.tlsResult { () throws(TLSFailure) in try Self.checkName(session, host) }
        }
        tls = session
    }

    private static func tlsResult<R>(_ body: () throws(TLSFailure) -> R) throws(Failure) -> R {
        do throws(TLSFailure) { return try body() } catch { throw .tls(error) }
    }

    /// Performs one step of the handshake: sends, receives; returns whether it is complete.
    private func advanceHandshake(
        _ session: TLSSession, until deadline: MonotonicInstant?
    ) async throws(Failure) -> Bool {
        try await flushAll(until: deadline)
        while true {
            if takeReadable() {
                var isComplete = false
                let isBeginning = traffic.bytesReceived == 0
                let received = try receiveEncrypted(session) { () throws(TLSFailure) in
                    if isBeginning { try session.checkBeginning() }
                    isComplete = try session.handshake(writingTo: &pending)
                }
                switch received {
                case .end: throw .tls(.failed("the server closed the connection in the middle of the handshake"))
                case .bytes(let count) where count > 0: return isComplete
                case .bytes: break
                }
            }
            try await wait(for: .readable, until: deadline)
        }
    }

    private static func checkName(_ session: TLSSession, _ host: String) throws(TLSFailure) {
        guard let certificate = session.peerCertificate else { throw .untrusted("the server showed no certificate") }
        guard certificate.names(host, isAddress: isAddress(host)) else {
            throw .wrongName(certificate.namesForDisplay)
        }
    }

    /// The `tls-server-end-point` hash for channel binding; nil without TLS, or when the certificate has none.
    var tlsEndPointHash: [UInt8]? { tls?.peerCertificate?.endPointHash }

    /// Whether a host is a numeric address, which is verified as an address and never sent as SNI.
    private static func isAddress(_ host: String) -> Bool {
        host.utf8.contains(UInt8(ascii: ":")) || host.isIPv4Address
    }
}
