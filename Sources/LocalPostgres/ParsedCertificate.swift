import COpenSSL

#if canImport(Darwin)
import Darwin
#else
import Glibc
#endif

/// A parsed certificate.
final class ParsedCertificate {
    let pointer: OpaquePointer

    init(pem: String) throws {
        let bio = try MemoryBIO(pem)
        pointer = try withExtendedLifetime(bio) {
            try openSSL("reading a certificate", PEM_read_bio_X509(bio.pointer, nil, nil, nil))
        }
    }

    deinit { X509_free(pointer) }

    /// Whether it is valid now and for `seconds` more.
    func isValid(forSeconds seconds: Int) -> Bool {
        // The pointers below belong to the certificate, so it must outlive them.
        defer { withExtendedLifetime(self) {} }
        var later = time(nil) + seconds
        return X509_cmp_current_time(X509_get0_notBefore(pointer)) < 0
            && X509_cmp_time(X509_get0_notAfter(pointer), &later) > 0
    }
}
