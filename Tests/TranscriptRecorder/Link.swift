import COpenSSL
import PGWire

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// A blocking connection to a server on this computer, in clear or through TLS. It is the recorder's own, so that what
/// is recorded does not depend on the client that will be tested with it.
final class Link {
    struct Failure: Error, CustomStringConvertible {
        var description: String
    }

    private let descriptor: Int32
    private var context: OpaquePointer?
    private var tls: OpaquePointer?

    init(port: Int) throws {
        #if canImport(Glibc)
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        #else
        descriptor = socket(AF_INET, SOCK_STREAM, 0)
        #endif
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        address.sin_port = UInt16(truncatingIfNeeded: port).bigEndian
        let result = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard result == 0 else { throw Failure(description: "no connection to port \(port)") }
    }

    deinit {
        SSL_free(tls)
        SSL_CTX_free(context)
        close(descriptor)
    }

    /// Asks for TLS and begins it. The certificate is not checked: it was made minutes ago, by the same program.
    func startTLS() throws {
        var request = ByteWriter()
        FrontendMessage.sslRequest(to: &request)
        try send(request.bytes)
        guard try receive(atMost: 1) == Array("S".utf8) else { throw Failure(description: "the server has no TLS") }
        context = SSL_CTX_new(TLS_client_method())
        tls = SSL_new(context)
        guard SSL_set_fd(tls, descriptor) == 1, SSL_connect(tls) == 1 else {
            throw Failure(description: "the TLS handshake failed")
        }
    }

    /// The version, such as `TLSv1.3`; nil in clear.
    var tlsVersion: String? { tls.map { String(cString: SSL_get_version($0)) } }

    /// What SCRAM binds to; LocalPostgres signs with SHA-256.
    var endpointHash: [UInt8]? {
        guard let tls, let certificate = SSL_get1_peer_certificate(tls) else { return nil }
        defer { X509_free(certificate) }
        var hash = [UInt8](repeating: 0, count: Int(EVP_MAX_MD_SIZE))
        var length: UInt32 = 0
        guard X509_digest(certificate, EVP_sha256(), &hash, &length) == 1 else { return nil }
        return Array(hash.prefix(Int(length)))
    }

    func send(_ bytes: [UInt8]) throws {
        var sent = 0
        while sent < bytes.count {
            let count = bytes[sent...].withUnsafeBytes { rest in
                if let tls { return Int(SSL_write(tls, rest.baseAddress, Int32(rest.count))) }
                return write(descriptor, rest.baseAddress, rest.count)
            }
            guard count > 0 else { throw Failure(description: "the server has closed the connection") }
            sent += count
        }
    }

    /// Some bytes; none at the end of the stream.
    func receive(atMost limit: Int = 64 * 1024) throws -> [UInt8] {
        var buffer = [UInt8](repeating: 0, count: limit)
        let count: Int
        if let tls {
            count = Int(SSL_read(tls, &buffer, Int32(limit)))
        } else {
            count = read(descriptor, &buffer, limit)
        }
        return Array(buffer.prefix(max(count, 0)))
    }
}
