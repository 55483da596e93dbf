import COpenSSL

/// A certificate authority for tests and development.
///
/// ```swift
/// let authority = try CertificateAuthority(commonName: "test CA")
/// let server = try authority.issue(commonName: "localhost", dnsNames: ["localhost"], ipAddresses: ["127.0.0.1"])
/// let expired = try authority.issue(commonName: "localhost", dnsNames: ["localhost"], notAfter: -60)
/// ```
public struct CertificateAuthority: Sendable {
    /// The kind of a private key.
    public enum KeyAlgorithm: Sendable {
        /// Elliptic curve NIST P-256. Generated in a millisecond.
        case ecP256
        /// RSA with 2048 bits. Generated in some hundred milliseconds.
        case rsa2048
    }

    /// The digest of signatures, which is also the digest of channel binding (`tls-server-end-point`).
    public enum Digest: Sendable {
        /// SHA-256.
        case sha256
        /// SHA-384.
        case sha384
        /// SHA-512.
        case sha512
    }

    /// The authority's own certificate and key.
    public let certificate: Certificate
    private let keyAlgorithm: KeyAlgorithm
    private let digest: Digest

    /// The authority's certificate as PEM, for clients to trust (`sslrootcert`).
    public var certificatePEM: String { certificate.certificatePEM }

    /// Generates a key and a self-signed certificate.
    ///
    /// - Parameters:
    ///   - commonName: The name of the authority, 1 to 64 bytes of UTF-8.
    ///   - keyAlgorithm: For its own key and those of the certificates that it issues.
    ///   - digest: For all signatures.
    ///   - notBefore: Start of validity, in seconds from now.
    ///   - notAfter: End of validity, in seconds from now. Default: ten years.
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

    /// An authority from an existing certificate and key.
    ///
    /// - Throws: `LocalPostgresError.openSSL` when they are invalid or do not belong together.
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

    /// Generates a key and issues a certificate for it.
    ///
    /// - Parameters:
    ///   - commonName: The subject: a server's name, or the role's name in a client certificate; 1 to 64 bytes.
    ///   - dnsNames: DNS names in `subjectAltName`. Not checked, so that malformed ones can be made for tests.
    ///   - ipAddresses: IPv4 or IPv6 addresses in `subjectAltName`. With neither names nor addresses there is no
    ///     `subjectAltName` at all, only the common name.
    ///   - notBefore: Start of validity, in seconds from now; positive for one that is not yet valid.
    ///   - notAfter: End of validity, in seconds from now; negative for one that has expired.
    ///   - clientAuth: True for a client certificate, false for a server certificate.
    /// - Returns: The certificate with its key.
    /// - Throws: `LocalPostgresError.openSSL`; `invalidOption` for an invalid IP address.
    public func issue(
        commonName: String, dnsNames: [String] = [], ipAddresses: [String] = [], notBefore: Int = -300,
        notAfter: Int = 365 * 86_400, clientAuth: Bool = false
    ) throws -> Certificate {
        let key = try PrivateKey(keyAlgorithm)
        let issuer = try ParsedCertificate(pem: certificate.certificatePEM)
        // OpenSSL accepts a start after the end, but verification would then fail for another reason than intended.
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
