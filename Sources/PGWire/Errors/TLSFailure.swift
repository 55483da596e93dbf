/// Why TLS did not come about.
package enum TLSFailure: Error, Sendable, Hashable {
    /// The server does not offer it.
    case refused
    /// The server agreed and added bytes in clear.
    case stuffed
    /// The server answered the request by an ErrorResponse.
    case answeredByError
    /// The server hung up, or answered in clear, when TLS began without being asked for.
    case directRefused
    /// The server did not say by ALPN that it speaks PostgreSQL's protocol, as it must where TLS was not asked for.
    case noApplicationProtocol
    /// The answer was none; these are its first bytes.
    case notPostgreSQL([UInt8])
    /// A file of the configuration cannot be used; the text names it and says why.
    case unusableFile(String)
    /// The server's certificate is not trusted; the text says why.
    case untrusted(String)
    /// The certificate is trusted but names others; the text lists them.
    case wrongName(String)
    /// Anything else in the handshake or after it, in OpenSSL's words.
    case failed(String)
}

extension TLSFailure {
    /// What went wrong, in few words.
    var reason: String {
        switch self {
        case .unusableFile(let text), .untrusted(let text), .wrongName(let text), .failed(let text): text
        case .refused, .stuffed, .answeredByError, .directRefused, .noApplicationProtocol, .notPostgreSQL: "no TLS"
        }
    }
}
