import COpenSSL

#if canImport(Darwin)
import Darwin
#else
import Glibc
#endif

/// An unsigned certificate.
final class CertificateDraft {
    private let certificate: OpaquePointer
    private var issuer: ParsedCertificate?

    init(commonName: String, notBefore: Int, notAfter: Int, key: PrivateKey) throws {
        certificate = try openSSL("X509_new", X509_new())
        try openSSL("X509_set_version", X509_set_version(certificate, 2))
        let name = try openSSL("X509_get_subject_name", X509_get_subject_name(certificate))
        try openSSL(
            "the common name",
            X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_UTF8, commonName, Int32(commonName.utf8.count), -1, 0))
        // Random, as lasting authorities keep no list; positive, as RFC 5280 requires.
        let serial = UInt64.random(in: 1...UInt64(Int64.max))
        try openSSL("the serial number", ASN1_INTEGER_set_uint64(X509_get_serialNumber(certificate), serial))
        for (field, seconds) in [
            (X509_getm_notBefore(certificate), notBefore), (X509_getm_notAfter(certificate), notAfter),
        ] {
            _ = try openSSL("the validity", X509_gmtime_adj(field, seconds))
        }
        try openSSL("X509_set_pubkey", X509_set_pubkey(certificate, key.pointer))
    }

    deinit { X509_free(certificate) }

    /// Sets the issuer's name; nil for a self-signed certificate.
    func setIssuer(_ issuer: ParsedCertificate?) throws {
        let signer = issuer?.pointer ?? certificate
        try openSSL("X509_set_issuer_name", X509_set_issuer_name(certificate, X509_get_subject_name(signer)))
        try addExtension(NID_subject_key_identifier, "hash", signer: signer)
        try addExtension(NID_authority_key_identifier, "keyid", signer: signer)
        self.issuer = issuer
    }

    /// Adds an extension in the syntax of OpenSSL's configuration files (x509v3_config(5)).
    func add(_ identifier: Int32, _ value: String) throws {
        try addExtension(identifier, value, signer: issuer?.pointer ?? certificate)
    }

    private func addExtension(_ identifier: Int32, _ value: String, signer: OpaquePointer) throws {
        var context = X509V3_CTX()
        X509V3_set_ctx(&context, signer, certificate, nil, nil, 0)
        let made = try openSSL("extension \(value)", X509V3_EXT_conf_nid(nil, &context, identifier, value))
        defer { X509_EXTENSION_free(made) }
        try openSSL("X509_add_ext", X509_add_ext(certificate, made, -1))
    }

    func addAlternativeNames(dnsNames: [String], ipAddresses: [String]) throws {
        if dnsNames.isEmpty, ipAddresses.isEmpty { return }
        let names = try openSSL("GENERAL_NAMES", COpenSSL_newGeneralNames())
        defer { GENERAL_NAMES_free(names) }
        for name in dnsNames {
            let bytes = Array(name.utf8)
            try openSSL("DNS name", COpenSSL_addGeneralName(names, GEN_DNS, bytes, Int32(bytes.count)))
        }
        for address in ipAddresses {
            var bytes = [UInt8](repeating: 0, count: address.utf8.contains(UInt8(ascii: ":")) ? 16 : 4)
            guard inet_pton(bytes.count == 16 ? AF_INET6 : AF_INET, address, &bytes) == 1 else {
                throw LocalPostgresError.invalidOption("\(address) is not an IP address")
            }
            try openSSL("IP address", COpenSSL_addGeneralName(names, GEN_IPADD, bytes, Int32(bytes.count)))
        }
        let value = UnsafeMutableRawPointer(names)
        try openSSL("subjectAltName", X509_add1_ext_i2d(certificate, NID_subject_alt_name, value, 0, 0))
    }

    /// Signs with the issuer's key; returns the certificate as PEM.
    func signed(with key: PrivateKey, digest: CertificateAuthority.Digest) throws -> String {
        let algorithm =
            switch digest {
            case .sha256: EVP_sha256()
            case .sha384: EVP_sha384()
            case .sha512: EVP_sha512()
            }
        try openSSL("X509_sign", X509_sign(certificate, key.pointer, algorithm))
        return try pemText { PEM_write_bio_X509($0, certificate) }
    }
}
