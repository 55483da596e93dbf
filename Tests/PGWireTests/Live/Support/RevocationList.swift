import COpenSSL
import LocalPostgres
import Testing

/// A certificate revocation list of an authority, on which some of its certificates are.
struct RevocationList {
    let pem: String
    /// The name by which OpenSSL looks for it in a directory.
    let hashedName: String

    init(of authority: CertificateAuthority, revoking certificates: [Certificate]) throws {
        let issuer = try Self.certificate(authority.certificatePEM)
        defer { X509_free(issuer) }
        let list = try #require(X509_CRL_new())
        defer { X509_CRL_free(list) }
        try #require(X509_CRL_set_version(list, 1) == 1)
        try #require(X509_CRL_set_issuer_name(list, X509_get_subject_name(issuer)) == 1)
        let before = try #require(ASN1_TIME_adj(nil, time(nil), 0, -3600))
        let after = try #require(ASN1_TIME_adj(nil, time(nil), 0, 3600))
        defer {
            ASN1_TIME_free(before)
            ASN1_TIME_free(after)
        }
        try #require(X509_CRL_set1_lastUpdate(list, before) == 1 && X509_CRL_set1_nextUpdate(list, after) == 1)
        for certificate in certificates {
            let parsed = try Self.certificate(certificate.certificatePEM)
            defer { X509_free(parsed) }
            let entry = try #require(X509_REVOKED_new())
            try #require(X509_REVOKED_set_serialNumber(entry, X509_get_serialNumber(parsed)) == 1)
            try #require(X509_REVOKED_set_revocationDate(entry, before) == 1)
            try #require(X509_CRL_add0_revoked(list, entry) == 1)
        }
        X509_CRL_sort(list)
        let key = try #require(
            Self.parse(authority.certificate.privateKeyPEM) { PEM_read_bio_PrivateKey($0, nil, nil, nil) })
        defer { EVP_PKEY_free(key) }
        try #require(X509_CRL_sign(list, key, EVP_sha256()) > 0)
        let bio = try #require(BIO_new(BIO_s_mem()))
        defer { BIO_free(bio) }
        try #require(PEM_write_bio_X509_CRL(bio, list) == 1)
        var data: UnsafeMutablePointer<CChar>?
        let count = COpenSSL_memoryData(bio, &data)
        pem = String(
            decoding: UnsafeRawBufferPointer(start: try #require(data), count: Int(count)), as: UTF8.self)
        let digits = String(X509_subject_name_hash(issuer), radix: 16)
        hashedName = String(repeating: "0", count: max(0, 8 - digits.utf8.count)) + digits + ".r0"
    }

    private static func certificate(_ pem: String) throws -> OpaquePointer {
        try #require(parse(pem) { PEM_read_bio_X509($0, nil, nil, nil) })
    }

    private static func parse(_ pem: String, _ read: (OpaquePointer) -> OpaquePointer?) -> OpaquePointer? {
        let bytes = Array(pem.utf8)
        guard let bio = BIO_new_mem_buf(bytes, Int32(bytes.count)) else { return nil }
        defer { BIO_free(bio) }
        return read(bio)
    }
}
