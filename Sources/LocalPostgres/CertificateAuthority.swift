import COpenSSL

/// A certificate authority made on the spot, for tests and development.
///
/// ```swift
/// let authority = try CertificateAuthority(commonName: "test CA")
/// let server = try authority.issue(commonName: "localhost", dnsNames: ["localhost"], ipAddresses: ["127.0.0.1"])
/// let expired = try authority.issue(commonName: "localhost", dnsNames: ["localhost"], notAfter: -60)
/// ```
public struct CertificateAuthority: Sendable {
    /// The kind of a private key.
    public enum KeyAlgorithm: Sendable {
        /// Elliptic curve NIST P-256: made in a millisecond.
        case ecP256
        /// RSA with 2048 bits: takes some hundred milliseconds.
        case rsa2048
    }

    /// The digest in a signature. It also decides the digest of channel binding (`tls-server-end-point`).
    public enum Digest: Sendable {
        case sha256
        case sha384
        case sha512
    }

    /// The authority's own certificate and key.
    public let certificate: Certificate
    private let keyAlgorithm: KeyAlgorithm
    private let digest: Digest

    /// The authority's certificate as PEM: what a client trusts (`sslrootcert`).
    public var certificatePEM: String { certificate.certificatePEM }

    /// Makes a key and a self-signed certificate.
    ///
    /// - Parameters:
    ///   - commonName: The name of the authority, 1 to 64 bytes of UTF-8.
    ///   - keyAlgorithm: For its own key and those of the certificates that it issues.
    ///   - digest: For all signatures.
    ///   - notBefore: Begin of validity, in seconds from now.
    ///   - notAfter: End of validity, in seconds from now; ten years if not said.
    /// - Throws: `LocalPostgresError.openSSL`.
    public init(
        commonName: String, keyAlgorithm: KeyAlgorithm = .ecP256, digest: Digest = .sha256,
        notBefore: Int = -300, notAfter: Int = 3650 * 86_400
    ) throws {
        let key = try PrivateKey(keyAlgorithm)
        let draft = try CertificateDraft(commonName: commonName, notBefore: notBefore, notAfter: notAfter, key: key)
        try draft.setIssuer(nil)
        try draft.add(NID_basic_constraints, "critical,CA:TRUE")
        try draft.add(NID_key_usage, "critical,keyCertSign,cRLSign")
        certificate = Certificate(
            certificatePEM: try draft.signed(with: key, digest: digest), privateKeyPEM: try key.pem)
        self.keyAlgorithm = keyAlgorithm
        self.digest = digest
    }

    /// An authority that was made before.
    ///
    /// - Throws: `LocalPostgresError.openSSL` when the text is no certificate with its key.
    public init(
        certificate: Certificate, keyAlgorithm: KeyAlgorithm = .ecP256, digest: Digest = .sha256
    ) throws {
        let key = try PrivateKey(pem: certificate.privateKeyPEM)
        let parsed = try ParsedCertificate(pem: certificate.certificatePEM)
        let belongs = withExtendedLifetime((key, parsed)) { X509_check_private_key(parsed.pointer, key.pointer) == 1 }
        guard belongs else {
            throw LocalPostgresError.openSSL("the certificate authority's key does not belong to its certificate")
        }
        self.certificate = certificate
        self.keyAlgorithm = keyAlgorithm
        self.digest = digest
    }

    /// Issues a certificate with a new key.
    ///
    /// - Parameters:
    ///   - commonName: The subject: a server's name, or the role's name in a client certificate; 1 to 64 bytes.
    ///   - dnsNames: DNS names in `subjectAltName`. Not checked, so that malformed ones can be made for tests.
    ///   - ipAddresses: IPv4 or IPv6 addresses in `subjectAltName`. With neither names nor addresses there is no
    ///     `subjectAltName` at all, only the common name.
    ///   - notBefore: Begin of validity, in seconds from now; positive for one that is not yet valid.
    ///   - notAfter: End of validity, in seconds from now; negative for one that has expired.
    ///   - clientAuth: Whether it is for a client; else it is for a server.
    /// - Returns: The certificate with its key.
    /// - Throws: `LocalPostgresError.openSSL`; `invalidOption` for what is no IP address.
    public func issue(
        commonName: String, dnsNames: [String] = [], ipAddresses: [String] = [], notBefore: Int = -300,
        notAfter: Int = 365 * 86_400, clientAuth: Bool = false
    ) throws -> Certificate {
        let key = try PrivateKey(keyAlgorithm)
        let issuer = try ParsedCertificate(pem: certificate.certificatePEM)
        // OpenSSL has nothing to say about a begin after the end, but nobody would see the intended reason then.
        let begin = min(notBefore, notAfter - 1)
        let draft = try CertificateDraft(commonName: commonName, notBefore: begin, notAfter: notAfter, key: key)
        try draft.setIssuer(issuer)
        try draft.add(NID_basic_constraints, "critical,CA:FALSE")
        try draft.add(NID_key_usage, "critical,digitalSignature,keyEncipherment")
        try draft.add(NID_ext_key_usage, clientAuth ? "clientAuth" : "serverAuth")
        try draft.addAlternativeNames(dnsNames: dnsNames, ipAddresses: ipAddresses)
        let authorityKey = try PrivateKey(pem: certificate.privateKeyPEM)
        return Certificate(
            certificatePEM: try draft.signed(with: authorityKey, digest: digest), privateKeyPEM: try key.pem)
    }
}
