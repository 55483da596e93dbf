extension Transport {
    /// What the server said to SSLRequest.
    enum TLSAnswer: Sendable, Hashable {
        case willing
        case unwilling
        /// An ErrorResponse, as servers send that are full or too old. Its text comes from nobody who has proved
        /// anything, so it is not shown (CVE-2024-10977).
        case error
        /// Something that is no answer; the first bytes.
        case other([UInt8])
        /// The byte that says yes, and more with it: somebody on the way adds words that would later count as encrypted
        /// (CVE-2021-23222).
        case stuffed
        case end
    }

    /// Asks whether the server speaks TLS.
    func requestTLS(until deadline: ContinuousClock.Instant?) async throws(Failure) -> TLSAnswer {
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

    /// Turns TLS on, after ``requestTLS(until:)`` or instead of it. The client's last message of the handshake stays staged, to travel with what is sent next.
    func startTLS(
        _ configuration: Connection.Configuration.TLS, host: String, until deadline: ContinuousClock.Instant?
    ) async throws(Failure) {
        let sendsName = configuration.sendsServerName && !Self.isAddress(host) && host.utf8.first != UInt8(ascii: "/")
        let session = try Self.tlsResult { () throws(TLSFailure) in
            try TLSSession(context: .shared(for: configuration), serverName: sendsName ? host : nil)
        }
        var isComplete = try Self.tlsResult { () throws(TLSFailure) in try session.handshake(writingTo: &pending) }
        do throws(Failure) {
            while !isComplete { isComplete = try await advanceHandshake(session, until: deadline) }
        } catch .timedOut {
            throw .timedOut
        } catch .cancelled {
            throw .cancelled
        } catch {
            // Who was not asked for TLS and does not know this takes ClientHello for nonsense, and hangs up.
            throw traffic.bytesReceived == 0 ? .tls(.directRefused) : error
        }
        // What came along with the handshake's last message is to be read without waiting for more.
        if session.hasLeftover { noteMoreToReceive() }
        switch session.applicationProtocol {
        case .postgres: break
        // Where TLS was not asked for, nothing else shows that both ends speak of the same protocol.
        case .none: if configuration.negotiation == .direct { throw .tls(.noApplicationProtocol) }
        case .other: throw .tls(.failed("the server chose another protocol than postgresql by ALPN"))
        }
        if configuration.mode == .verifyFull {
            try Self.tlsResult { () throws(TLSFailure) in try Self.checkName(session, host) }
        }
        tls = session
    }

    private static func tlsResult<R>(_ body: () throws(TLSFailure) -> R) throws(Failure) -> R {
        do throws(TLSFailure) { return try body() } catch { throw .tls(error) }
    }

    /// Sends what is to be sent, waits for what the server says to it, and says whether the handshake is complete.
    private func advanceHandshake(
        _ session: TLSSession, until deadline: ContinuousClock.Instant?
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

    /// The hash to which SCRAM is bound; nil in clear, or where the certificate allows none.
    var tlsEndPointHash: [UInt8]? { tls?.peerCertificate?.endPointHash }

    /// Whether a host is a numeric address, which is verified as such and never sent as a server name.
    private static func isAddress(_ host: String) -> Bool {
        host.utf8.contains(UInt8(ascii: ":")) || host.isIPv4Address
    }
}
