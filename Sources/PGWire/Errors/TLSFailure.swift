/// Why TLS failed.
package enum TLSFailure: Error, Sendable, Hashable {
    /// The server does not offer TLS.
    case refused
    /// The server accepted TLS, and plaintext came with the reply (CVE-2021-23222).
    case stuffed
    /// The server answered SSLRequest by an ErrorResponse.
    case answeredByError
    /// The server closed the connection, or answered in plaintext, in direct negotiation.
    case directRefused
    /// The server did not select PostgreSQL's protocol by ALPN, which direct negotiation requires.
    case noApplicationProtocol
    /// The answer to SSLRequest is invalid; these are its first bytes.
    case notPostgreSQL([UInt8])
    /// The server did not ask for the client's certificate, or there is no TLS, and `sslcertmode` requires it.
    case certificateNotRequested
    /// A file of the configuration cannot be used; the text says which and why.
    case unusableFile(String)
    /// The server's certificate is not trusted; the text says why.
    case untrusted(String)
    /// The certificate is trusted but names others; the text lists them.
    case wrongName(String)
    /// Any other failure, in OpenSSL's words.
    case failed(String)
}

extension TLSFailure {
    /// What went wrong, in few words.
    var reason: String {
        switch self {
        case .unusableFile(let text), .untrusted(let text), .wrongName(let text), .failed(let text): text
        case .refused, .stuffed, .answeredByError, .directRefused, .noApplicationProtocol, .certificateNotRequested,
            .notPostgreSQL:
            "no TLS"
        }
    }
}
