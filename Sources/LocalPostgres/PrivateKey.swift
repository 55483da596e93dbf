import COpenSSL

/// A private key of OpenSSL.
final class PrivateKey {
    let pointer: OpaquePointer

    init(_ algorithm: CertificateAuthority.KeyAlgorithm) throws {
        switch algorithm {
        case .ecP256: pointer = try openSSL("a P-256 key", COpenSSL_generateECKey("P-256"))
        case .rsa2048: pointer = try openSSL("an RSA key", COpenSSL_generateRSAKey(2048))
        }
    }

    init(pem: String) throws {
        let bio = try MemoryBIO(pem)
        pointer = try withExtendedLifetime(bio) {
            try openSSL("reading a private key", PEM_read_bio_PrivateKey(bio.pointer, nil, nil, nil))
        }
    }

    deinit { EVP_PKEY_free(pointer) }

    var pem: String {
        get throws { try pemText { PEM_write_bio_PrivateKey($0, pointer, nil, nil, 0, nil, nil) } }
    }
}
