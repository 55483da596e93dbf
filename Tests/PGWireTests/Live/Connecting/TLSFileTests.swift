import LocalPostgres
import PGWire
import PGWireTesting
import Testing

#if canImport(Darwin)
import Darwin
#else
import Glibc
#endif

extension Live {
    /// The files and words of TLS beside the trusted authorities: `sslcrl`, `sslcrldir`, `sslcertmode`, `sslkeylogfile`.
    @Suite struct TLSFiles {
        private let directory = TemporaryDirectory()

        /// OpenSSL would wait for somebody to write into it, beyond every deadline.
        @Test func namedPipes() async throws {
            let pipe = directory.file("pipe")
            try #require(mkfifo(pipe, 0o600) == 0)
            let endpoint = Connection.Configuration(host: "localhost", port: 1, user: "u", tls: .disabled)
            let uses: [(inout Connection.Configuration.TLS) -> Void] = [
                { $0.trustRoots = .file(pipe) }, { $0.certificateFile = pipe }, { $0.revocationListFile = pipe },
                { $0.keyLogFile = pipe },
            ]
            for use in uses {
                let server = try await LiveTLSServer.shared.value
                var configuration = endpoint
                configuration.endpoints[0].port = UInt16(server.postgres.port)
                configuration.tls = Connection.Configuration.TLS(mode: .verifyFull)
                use(&configuration.tls)
                let error = try await failure { try await Connection.connect(configuration) }
                #expect("\(error)".contains("\"\(pipe)\"") && "\(error)".contains("it is no regular file"), "\(error)")
            }
        }

        @Test func revocationLists() async throws {
            let server = try await LiveTLSServer.shared.value
            let certificate = try server.authority.issue(commonName: "x", dnsNames: ["localhost"])
            try await server.present(certificate)
            let other = try server.authority.issue(commonName: "y")
            let harmless = try RevocationList(of: server.authority, revoking: [other])
            let list = try RevocationList(of: server.authority, revoking: [other, certificate])
            let file = directory.file("crl.pem")
            let place = "localhost:\(server.postgres.port)"
            let revoked =
                "the certificate of \(place) is not trusted (certificate revoked): give the authority that issued it as "
                + "sslrootcert, or have the server's certificate renewed"
            var byFile = server.configuration(.verifyCA, trusting: server.authorityFile)
            byFile.tls.revocationListFile = file
            var byDirectory = server.configuration(.verifyFull, trusting: server.authorityFile)
            byDirectory.tls.revocationListDirectory = directory.path

            let missing = try await failure { try await Connection.connect(byFile) }
            #expect("\(missing)".contains("the revocation list file \"\(file)\" (sslcrl): "), "\(missing)")
            try await expectFailure(
                "the certificate of \(place) is not trusted (unable to get certificate CRL): give the authority that issued it "
                    + "as sslrootcert, or have the server's certificate renewed"
            ) { try await Connection.connect(byDirectory) }
            try overwrite(file, with: harmless.pem)
            try overwrite(directory.file(harmless.hashedName), with: harmless.pem)
            for configuration in [byFile, byDirectory] { try await Connection.withConnection(configuration) { _ in } }
            try overwrite(file, with: list.pem)
            try await expectFailure(revoked) { try await Connection.connect(byFile) }
            try overwrite(directory.file(list.hashedName), with: list.pem)
            // A context that has read a list keeps it, as OpenSSL does; another directory's is a new one.
            byDirectory.tls.revocationListDirectory = "\(directory.path)/."
            try await expectFailure(revoked) { try await Connection.connect(byDirectory) }
            byDirectory.tls.revocationListDirectory = file
            let noDirectory = try await failure { try await Connection.connect(byDirectory) }
            #expect("\(noDirectory)".contains("(sslcrldir) is not a directory"), "\(noDirectory)")
            // Without a check of the certificate there is none of the list.
            var unchecked = server.configuration(.require)
            unchecked.tls.revocationListFile = file
            try await Connection.withConnection(unchecked) { _ in }
        }

        @Test func certificateModes() async throws {
            let postgres = try await LiveServers.postgres15.value
            let authority = try #require(postgres.certificateAuthority)
            let (certificate, key) = (directory.file("client.crt"), directory.file("client.key"))
            try authority.issue(commonName: "certified", clientAuth: true)
                .write(certificateFile: certificate, privateKeyFile: key)
            let base = "host=127.0.0.1 port=\(postgres.port) user=certified dbname=postgres sslmode=require"
            let files = "sslcert=\(certificate) sslkey=\(key)"
            for mode in ["allow", "require"] {
                let configuration = try Connection.Configuration("\(base) \(files) sslcertmode=\(mode)")
                try await Connection.withConnection(configuration) { _ in }
            }
            let disabled = try Connection.Configuration("\(base) \(files) sslcertmode=disable")
            let refused = try await serverFailure { try await Connection.connect(disabled) }
            #expect(refused.message == "connection requires a valid client certificate")
        }

        /// A server that does not ask has not checked it, and an unencrypted connection has no place for it.
        @Test func certificateIsRequired() async throws {
            let postgres = try await LiveServers.postgres15.value
            let authority = try #require(postgres.certificateAuthority)
            let (certificate, key) = (directory.file("client.crt"), directory.file("client.key"))
            try authority.issue(commonName: "certified", clientAuth: true)
                .write(certificateFile: certificate, privateKeyFile: key)
            func expectRefusal(_ configuration: Connection.Configuration, isAsked: Bool) async throws {
                var configuration = configuration
                configuration.tls.certificateFile = certificate
                configuration.tls.privateKeyFile = key
                try await Connection.withConnection(configuration) { #expect(($0.tls != nil) == isAsked) }
                configuration.tls.certificateMode = .require
                try await expectFailure(
                    "\(configuration.endpoints[0]) did not ask for the client's certificate, which sslcertmode=require demands: "
                        + "check the server's ssl_ca_file, and that sslmode does not allow an unencrypted connection"
                ) { try await Connection.connect(configuration) }
            }
            var plain = try await LiveServer.postgres15.configuration
            plain.tls.mode = .disable
            try await expectRefusal(plain, isAsked: false)
            let shown = try authority.issue(commonName: "x", dnsNames: ["localhost"])
            for speaksTLS13 in [false, true] {
                let script: ScriptedServer.Script = [
                    .answerToSSLRequest(Array("S".utf8)), .tls(shown, .init(speaksTLS13: speaksTLS13)), .trust,
                    .waitForEnd,
                ]
                let refused = ScriptedServer.Script(script.prefix(2) + [.waitForEnd])
                try await ScriptedServer.run(script, refused) { server in
                    try await expectRefusal(
                        Connection.Configuration(
                            host: "127.0.0.1", port: server.port, user: "u", tls: .init(mode: .require)), isAsked: true)
                }
            }
        }

        @Test func keysAreLogged() async throws {
            let file = directory.file("keys.log")
            var configuration = try await LiveServer.postgres15.configuration
            configuration.tls.keyLogFile = file
            for count in 1...2 {
                try await Connection.withConnection(configuration) { #expect($0.tls != nil) }
                let lines = try text(file).split(separator: "\n").map { $0.split(separator: " ") }
                #expect(lines.allSatisfy { $0.count == 3 && $0[1].count == 64 && $0[2].allSatisfy(\.isHexDigit) })
                #expect(lines.count { $0[0] == "CLIENT_TRAFFIC_SECRET_0" } == count)
                #expect(lines.count { $0[0] == "SERVER_HANDSHAKE_TRAFFIC_SECRET" } == count)
            }
            #expect(try mode(of: file) == 0o600)
            configuration.tls.keyLogFile = "/nonexistent/keys.log"
            try await expectFailure(
                "TLS to \(configuration.endpoints[0]) cannot be used: the key log file \"/nonexistent/keys.log\" "
                    + "(sslkeylogfile): No such file or directory"
            ) { try await Connection.connect(configuration) }
        }
    }
}
