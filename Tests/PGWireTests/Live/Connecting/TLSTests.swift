import LocalPostgres
import PGWire
import Testing

extension Live {
    /// Which servers each `sslmode` accepts, and which it refuses.
    @Suite struct TLS {
        private let directory = TemporaryDirectory()

        /// A certificate as the server shows it, and under which names it is accepted.
        private struct Case {
            var names: [String] = []
            var addresses: [String] = []
            var commonName = "nobody.example"
            var accepted: [String] = []
            var refused: [String] = []
            var display = ""
        }

        @Test func namesAreVerified() async throws {
            let cases = [
                Case(
                    names: ["localhost", "db.example"], addresses: ["127.0.0.1"],
                    accepted: ["localhost", "db.example", "DB.Example.", "127.0.0.1"],
                    refused: ["other.example", "db.example.org", "xdb.example", "127.0.0.2", "nobody.example"],
                    display: "DNS:localhost, DNS:db.example, IP Address:127.0.0.1"),
                // The common name does not count where there are alternative names, and counts where there are none.
                Case(
                    addresses: ["127.0.0.1"], commonName: "db.example", accepted: ["127.0.0.1"],
                    refused: ["db.example"],
                    display: "IP Address:127.0.0.1"),
                Case(
                    commonName: "db.example", accepted: ["db.example"], refused: ["other.example", "127.0.0.1"],
                    display: "the common name \"db.example\""),
                Case(
                    names: ["*.db.example"], accepted: ["a.db.example"],
                    refused: ["db.example", "a.b.db.example", "adb.example"], display: "DNS:*.db.example"),
                Case(
                    names: ["a*.db.example"], refused: ["ab.db.example", "a.db.example"], display: "DNS:a*.db.example"),
            ]
            let server = try await LiveTLSServer.shared.value
            for test in cases {
                try await server.present(
                    server.authority.issue(
                        commonName: test.commonName, dnsNames: test.names, ipAddresses: test.addresses))
                for host in test.accepted {
                    let configuration = server.configuration(.verifyFull, host: host, trusting: server.authorityFile)
                    let used = try await Connection.withConnection(configuration) {
                        try await $0.fetchOne("SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()", as: Bool.self)
                    }
                    #expect(used, "\(host)")
                }
                for host in test.refused {
                    try await expectFailure(
                        "the certificate of \(host):\(server.postgres.port) is not for \"\(host)\" but for \(test.display): "
                            + "connect by a name that it covers, or use sslmode=verify-ca if any server of that authority "
                            + "will do"
                    ) {
                        try await Connection.connect(
                            server.configuration(.verifyFull, host: host, trusting: server.authorityFile))
                    }
                    let any = server.configuration(.verifyCA, host: host, trusting: server.authorityFile)
                    try await Connection.withConnection(any) { try await $0.execute("SELECT 1") }
                }
            }
        }

        @Test func chainsAreVerified() async throws {
            let server = try await LiveTLSServer.shared.value
            let other = try CertificateAuthority(commonName: "another CA")
            let otherFile = directory.file("other.crt")
            try overwrite(otherFile, with: other.certificatePEM)
            let names = ["localhost"]
            let advice = "give the authority that issued it as sslrootcert, or have the server's certificate renewed"
            let cases = [
                (try other.issue(commonName: "localhost", dnsNames: names), "unable to get local issuer certificate"),
                (
                    try server.authority.issue(commonName: "x", dnsNames: names, notAfter: -60),
                    "certificate has expired"
                ),
                (
                    try server.authority.issue(commonName: "x", dnsNames: names, notBefore: 3600),
                    "certificate is not yet valid"
                ),
                (
                    try server.authority.issue(commonName: "x", dnsNames: names, clientAuth: true),
                    "unsuitable certificate purpose"
                ),
            ]
            for (certificate, reason) in cases {
                try await server.present(certificate)
                // With a root certificate file, `require` checks the chain as well.
                for mode: SSLMode in [.verifyFull, .verifyCA, .require] {
                    try await expectFailure(
                        "the certificate of localhost:\(server.postgres.port) is not trusted (\(reason)): \(advice)"
                    ) {
                        try await Connection.connect(server.configuration(mode, trusting: server.authorityFile))
                    }
                }
                // Without one, it encrypts and asks for no more.
                try await Connection.withConnection(server.configuration(.require)) { #expect($0.tls != nil) }
            }
            // The system's authorities do not know ours.
            try await server.present(server.authority.issue(commonName: "x", dnsNames: names))
            let error = try await failure { try await Connection.connect(server.configuration(.verifyFull)) }
            #expect("\(error)".contains("is not trusted ("), "\(error)")
            // A file that is missing, or holds no certificate, is named.
            for file in [directory.file("absent.crt"), "/dev/null"] {
                let error = try await failure {
                    try await Connection.connect(server.configuration(.verifyFull, trusting: file))
                }
                #expect("\(error)".contains("the root certificate file \"\(file)\" (sslrootcert): "), "\(error)")
            }
        }

        /// Channel binding hashes the certificate by its own signature's algorithm, which the server does too: a login
        /// by SCRAM-SHA-256-PLUS proves that both found the same.
        @Test func kindsOfKeysAndVersions() async throws {
            let server = try await LiveTLSServer.shared.value
            let kinds: [(CertificateAuthority.KeyAlgorithm, CertificateAuthority.Digest)] = [
                (.ecP256, .sha256), (.ecP256, .sha512), (.rsa2048, .sha256), (.rsa2048, .sha384),
            ]
            for (key, digest) in kinds {
                let authority = try CertificateAuthority(commonName: "CA", keyAlgorithm: key, digest: digest)
                let file = directory.file("\(key)-\(digest).crt")
                try overwrite(file, with: authority.certificatePEM)
                try await server.present(authority.issue(commonName: "localhost", dnsNames: ["localhost"]))
                var configuration = server.configuration(.verifyFull, trusting: file)
                configuration.authentication.channelBinding = .require
                try await Connection.withConnection(configuration) { #expect($0.tls?.protocolVersion == "TLSv1.3") }
            }
            try await server.present(server.authority.issue(commonName: "x", dnsNames: ["localhost"]))
            try await server.set("ssl_max_protocol_version", to: "'TLSv1.2'")
            var old = server.configuration(.verifyFull, trusting: server.authorityFile)
            old.authentication.channelBinding = .require
            try await Connection.withConnection(old) { db in
                #expect(db.tls?.protocolVersion == "TLSv1.2")
                let version = try await db.fetchOne(
                    "SELECT version FROM pg_stat_ssl WHERE pid = pg_backend_pid()", as: String.self)
                #expect(version == "TLSv1.2")
                // TLS 1.2 takes a flight more, as the client's Finished is answered before anything else is sent.
                _ = try await db.fetchOne("SELECT 1", as: Int.self)
            }
            old.tls.minimumVersion = .tls13
            let error = try await failure { try await Connection.connect(old) }
            #expect("\(error)".hasPrefix("TLS with localhost:\(server.postgres.port) failed ("), "\(error)")
            try await server.set("ssl_max_protocol_version", to: nil)
            old.tls.minimumVersion = .tls12
            old.tls.maximumVersion = .tls12
            try await Connection.withConnection(old) { #expect($0.tls?.protocolVersion == "TLSv1.2") }
        }

        @Test func clientCertificatesLogIn() async throws {
            let postgres = try await LiveServer.postgres15.cluster
            let authority = try #require(postgres.certificateAuthority)
            var configuration = try await LiveServer.postgres15.configuration
            configuration.user = "certified"
            configuration.password = nil
            let (certificate, key) = (directory.file("client.crt"), directory.file("client.key"))
            try authority.issue(commonName: "certified", clientAuth: true)
                .write(certificateFile: certificate, privateKeyFile: key)
            let endpoint = "\(configuration.endpoints[0])"
            try await expectFailure(
                "login to \(endpoint) as role \"certified\" refused: connection requires a valid client certificate "
                    + "(SQLSTATE 28000); check that role \"certified\" exists and that the server's pg_hba.conf lets it in "
                    + "from here"
            ) { try await Connection.connect(configuration) }
            configuration.tls.certificateFile = certificate
            configuration.tls.privateKeyFile = key
            let user = try await Connection.withConnection(configuration) {
                try await $0.fetchOne("SELECT current_user", as: String.self)
            }
            #expect(user == "certified")
            changeMode(key, to: 0o644)
            try await expectFailure(
                "TLS to \(endpoint) cannot be used: the private key file \"\(key)\" (sslkey) may be read by others: make it "
                    + "private with chmod 600"
            ) { try await Connection.connect(configuration) }
            // The certificate of somebody else does not log this role in, and the right one with another key not at all.
            let (theirs, theirKey) = (directory.file("their.crt"), directory.file("their.key"))
            try authority.issue(commonName: "somebody", clientAuth: true)
                .write(certificateFile: theirs, privateKeyFile: theirKey)
            configuration.tls.privateKeyFile = theirKey
            try await expectFailure(
                "TLS to \(endpoint) cannot be used: the private key file \"\(theirKey)\" (sslkey) does not belong to the "
                    + "certificate \"\(certificate)\" (sslcert)"
            ) { try await Connection.connect(configuration) }
            configuration.tls.certificateFile = theirs
            let refused = try await serverFailure { try await Connection.connect(configuration) }
            #expect(refused.message == "certificate authentication failed for user \"certified\"")
        }

        /// What is made up for lost security is said; what is not to be had is refused.
        @Test func modesThatLetTheServerChoose() async throws {
            for server in LiveServer.allCases {
                for mode: SSLMode in [.prefer, .allow, .disable] {
                    try await server.connected {
                        $0.tls.mode = mode
                    } _: { db in
                        let one = try await db.fetchOne("SELECT 1", as: Int.self)
                        #expect(one == 1)
                        #expect((db.tls != nil) == (mode == .prefer && server != .postgres18))
                    }
                }
            }
            let noTLS = try await LiveServer.postgres18.configuration
            for mode: SSLMode in [.require, .verifyCA, .verifyFull] {
                var configuration = noTLS
                configuration.tls.mode = mode
                try await expectFailure(
                    "\(noTLS.endpoints[0]) does not offer TLS, which sslmode=\(mode.rawValue) requires: turn ssl on in the "
                        + "server, or use sslmode=disable on a network that you trust"
                ) { try await Connection.connect(configuration) }
            }
            // A server that has only TLS, or only what is not TLS, for a role.
            var choosy = try await LiveServer.postgres15.configuration
            choosy.password = Secret(LiveServers.rolePassword)
            for (user, mode, isEncrypted) in [
                ("tlsonly", SSLMode.allow, true), ("tlsonly", .prefer, true), ("clearonly", .prefer, false),
                ("clearonly", .allow, false),
            ] {
                choosy.user = user
                choosy.tls.mode = mode
                try await Connection.withConnection(choosy) {
                    #expect(($0.tls != nil) == isEncrypted, "\(user) \(mode)")
                }
            }
            choosy.user = "tlsonly"
            choosy.tls.mode = .disable
            #expect(try await serverFailure { try await Connection.connect(choosy) }.sqlState.rawValue == "28000")
        }
    }
}
