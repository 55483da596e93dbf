import COpenSSL
import LocalPostgres
import PGWire
import Testing

extension Live {
    /// Private keys that a password opens: `sslpassword`.
    @Suite struct TLSKeyPasswords {
        private let directory = TemporaryDirectory()

        @Test func opensTheKey() async throws {
            let authority = try #require(await LiveServer.postgres15.cluster.certificateAuthority)
            let issued = try authority.issue(commonName: "certified", clientAuth: true)
            let (certificate, key) = (directory.file("client.crt"), directory.file("client.key"))
            try issued.write(certificateFile: certificate, privateKeyFile: key)
            try overwrite(key, with: Self.encrypted(issued.privateKeyPEM, "o'pen \\ ä"))
            changeMode(key, to: 0o600)
            var configuration = try await LiveServer.postgres15.configuration
            (configuration.user, configuration.password) = ("certified", nil)
            configuration.tls.certificateFile = certificate
            configuration.tls.privateKeyFile = key
            for password in [nil, "", "open"] {
                configuration.tls.privateKeyPassword = password.map { .init($0) }
                let error = try await failure { try await Connection.connect(configuration) }
                #expect("\(error)".contains("(sslkey) holds no key that this password opens (sslpassword)"), "\(error)")
            }
            configuration.tls.privateKeyPassword = .init("o'pen \\ ä")
            let user = try await Connection.withConnection(configuration) {
                try await $0.fetchOne("SELECT current_user", as: String.self)
            }
            #expect(user == "certified")
        }

        private static func encrypted(_ pem: String, _ password: String) throws -> String {
            let source = try #require(BIO_new_mem_buf(pem, Int32(pem.utf8.count)))
            defer { BIO_free(source) }
            let key = try #require(PEM_read_bio_PrivateKey(source, nil, nil, nil))
            defer { EVP_PKEY_free(key) }
            let bio = try #require(BIO_new(BIO_s_mem()))
            defer { BIO_free(bio) }
            let length = Int32(password.utf8.count)
            try #require(PEM_write_bio_PKCS8PrivateKey(bio, key, EVP_aes_256_cbc(), password, length, nil, nil) == 1)
            var data: UnsafeMutablePointer<CChar>?
            let count = COpenSSL_memoryData(bio, &data)
            let text = UnsafeRawBufferPointer(start: try #require(data), count: Int(count))
            return String(decoding: text, as: UTF8.self)
        }
    }
}
