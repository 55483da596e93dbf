import COpenSSL

/// The server's certificate.
@safe final class PeerCertificate {
    private let certificate: OpaquePointer

    /// Takes ownership of the reference.
    init(_ certificate: OpaquePointer) { unsafe self.certificate = certificate }

    deinit { unsafe X509_free(certificate) }

    /// Whether the certificate names `host`, a DNS name or an IP address.
    ///
    /// The common name counts only when there are no alternative names at all (RFC 6125, section 6.4.4), and a
    /// wildcard only as the whole left-most label.
    func names(_ host: String, isAddress: Bool) -> Bool {
        if isAddress { return unsafe X509_check_ip_asc(certificate, host, 0) == 1 }
        var flags = UInt32(X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS)
        if hasAlternativeNames { flags |= UInt32(X509_CHECK_FLAG_NEVER_CHECK_SUBJECT) }
        // A trailing dot marks a fully qualified name; certificates do not have it.
        let name = host.utf8.last == UInt8(ascii: ".") ? String(host.unicodeScalars.dropLast()) : host
        return unsafe X509_check_host(certificate, name, name.utf8.count, flags, nil) == 1
    }

    private var hasAlternativeNames: Bool {
        unsafe X509_get_ext_by_NID(certificate, NID_subject_alt_name, -1) >= 0
    }

    /// The names in the certificate, for messages.
    var namesForDisplay: String {
        guard hasAlternativeNames else { return "the common name \"\(commonName)\"" }
        let index = unsafe X509_get_ext_by_NID(certificate, NID_subject_alt_name, -1)
        guard let memory = unsafe BIO_new(BIO_s_mem()) else { return "other names" }
        defer { unsafe BIO_free(memory) }
        guard unsafe X509V3_EXT_print(memory, X509_get_ext(certificate, index), 0, 0) == 1 else { return "other names" }
        return unsafe Self.text(memory)
    }

    private var commonName: String {
        guard let memory = unsafe BIO_new(BIO_s_mem()) else { return "" }
        defer { unsafe BIO_free(memory) }
        let name = unsafe X509_get_subject_name(certificate)
        let index = unsafe X509_NAME_get_index_by_NID(name, NID_commonName, -1)
        guard index >= 0, let entry = unsafe X509_NAME_get_entry(name, index) else { return "" }
        _ = unsafe ASN1_STRING_print_ex(
            memory, X509_NAME_ENTRY_get_data(entry), UInt(ASN1_STRFLGS_ESC_CTRL | ASN1_STRFLGS_UTF8_CONVERT))
        return unsafe Self.text(memory)
    }

    private static func text(_ memory: OpaquePointer) -> String {
        var bytes = [UInt8](repeating: 0, count: 1024)
        var count = 0
        _ = unsafe BIO_read_ex(memory, &bytes, bytes.count, &count)
        return String(decoding: bytes.prefix(count), as: UTF8.self)
    }

    /// The `tls-server-end-point` hash for channel binding (RFC 5929, section 4.1): that of the certificate's
    /// signature, but at least SHA-256. Nil when the signature has no single hash, as Ed25519.
    var endPointHash: [UInt8]? {
        var digest: Int32 = 0
        // The signature algorithm implies the digest, except with RSA-PSS, where it is a parameter.
        let signature = unsafe X509_get_signature_nid(certificate)
        if unsafe OBJ_find_sigid_algs(signature, &digest, nil) != 1 || digest == NID_undef {
            guard unsafe X509_get_signature_info(certificate, &digest, nil, nil, nil) == 1 else { return nil }
        }
        if digest == NID_md5 || digest == NID_sha1 { digest = NID_sha256 }
        guard digest != NID_undef else { return nil }
        let named = digest == NID_sha256 ? unsafe Self.sha256 : unsafe EVP_get_digestbyname(OBJ_nid2sn(digest))
        guard let algorithm = unsafe named else { return nil }
        var hash = [UInt8](repeating: 0, count: Int(EVP_MAX_MD_SIZE))
        var length: UInt32 = 0
        guard unsafe X509_digest(certificate, algorithm, &hash, &length) == 1 else { return nil }
        return Array(hash.prefix(Int(length)))
    }

    /// Fetched once, as OpenSSL is slow to find it by name.
    nonisolated(unsafe) private static let sha256 = unsafe EVP_MD_fetch(nil, "SHA256", nil)
}
