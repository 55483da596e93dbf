import COpenSSL
import Synchronization

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// The certificates, keys and settings that the TLS connections of one configuration share; the files are read once.
@safe final class TLSContext: @unchecked Sendable {
    /// Reference-counted and locked by OpenSSL.
    let pointer: OpaquePointer

    private init(_ pointer: OpaquePointer) { unsafe self.pointer = pointer }

    deinit {
        forgetKeyLog()
        unsafe SSL_CTX_free(pointer)
    }

    /// The contexts made so far. A changed file leads to a new one, so that renewed certificates take effect.
    private static let cache = Mutex<[Key: TLSContext]>([:])

    private struct Key: Hashable {
        var configuration: Connection.Configuration.TLS
        var fingerprints: [String]
    }

    /// The context for this configuration.
    static func shared(for configuration: Connection.Configuration.TLS) throws(TLSFailure) -> TLSContext {
        var files = [
            configuration.certificateFile, configuration.privateKeyFile, configuration.revocationListFile,
            configuration.revocationListDirectory,
        ].compactMap(\.self)
        if case .file(let path) = configuration.trustRoots { files.append(path) }
        let key = Key(configuration: configuration, fingerprints: files.map(fingerprint))
        if let known = cache.withLock({ $0[key] }) { return known }
        let context = try TLSContext(configuration)
        cache.withLock { cache in
            // Limits the memory of a program that makes ever new configurations.
            if cache.count >= 64 { cache.removeAll() }
            cache[key] = context
        }
        return context
    }

    /// Changes when the file or its permissions change.
    private static func fingerprint(_ path: String) -> String {
        var status = stat()
        guard unsafe stat(path, &status) == 0 else { return "absent" }
        #if canImport(Glibc)
        let changed = status.st_mtim
        #else
        let changed = status.st_mtimespec
        #endif
        return "\(status.st_ino).\(status.st_mode).\(status.st_size).\(changed.tv_sec).\(changed.tv_nsec)"
    }

    private convenience init(_ configuration: Connection.Configuration.TLS) throws(TLSFailure) {
        guard let context = unsafe SSL_CTX_new(TLS_client_method()) else { throw .failed(OpenSSLError.take()) }
        unsafe self.init(context)
        _ = unsafe COpenSSL_setMinimumVersion(context, configuration.minimumVersion.number)
        if let newest = configuration.maximumVersion { _ = unsafe COpenSSL_setMaximumVersion(context, newest.number) }
        // Servers up to 17 accept only P-256 by default and answer any other first key share by a HelloRetryRequest: a
        // round trip more.
        _ = unsafe COpenSSL_setGroups(context, "P-256:X25519:P-384:P-521")
        unsafe COpenSSL_setMode(
            context, Int(SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER)
        )
        // A renegotiation in TLS 1.2 would have to read while we write; PostgreSQL never asks for one.
        unsafe COpenSSL_refuseRenegotiation(context)
        let protocols = [UInt8(10)] + Array("postgresql".utf8)
        _ = unsafe SSL_CTX_set_alpn_protos(context, protocols, UInt32(protocols.count))
        try Self.checkFiles(configuration)
        if configuration.verifiesChain {
            try trust(configuration.trustRoots)
            try revoke(by: configuration)
        } else {
            // OpenSSL would otherwise build and check the chain, and ignore the result.
            unsafe SSL_CTX_set_cert_verify_callback(context, { _, _ in 1 }, nil)
        }
        if configuration.certificateMode != .disable { try presentCertificate(configuration) }
        if let path = configuration.keyLogFile { try logKeys(to: path) }
    }

    private func trust(_ roots: Connection.Configuration.TLS.TrustRoots) throws(TLSFailure) {
        unsafe SSL_CTX_set_verify(pointer, SSL_VERIFY_PEER, nil)
        switch roots {
        case .system:
            guard unsafe SSL_CTX_set_default_verify_paths(pointer) == 1 else {
                throw .unusableFile("the operating system's trust store: \(OpenSSLError.take())")
            }
        case .file(let path):
            guard unsafe SSL_CTX_load_verify_file(pointer, path) == 1 else {
                throw .unusableFile("the root certificate file \"\(path)\" (sslrootcert): \(OpenSSLError.take())")
            }
        }
    }

    private func presentCertificate(_ configuration: Connection.Configuration.TLS) throws(TLSFailure) {
        guard let certificate = configuration.certificateFile else { return }
        guard unsafe SSL_CTX_use_certificate_chain_file(pointer, certificate) == 1 else {
            throw .unusableFile("the client certificate file \"\(certificate)\" (sslcert): \(OpenSSLError.take())")
        }
        let path = configuration.privateKeyFile ?? certificate
        try Self.checkPermissions(path)
        guard let bio = unsafe BIO_new_file(path, "r") else {
            throw .unusableFile("the private key file \"\(path)\" (sslkey): \(OpenSSLError.take())")
        }
        defer { unsafe BIO_free(bio) }
        // Without a password OpenSSL would ask for one on the terminal; an empty one makes it fail instead.
        let key = unsafe (configuration.privateKeyPassword?.value ?? "").withCString { password in
            unsafe PEM_read_bio_PrivateKey(bio, nil, nil, UnsafeMutableRawPointer(mutating: password))
        }
        guard let key = unsafe key else {
            throw .unusableFile(
                "the private key file \"\(path)\" (sslkey) holds no key that this password opens (sslpassword): "
                    + OpenSSLError.take())
        }
        defer { unsafe EVP_PKEY_free(key) }
        guard unsafe SSL_CTX_use_PrivateKey(pointer, key) == 1, unsafe SSL_CTX_check_private_key(pointer) == 1 else {
            throw .unusableFile(
                "the private key file \"\(path)\" (sslkey) does not belong to the certificate \"\(certificate)\" (sslcert)"
            )
        }
    }

    /// As libpq: only its owner may read a private key; one that belongs to root may be readable by its group.
    private static func checkPermissions(_ path: String) throws(TLSFailure) {
        var status = stat()
        guard unsafe stat(path, &status) == 0 else {
            throw .unusableFile("the private key file \"\(path)\" (sslkey): \(SystemError.current)")
        }
        let forbidden: mode_t = status.st_uid == 0 ? 0o037 : 0o077
        guard status.st_mode & forbidden == 0 else {
            throw .unusableFile(
                "the private key file \"\(path)\" (sslkey) may be read by others: make it private with chmod 600")
        }
    }
}

extension Connection.Configuration.TLS {
    /// Whether the certificate's chain is checked: `require` with a root certificate file does so too, as in libpq.
    var verifiesChain: Bool {
        if mode.verifiesCertificate { return true }
        if mode == .require, case .file = trustRoots { return true }
        return false
    }
}

extension Connection.Configuration.TLS.Version {
    /// OpenSSL's constant for it.
    fileprivate var number: Int32 {
        switch self {
        case .tls12: TLS1_2_VERSION
        case .tls13: TLS1_3_VERSION
        }
    }
}

/// OpenSSL's error queue.
enum OpenSSLError {
    /// The message of this thread's last failed call; empties the queue.
    static func take() -> String {
        let code = ERR_get_error()
        ERR_clear_error()
        guard code != 0 else { return "no reason given" }
        if let reason = unsafe ERR_reason_error_string(code) { return unsafe String(cString: reason) }
        // A system error has its errno in the lowest bits.
        return SystemError(code: Int32(truncatingIfNeeded: code & 0x7FFF_FFFF)).description
    }
}
