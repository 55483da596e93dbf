import COpenSSL

/// The server's side of TLS over bytes in memory, so that a script decides what is sent when.
final class ScriptedTLS: ConnectionFilter {
    private let behaviour: ScriptedServer.TLSBehaviour
    private let session: OpaquePointer
    private let incoming: OpaquePointer
    private let outgoing: OpaquePointer
    private var isOpen = false

    init(certificatePEM: String, privateKeyPEM: String, _ behaviour: ScriptedServer.TLSBehaviour) throws {
        self.behaviour = behaviour
        guard let context = SSL_CTX_new(TLS_server_method()) else { throw Self.failure("SSL_CTX_new") }
        defer { SSL_CTX_free(context) }
        guard let leaf = Self.parse(certificatePEM, { PEM_read_bio_X509($0, nil, nil, nil) }) else {
            throw ScriptFailure("the certificate is no PEM")
        }
        defer { X509_free(leaf) }
        guard let key = Self.parse(privateKeyPEM, { PEM_read_bio_PrivateKey($0, nil, nil, nil) }) else {
            throw ScriptFailure("the private key is no PEM")
        }
        defer { EVP_PKEY_free(key) }
        guard SSL_CTX_use_certificate(context, leaf) == 1, SSL_CTX_use_PrivateKey(context, key) == 1,
            COpenSSL_setMaximumVersion(context, behaviour.speaksTLS13 ? TLS1_3_VERSION : TLS1_2_VERSION) == 1
        else { throw Self.failure("SSL_CTX_use_PrivateKey") }
        guard let session = SSL_new(context), let incoming = BIO_new(BIO_s_mem()), let outgoing = BIO_new(BIO_s_mem())
        else { throw Self.failure("SSL_new") }
        self.session = session
        self.incoming = incoming
        self.outgoing = outgoing
        SSL_set_bio(session, incoming, outgoing)
        SSL_set_accept_state(session)
        if let name = behaviour.applicationProtocol {
            chosen = [UInt8](name.utf8)
            SSL_CTX_set_alpn_select_cb(
                context,
                { _, chosen, length, _, _, this in
                    guard let this else { return SSL_TLSEXT_ERR_NOACK }
                    let tls = Unmanaged<ScriptedTLS>.fromOpaque(this).takeUnretainedValue()
                    chosen?.pointee = UnsafePointer(tls.place)
                    length?.pointee = UInt8(clamping: tls.chosen.count)
                    return SSL_TLSEXT_ERR_OK
                }, Unmanaged.passUnretained(self).toOpaque())
            for (index, byte) in chosen.prefix(255).enumerated() { place[index] = byte }
        }
    }

    /// The protocol that is chosen, and where OpenSSL finds it.
    private var chosen: [UInt8] = []
    private let place = UnsafeMutablePointer<UInt8>.allocate(capacity: 255)

    deinit {
        SSL_free(session)
        place.deallocate()
    }

    /// A failure, with what OpenSSL says of it.
    private static func failure(_ call: String) -> ScriptFailure {
        var text = [CChar](repeating: 0, count: 256)
        ERR_error_string_n(ERR_get_error(), &text, text.count)
        let reason = String(decoding: text.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
        return ScriptFailure("TLS: \(call) failed: \(reason)")
    }

    private static func parse(_ text: String, _ read: (OpaquePointer) -> OpaquePointer?) -> OpaquePointer? {
        // The bytes have to stay where they are.
        Array(text.utf8).withUnsafeBytes { bytes in
            guard let bio = BIO_new_mem_buf(bytes.baseAddress, Int32(bytes.count)) else { return nil }
            defer { BIO_free(bio) }
            return read(bio)
        }
    }

    func receive(_ bytes: [UInt8]) throws -> (content: [UInt8], reply: [UInt8]) {
        guard BIO_write(incoming, bytes, Int32(bytes.count)) == Int32(bytes.count) else {
            throw Self.failure("BIO_write")
        }
        // SSL_get_error looks at what failed on this thread before, too.
        ERR_clear_error()
        if !isOpen {
            let result = SSL_do_handshake(session)
            if result != 1 {
                guard SSL_get_error(session, result) == SSL_ERROR_WANT_READ else {
                    throw Self.failure("the handshake")
                }
                return ([], output)
            }
            isOpen = true
            if !behaviour.greeting.isEmpty { SSL_write(session, behaviour.greeting, Int32(behaviour.greeting.count)) }
        }
        var content: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 16 * 1024)
        while true {
            let count = SSL_read(session, &buffer, Int32(buffer.count))
            guard count > 0 else { break }
            content += buffer.prefix(Int(count))
        }
        return (content, output)
    }

    func send(_ content: [UInt8]) throws -> [UInt8] {
        ERR_clear_error()
        guard content.isEmpty || SSL_write(session, content, Int32(content.count)) > 0 else {
            throw Self.failure("SSL_write")
        }
        return output
    }

    /// What holds no data: KeyUpdate, which asks for one in return, in TLS 1.3; HelloRequest in TLS 1.2.
    func controlRecord() throws -> [UInt8] {
        if SSL_version(session) == TLS1_3_VERSION {
            guard SSL_key_update(session, SSL_KEY_UPDATE_REQUESTED) == 1 else { throw Self.failure("SSL_key_update") }
        } else {
            guard SSL_renegotiate(session) == 1 else { throw Self.failure("SSL_renegotiate") }
        }
        SSL_do_handshake(session)
        return output
    }

    private var output: [UInt8] {
        var bytes = [UInt8](repeating: 0, count: Int(BIO_ctrl_pending(outgoing)))
        BIO_read(outgoing, &bytes, Int32(bytes.count))
        return bytes
    }
}
