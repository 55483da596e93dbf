/// The certificates in a cluster's directory: `ca.crt`, `ca.key`, `server.crt`, `server.key`.
enum ServerCertificates {
    /// How long before their end certificates are renewed, in seconds: a development database may run for weeks.
    private static let renewal = 30 * 86_400

    /// Makes certificates that are missing or expire soon. The authority is kept as long as possible, as clients have
    /// its file.
    static func prepare(in directory: ClusterDirectory) throws -> CertificateAuthority {
        let authority = try existingAuthority(in: directory) ?? newAuthority(in: directory)
        if let text = directory.file("server.crt").read(), directory.file("server.key").read() != nil,
            try ParsedCertificate(pem: text).isValid(forSeconds: renewal)
        {
            return authority
        }
        try issueServerCertificate(by: authority, in: directory)
        return authority
    }

    private static func existingAuthority(in directory: ClusterDirectory) throws -> CertificateAuthority? {
        guard let certificate = directory.file("ca.crt").read(), let key = directory.file("ca.key").read(),
            try ParsedCertificate(pem: certificate).isValid(forSeconds: 2 * 365 * 86_400)
        else { return nil }
        return try CertificateAuthority(
            certificate: Certificate(certificatePEM: certificate, privateKeyPEM: key))
    }

    private static func newAuthority(in directory: ClusterDirectory) throws -> CertificateAuthority {
        let authority = try CertificateAuthority(commonName: "LocalPostgres CA")
        try issueServerCertificate(by: authority, in: directory)
        try authority.certificate.write(
            certificateFile: directory.file("ca.crt").path, privateKeyFile: directory.file("ca.key").path,
            owner: directory.user)
        return authority
    }

    private static func issueServerCertificate(
        by authority: CertificateAuthority, in directory: ClusterDirectory
    ) throws {
        let certificate = try authority.issue(
            commonName: "localhost", dnsNames: ["localhost"], ipAddresses: ["127.0.0.1", "::1"])
        try certificate.write(
            certificateFile: directory.file("server.crt").path, privateKeyFile: directory.file("server.key").path,
            owner: directory.user)
    }
}
