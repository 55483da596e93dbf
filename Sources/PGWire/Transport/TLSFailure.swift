/// Why TLS did not come about.
package enum TLSFailure: Error, Sendable, Hashable {
    /// A file of the configuration cannot be used; the text names it and says why.
    case unusableFile(String)
    /// The server's certificate is not trusted; the text says why.
    case untrusted(String)
    /// The certificate is trusted but names others; the text lists them.
    case wrongName(String)
    /// Anything else in the handshake or after it, in OpenSSL's words.
    case failed(String)
}
