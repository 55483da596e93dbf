import COpenSSL

/// One connection's TLS. It sees bytes and no socket: what the peer sent is fed in, what is to be sent is taken out.
@safe final class TLSSession {
    private let session: OpaquePointer
    /// Holds what the peer sent until OpenSSL reads it; both belong to the session.
    private let incoming: OpaquePointer
    private let outgoing: OpaquePointer
    /// Its certificates and keys must live as long as the session.
    private let context: TLSContext

    /// What one step of reading brought.
    enum Reading {
        case bytes(Int)
        case needsMore
        case end
    }

    init(context: TLSContext, serverName: String?) throws(TLSFailure) {
        guard let session = unsafe SSL_new(context.pointer) else { throw .failed(OpenSSLError.take()) }
        guard let incoming = unsafe BIO_new(BIO_s_mem()), let outgoing = unsafe BIO_new(BIO_s_mem()) else {
            unsafe SSL_free(session)
            throw .failed("out of memory")
        }
        unsafe self.session = session
        unsafe self.incoming = incoming
        unsafe self.outgoing = outgoing
        self.context = context
        unsafe SSL_set_bio(session, incoming, outgoing)
        unsafe SSL_set_connect_state(session)
        if let serverName { _ = unsafe COpenSSL_setServerName(session, serverName) }
    }

    deinit { unsafe SSL_free(session) }

    /// Takes the handshake as far as it goes with what was fed; true when it is complete.
    func handshake() throws(TLSFailure) -> Bool {
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

    /// Whether the peer chose a protocol other than PostgreSQL's; none at all is fine, as older servers know nothing of
    /// ALPN.
    var choseOtherProtocol: Bool {
        var name: UnsafePointer<UInt8>?
        var length: UInt32 = 0
        unsafe SSL_get0_alpn_selected(session, &name, &length)
        guard let name = unsafe name, length > 0 else { return false }
        return unsafe !UnsafeBufferPointer(start: name, count: Int(length)).elementsEqual("postgresql".utf8)
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

    /// Gives the session what the peer sent.
    func feed(_ bytes: UnsafeRawBufferPointer) throws(TLSFailure) {
        var written = 0
        guard unsafe BIO_write_ex(incoming, bytes.baseAddress, bytes.count, &written) == 1, written == bytes.count
        else {
            throw .failed("out of memory")
        }
    }

    /// Decrypts into `buffer` some of what was fed.
    func read(into buffer: UnsafeMutableRawBufferPointer) throws(TLSFailure) -> Reading {
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

    /// Encrypts all of `bytes`; take the result by ``takeOutput(into:)``.
    func write(_ bytes: RawSpan) throws(TLSFailure) {
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

    /// Adds the message that ends the session in order.
    func close() {
        ERR_clear_error()
        _ = unsafe SSL_shutdown(session)
        ERR_clear_error()
    }

    /// Moves what is to be sent into `writer`.
    func takeOutput(into writer: inout ByteWriter) {
        let size = unsafe Int(BIO_ctrl_pending(outgoing))
        guard size > 0 else { return }
        unsafe writer.append(count: size) { buffer in
            var count = 0
            return unsafe BIO_read_ex(outgoing, buffer.baseAddress, buffer.count, &count) == 1 ? count : 0
        }
    }
}
