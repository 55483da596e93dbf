import COpenSSL

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

extension TLSContext {
    /// Refuses what OpenSSL would wait for without end, as a named pipe.
    static func checkFiles(_ configuration: Connection.Configuration.TLS) throws(TLSFailure) {
        var files = [
            ("the client certificate file", "sslcert", configuration.certificateFile),
            ("the private key file", "sslkey", configuration.privateKeyFile),
            ("the revocation list file", "sslcrl", configuration.revocationListFile),
            ("the key log file", "sslkeylogfile", configuration.keyLogFile),
        ]
        if case .file(let path) = configuration.trustRoots {
            files.append(("the root certificate file", "sslrootcert", path))
        }
        for case (let what, let parameter, let path?) in files {
            var status = stat()
            guard unsafe stat(path, &status) == 0, status.st_mode & S_IFMT != S_IFREG else { continue }
            throw .unusableFile("\(what) \"\(path)\" (\(parameter)): it is no regular file")
        }
    }

    /// Checks certificates against these lists too, those of authorities included.
    func revoke(by configuration: Connection.Configuration.TLS) throws(TLSFailure) {
        let file = configuration.revocationListFile
        let directory = configuration.revocationListDirectory
        guard file != nil || directory != nil else { return }
        guard let store = unsafe SSL_CTX_get_cert_store(pointer) else { throw .failed(OpenSSLError.take()) }
        if let file, unsafe X509_STORE_load_file(store, file) != 1 {
            throw .unusableFile("the revocation list file \"\(file)\" (sslcrl): \(OpenSSLError.take())")
        }
        if let directory {
            // OpenSSL takes any path, and looks for the lists only when it needs them.
            var status = stat()
            guard unsafe stat(directory, &status) == 0, status.st_mode & S_IFMT == S_IFDIR,
                unsafe X509_STORE_load_path(store, directory) == 1
            else { throw .unusableFile("\"\(directory)\" (sslcrldir) is not a directory that can be read") }
        }
        _ = unsafe X509_STORE_set_flags(store, UInt(X509_V_FLAG_CRL_CHECK | X509_V_FLAG_CRL_CHECK_ALL))
    }

    /// Appends the keys of each connection to the file at `path`.
    func logKeys(to path: String) throws(TLSFailure) {
        guard Self.append(nil, toFile: path) else {
            throw .unusableFile("the key log file \"\(path)\" (sslkeylogfile): \(SystemError.current)")
        }
        guard let copy = unsafe strdup(path) else { throw .failed("out of memory") }
        // The callback finds it by the context; ``forgetKeyLog()`` frees it.
        _ = unsafe SSL_CTX_set_ex_data(pointer, 0, copy)
        unsafe SSL_CTX_set_keylog_callback(pointer) { session, line in
            guard let context = unsafe SSL_get_SSL_CTX(session), let path = unsafe SSL_CTX_get_ex_data(context, 0),
                let line = unsafe line
            else { return }
            let file = unsafe String(cString: path.assumingMemoryBound(to: CChar.self))
            // Best effort, as in libpq: the connection works without.
            _ = unsafe TLSContext.append(String(cString: line) + "\n", toFile: file)
        }
    }

    /// To be called last, before the context is freed.
    func forgetKeyLog() {
        unsafe free(SSL_CTX_get_ex_data(pointer, 0))
    }

    /// Adds a line to a file, which is made so that only its owner can read it if it is not there; false if that failed.
    private static func append(_ line: String?, toFile path: String) -> Bool {
        let descriptor = unsafe open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { return false }
        defer { close(descriptor) }
        guard var line else { return true }
        // In one write, so that the lines of several connections do not mix.
        return line.withUTF8 { unsafe write(descriptor, $0.baseAddress, $0.count) == $0.count }
    }
}
