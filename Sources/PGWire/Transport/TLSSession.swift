import COpenSSL

/// One connection's TLS. It sees bytes and no socket: what the peer sent is lent to it, and what is to be sent it writes
/// where it is told to.
@safe final class TLSSession {
    private let session: OpaquePointer
    /// Its certificates and keys must live as long as the session.
    private let context: TLSContext
    /// What the peer sent and OpenSSL has not read; it lies in the memory of ``reading(_:_:)``'s caller.
    var incoming = unsafe UnsafeRawBufferPointer(start: nil, count: 0)
    /// What OpenSSL has written; the caller's for the time of a call, else empty.
    var outgoing = ByteWriter()
    /// What OpenSSL left unread at the end of ``reading(_:_:)``, as it does with what came together with the handshake's
    /// last message.
    private var leftover: [UInt8] = []

    /// What one step of reading brought.
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

    /// Lends `bytes` that the peer sent to what `body` does with the session.
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

    /// Throws when what was lent first is no record of TLS (RFC 8446, section 5.1): the peer had not expected TLS.
    func checkBeginning() throws(TLSFailure) {
        guard let type = unsafe incoming.first, !(20...24).contains(type) else { return }
        throw unsafe incoming.starts(with: "HTTP".utf8) ? .notPostgreSQL(Array(incoming)) : .directRefused
    }

    /// Whether something that the peer sent waits for the next ``reading(_:_:)``.
    var hasLeftover: Bool { !leftover.isEmpty }

    /// Takes the handshake as far as it goes with what was lent; true when it is complete.
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

    /// What the peer has chosen by ALPN.
    enum ApplicationProtocol {
        case postgres
        /// Nothing, as servers before 17 and most poolers do, which know nothing of ALPN.
        case none
        case other
    }

    /// What the peer has chosen by ALPN.
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

    /// Decrypts into `buffer` some of what was lent.
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
            // The memory it writes to grows, so that nothing can be in the way but an error.
            guard result == 1, count > 0 else { throw .failed(OpenSSLError.take()) }
            rest = rest.extracting(droppingFirst: count)
        }
    }

    /// Writes the message that ends the session in order.
    func close(writingTo output: inout ByteWriter) {
        swap(&outgoing, &output)
        defer { swap(&outgoing, &output) }
        ERR_clear_error()
        _ = unsafe SSL_shutdown(session)
        ERR_clear_error()
    }
}
