import COpenSSL
import LocalPostgres
import PGWireTesting

/// The server's side of TLS for a ``ScriptedServer``: what no real server can be brought to do.
final class ScriptedTLS: ConnectionFilter {
    /// How the server behaves.
    struct Behaviour: Sendable {
        /// Whether it agrees by ALPN to speak PostgreSQL's protocol.
        var choosesProtocol = true
        /// The newest version that it speaks.
        var newest = TLS1_3_VERSION
        /// What it says as soon as the handshake is complete on its side, together with its last message.
        var greeting: [UInt8] = []
    }

    struct Failure: Error {
        let call: String
    }

    private let behaviour: Behaviour
    private let session: OpaquePointer
    private let incoming: OpaquePointer
    private let outgoing: OpaquePointer
    private var isOpen = false

    init(_ certificate: Certificate, _ behaviour: Behaviour) throws {
        self.behaviour = behaviour
        guard let context = SSL_CTX_new(TLS_server_method()) else { throw Failure(call: "SSL_CTX_new") }
        defer { SSL_CTX_free(context) }
        guard let leaf = Self.parse(certificate.certificatePEM, { PEM_read_bio_X509($0, nil, nil, nil) }),
            let key = Self.parse(certificate.privateKeyPEM, { PEM_read_bio_PrivateKey($0, nil, nil, nil) })
        else { throw Failure(call: "PEM") }
        defer {
            X509_free(leaf)
            EVP_PKEY_free(key)
        }
        guard SSL_CTX_use_certificate(context, leaf) == 1, SSL_CTX_use_PrivateKey(context, key) == 1,
            COpenSSL_setMaximumVersion(context, behaviour.newest) == 1
        else { throw Failure(call: "SSL_CTX_use_PrivateKey") }
        if behaviour.choosesProtocol {
            SSL_CTX_set_alpn_select_cb(
                context, { _, chosen, length, offered, _, _ in ScriptedTLS.choose(offered, chosen, length) }, nil)
        }
        guard let session = SSL_new(context), let incoming = BIO_new(BIO_s_mem()), let outgoing = BIO_new(BIO_s_mem())
        else { throw Failure(call: "SSL_new") }
        self.session = session
        self.incoming = incoming
        self.outgoing = outgoing
        SSL_set_bio(session, incoming, outgoing)
        SSL_set_accept_state(session)
    }

    deinit { SSL_free(session) }

    /// Chooses the first of what is offered.
    private static func choose(
        _ offered: UnsafePointer<UInt8>?, _ chosen: UnsafeMutablePointer<UnsafePointer<UInt8>?>?,
        _ length: UnsafeMutablePointer<UInt8>?
    ) -> Int32 {
        guard let offered else { return SSL_TLSEXT_ERR_NOACK }
        chosen?.pointee = offered + 1
        length?.pointee = offered[0]
        return SSL_TLSEXT_ERR_OK
    }

    private static func parse(_ text: String, _ read: (OpaquePointer) -> OpaquePointer?) -> OpaquePointer? {
        guard let bio = BIO_new_mem_buf(text, Int32(text.utf8.count)) else { return nil }
        defer { BIO_free(bio) }
        return read(bio)
    }

    func receive(_ bytes: [UInt8]) throws -> (content: [UInt8], reply: [UInt8]) {
        guard BIO_write(incoming, bytes, Int32(bytes.count)) == Int32(bytes.count) else {
            throw Failure(call: "BIO_write")
        }
        if !isOpen {
            let result = SSL_do_handshake(session)
            if result != 1 {
                guard SSL_get_error(session, result) == SSL_ERROR_WANT_READ else {
                    throw Failure(call: "SSL_do_handshake")
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
        guard content.isEmpty || SSL_write(session, content, Int32(content.count)) > 0 else {
            throw Failure(call: "SSL_write")
        }
        return output
    }

    private var output: [UInt8] {
        var bytes = [UInt8](repeating: 0, count: Int(BIO_ctrl_pending(outgoing)))
        BIO_read(outgoing, &bytes, Int32(bytes.count))
        return bytes
    }
}

extension ScriptedServer.Step {
    /// Speaks TLS from here on, beginning with the client's ClientHello.
    static func tls(_ certificate: Certificate, _ behaviour: ScriptedTLS.Behaviour = .init()) -> Self {
        Self("TLS") { $0.filter = try ScriptedTLS(certificate, behaviour) }
    }
}
