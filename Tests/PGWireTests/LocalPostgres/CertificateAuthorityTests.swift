import COpenSSL
import LocalPostgres
import Testing

/// Named so that `--filter LocalPostgres` finds it. Needs no server.
@Suite struct LocalPostgresCertificateAuthorityTests {
    @Test(arguments: [CertificateAuthority.KeyAlgorithm.ecP256, .rsa2048])
    func issuesWhatItsKeyVerifies(algorithm: CertificateAuthority.KeyAlgorithm) throws {
        let authority = try CertificateAuthority(commonName: "CA", keyAlgorithm: algorithm)
        let stranger = try CertificateAuthority(commonName: "CA", keyAlgorithm: algorithm)
        let issued = try authority.issue(commonName: "localhost", dnsNames: ["localhost"])
        #expect(try verifies(issued.certificatePEM, by: authority.certificatePEM))
        #expect(try verifies(authority.certificatePEM, by: authority.certificatePEM))
        #expect(try !verifies(issued.certificatePEM, by: stranger.certificatePEM))
        #expect(try chainError(issued, authority) == X509_V_OK)
        #expect(try chainError(issued, stranger) != X509_V_OK)
        let again = try CertificateAuthority(certificate: authority.certificate)
        let next = try again.issue(commonName: "next")
        #expect(try chainError(next, authority) == X509_V_OK)
        #expect("\(issued)".contains("PRIVATE") == false)
    }

    @Test func putsNamesWhereTheyBelong() throws {
        let authority = try CertificateAuthority(commonName: "CA")
        let full = try authority.issue(
            commonName: "cn.test", dnsNames: ["a.test", "*.b.test", "nul\0.test"], ipAddresses: ["127.0.0.1", "::1"])
        try withCertificate(full.certificatePEM) { certificate in
            #expect(X509_check_host(certificate, "a.test", 0, 0, nil) == 1)
            #expect(X509_check_host(certificate, "x.b.test", 0, 0, nil) == 1)
            #expect(X509_check_host(certificate, "cn.test", 0, 0, nil) == 0, "names are there, so CN does not count")
            #expect(X509_check_ip_asc(certificate, "127.0.0.1", 0) == 1)
            #expect(X509_check_ip_asc(certificate, "::1", 0) == 1)
            #expect(X509_check_ip_asc(certificate, "127.0.0.2", 0) == 0)
        }
        let bare = try authority.issue(commonName: "cn.test")
        try withCertificate(bare.certificatePEM) { certificate in
            #expect(X509_get_ext_by_NID(certificate, NID_subject_alt_name, -1) == -1)
            #expect(X509_check_host(certificate, "cn.test", 0, 0, nil) == 1)
        }
        #expect(throws: LocalPostgresError.invalidOption("300.1.1.1 is not an IP address")) {
            try authority.issue(commonName: "x", ipAddresses: ["300.1.1.1"])
        }
    }

    @Test func makesExpiredAndFutureOnes() throws {
        let authority = try CertificateAuthority(commonName: "CA")
        let expired = try authority.issue(commonName: "x", notAfter: -60)
        let future = try authority.issue(commonName: "x", notBefore: 3600)
        let client = try authority.issue(commonName: "scribe", clientAuth: true)
        #expect(try chainError(expired, authority) == X509_V_ERR_CERT_HAS_EXPIRED)
        #expect(try chainError(future, authority) == X509_V_ERR_CERT_NOT_YET_VALID)
        try withCertificate(client.certificatePEM) {
            #expect(X509_check_purpose($0, X509_PURPOSE_SSL_CLIENT, 0) == 1)
            #expect(X509_check_purpose($0, X509_PURPOSE_SSL_SERVER, 0) == 0)
        }
    }

    @Test(arguments: [
        (CertificateAuthority.Digest.sha256, NID_sha256), (.sha384, NID_sha384), (.sha512, NID_sha512),
    ])
    func signsWithTheDigestAsked(digest: CertificateAuthority.Digest, identifier: Int32) throws {
        let authority = try CertificateAuthority(commonName: "CA", digest: digest)
        try withCertificate(try authority.issue(commonName: "x").certificatePEM) { certificate in
            var found: Int32 = 0
            #expect(X509_get_signature_info(certificate, &found, nil, nil, nil) == 1)
            #expect(found == identifier)
        }
    }

    @Test func refusesNonsense() throws {
        let long = String(repeating: "x", count: 65)
        #expect(throws: LocalPostgresError.self) { try CertificateAuthority(commonName: long) }
        let one = try CertificateAuthority(commonName: "one")
        let two = try CertificateAuthority(commonName: "two")
        let mixed = Certificate(
            certificatePEM: one.certificatePEM, privateKeyPEM: two.certificate.privateKeyPEM)
        #expect(throws: LocalPostgresError.self) { try CertificateAuthority(certificate: mixed) }
        #expect(throws: LocalPostgresError.self) {
            try CertificateAuthority(certificate: Certificate(certificatePEM: "x", privateKeyPEM: "y"))
        }
    }
}

private func withCertificate<Value>(_ pem: String, _ body: (OpaquePointer) throws -> Value) throws -> Value {
    let bio = BIO_new_mem_buf(pem, Int32(pem.utf8.count))
    defer { BIO_free(bio) }
    let certificate = try #require(PEM_read_bio_X509(bio, nil, nil, nil))
    defer { X509_free(certificate) }
    return try body(certificate)
}

/// Whether the signature of `pem` was made with the key of `authority`.
private func verifies(_ pem: String, by authority: String) throws -> Bool {
    try withCertificate(authority) { authority in
        try withCertificate(pem) { X509_verify($0, X509_get0_pubkey(authority)) == 1 }
    }
}

/// What OpenSSL's chain check says, as a TLS client would run it.
private func chainError(_ issued: Certificate, _ authority: CertificateAuthority) throws -> Int32 {
    try withCertificate(authority.certificatePEM) { trusted in
        try withCertificate(issued.certificatePEM) { certificate in
            let store = X509_STORE_new()
            defer { X509_STORE_free(store) }
            X509_STORE_add_cert(store, trusted)
            let context = X509_STORE_CTX_new()
            defer { X509_STORE_CTX_free(context) }
            X509_STORE_CTX_init(context, store, certificate, nil)
            // OpenSSL 3 with this flag also checks what RFC 5280 says about key identifiers and the like.
            X509_STORE_CTX_set_flags(context, UInt(X509_V_FLAG_X509_STRICT))
            return X509_verify_cert(context) == 1 ? X509_V_OK : X509_STORE_CTX_get_error(context)
        }
    }
}
