/// A certificate with its private key, both as PEM text.
public struct Certificate: Sendable, Equatable {
    /// The certificate.
    public let certificatePEM: String
    /// Its private key (PKCS #8, not encrypted). A secret, and not part of `description`.
    public let privateKeyPEM: String

    /// A certificate and key from PEM text, which is not checked.
    public init(certificatePEM: String, privateKeyPEM: String) {
        self.certificatePEM = certificatePEM
        self.privateKeyPEM = privateKeyPEM
    }

    /// Writes both files with mode 0600, replacing what is there.
    ///
    /// - Throws: `LocalPostgresError.systemCall`.
    public func write(certificateFile: String, privateKeyFile: String) throws {
        try write(certificateFile: certificateFile, privateKeyFile: privateKeyFile, owner: nil)
    }

    func write(certificateFile: String, privateKeyFile: String, owner: RunUser?) throws {
        try PrivateFile(path: certificateFile).write(certificatePEM, owner: owner)
        try PrivateFile(path: privateKeyFile).write(privateKeyPEM, owner: owner)
    }
}

extension Certificate: CustomStringConvertible {
    /// The certificate without the key.
    public var description: String { certificatePEM }
}
