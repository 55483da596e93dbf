import COpenSSL

/// The TLS session of one connection, without a socket: it borrows the bytes received and writes those to send into a
/// buffer.
@safe final class TLSSession {
    private let session: OpaquePointer
    /// The certificates and keys must live as long as the session.
    private let context: TLSContext
    /// The received bytes that OpenSSL has not read; borrowed from the caller of ``reading(_:_:)``.
    var incoming = unsafe UnsafeRawBufferPointer(start: nil, count: 0)
    /// The buffer that OpenSSL writes to: the caller's during a call, otherwise empty.
    var outgoing = ByteWriter()
    /// The bytes that OpenSSL left unread at the end of ``reading(_:_:)``, such as those after the handshake's last
    /// message.
    private var leftover: [UInt8] = []

    /// Whether the server asked for the client's certificate and got it; known only after ``noteCertificateRequest()``.
    private(set) var hasSentCertificate = false

    /// The result of one read.
    enum Reading {
        case bytes(Int)
        case needsMore
        case end
    }

    init(context: TLSContext, serverName: String?) throws(TLSFailure) {
        guard let session = unsafe SSL_new(context.pointer) else { throw .failed(OpenSSLError.take()) }
        unsafe self.session = session
        self.context = context
        guard let bio = unsafe makeBIO() else { throw .failed("out of memory") }
        unsafe SSL_set_bio(session, bio, bio)
        unsafe SSL_set_connect_state(session)
        if let serverName { _ = unsafe COpenSSL_setServerName(session, serverName) }
    }

    deinit { unsafe SSL_free(session) }

    /// Lets ``hasSentCertificate`` be found out in the handshake to come.
    func noteCertificateRequest() {
        // The session frees what would call back, so that this object is there when it is called.
        unsafe SSL_set_cert_cb(
            session,
            { session, object in
                guard let object = unsafe object else { return 1 }
                let this = unsafe Unmanaged<TLSSession>.fromOpaque(object).takeUnretainedValue()
                this.hasSentCertificate = unsafe SSL_get_certificate(session) != nil
                return 1
            }, Unmanaged.passUnretained(self).toOpaque())
    }

    /// Runs `body` while the session borrows `bytes`, which the peer sent.
    func reading(_ bytes: UnsafeRawBufferPointer, _ body: () throws(TLSFailure) -> Void) throws(TLSFailure) {
        guard leftover.isEmpty else {
            let all = unsafe leftover + bytes
            leftover = []
            return try unsafe all.rawSpan.withUnsafeBytes { all throws(TLSFailure) in try unsafe reading(all, body) }
        }
        unsafe incoming = bytes
        defer {
            if unsafe !incoming.isEmpty { leftover = unsafe Array(incoming) }
            unsafe incoming = UnsafeRawBufferPointer(start: nil, count: 0)
        }
        try body()
    }

    /// Throws when the first bytes are not a TLS record (RFC 8446, section 5.1): the peer did not expect TLS.
    func checkBeginning() throws(TLSFailure) {
        guard let type = unsafe incoming.first, !(20...24).contains(type) else { return }
        throw unsafe incoming.starts(with: "HTTP".utf8) ? .notPostgreSQL(Array(incoming)) : .directRefused
    }

    /// Whether received bytes wait for the next ``reading(_:_:)``.
    var hasLeftover: Bool { !leftover.isEmpty }

    /// Advances the handshake as far as the borrowed bytes allow; true when it is complete.
    func handshake(writingTo output: inout ByteWriter) throws(TLSFailure) -> Bool {
        swap(&outgoing, &output)
        defer { swap(&outgoing, &output) }
        ERR_clear_error()
        let result = unsafe SSL_do_handshake(session)
        if result == 1 { return true }
        switch unsafe SSL_get_error(session, result) {
        case SSL_ERROR_WANT_READ, SSL_ERROR_WANT_WRITE: return false
        default: throw handshakeFailure()
        }
    }

    private func handshakeFailure() -> TLSFailure {
        let reason = OpenSSLError.take()
        let verification = unsafe SSL_get_verify_result(session)
        guard verification != Int(X509_V_OK) else { return .failed(reason) }
        return .untrusted(unsafe String(cString: X509_verify_cert_error_string(verification)))
    }

    /// The protocol that the server selected by ALPN.
    enum ApplicationProtocol {
        case postgres
        /// None: servers before 17 and most poolers do not know ALPN.
        case none
        case other
    }

    /// The protocol that the server selected by ALPN.
    var applicationProtocol: ApplicationProtocol {
        var name: UnsafePointer<UInt8>?
        var length: UInt32 = 0
        unsafe SSL_get0_alpn_selected(session, &name, &length)
        guard let name = unsafe name, length > 0 else { return .none }
        let chosen = unsafe UnsafeBufferPointer(start: name, count: Int(length))
        return unsafe chosen.elementsEqual("postgresql".utf8) ? .postgres : .other
    }

    /// The peer's certificate.
    var peerCertificate: PeerCertificate? {
        unsafe SSL_get1_peer_certificate(session).map { unsafe PeerCertificate($0) }
    }

    /// The version, such as `TLSv1.3`.
    var protocolVersion: String { unsafe String(cString: SSL_get_version(session)) }

    /// The cipher, such as `TLS_AES_256_GCM_SHA384`.
    var cipher: String {
        unsafe SSL_CIPHER_get_name(SSL_get_current_cipher(session)).map { unsafe String(cString: $0) } ?? ""
    }

    /// Decrypts a part of the borrowed bytes into `buffer`.
    func read(
        into buffer: UnsafeMutableRawBufferPointer, writingTo output: inout ByteWriter
    ) throws(TLSFailure) -> Reading {
        swap(&outgoing, &output)
        defer { swap(&outgoing, &output) }
        ERR_clear_error()
        var count = 0
        let result = unsafe SSL_read_ex(session, buffer.baseAddress, buffer.count, &count)
        if result == 1 { return .bytes(count) }
        switch unsafe SSL_get_error(session, result) {
        case SSL_ERROR_WANT_READ, SSL_ERROR_WANT_WRITE: return .needsMore
        case SSL_ERROR_ZERO_RETURN: return .end
        default: throw .failed(OpenSSLError.take())
        }
    }

    /// Encrypts all of `bytes`.
    func write(_ bytes: RawSpan, to output: inout ByteWriter) throws(TLSFailure) {
        swap(&outgoing, &output)
        defer { swap(&outgoing, &output) }
        var rest = bytes
        while !rest.isEmpty {
            ERR_clear_error()
            var count = 0
            let result = unsafe rest.withUnsafeBytes { unsafe SSL_write_ex(session, $0.baseAddress, $0.count, &count) }
            // The buffer grows, so only an error can prevent the write.
            guard result == 1, count > 0 else { throw .failed(OpenSSLError.take()) }
            rest = rest.extracting(droppingFirst: count)
        }
    }

    /// Writes the close_notify alert.
    func close(writingTo output: inout ByteWriter) {
        swap(&outgoing, &output)
        defer { swap(&outgoing, &output) }
        ERR_clear_error()
        _ = unsafe SSL_shutdown(session)
        ERR_clear_error()
    }
}
