extension ScriptedServer {
    /// How a scripted server speaks TLS.
    public struct TLSBehaviour: Sendable {
        /// The protocol that it chooses by ALPN, whatever the client has offered; nil for none. Default: `postgresql`.
        public var applicationProtocol: String?
        /// Whether it speaks TLS 1.3; else it speaks 1.2 at most.
        public var speaksTLS13: Bool
        /// What it says as soon as the handshake is complete on its side, together with the handshake's last message.
        public var greeting: [UInt8]

        /// A server that does as PostgreSQL does, but for what is said otherwise.
        public init(
            applicationProtocol: String? = "postgresql", speaksTLS13: Bool = true, greeting: [UInt8] = []
        ) {
            self.applicationProtocol = applicationProtocol
            self.speaksTLS13 = speaksTLS13
            self.greeting = greeting
        }
    }
}

extension ScriptedServer.Step {
    /// Speaks TLS from here on, beginning with the client's ClientHello. The certificate and its key are in PEM; those of
    /// `LocalPostgres`'s `CertificateAuthority` will do.
    public static func tls(
        certificatePEM: String, privateKeyPEM: String, _ behaviour: ScriptedServer.TLSBehaviour = .init()
    ) -> Self {
        Self("TLS") {
            $0.filter = try ScriptedTLS(certificatePEM: certificatePEM, privateKeyPEM: privateKeyPEM, behaviour)
        }
    }

    /// Agrees to the client's SSLRequest, and speaks TLS from there on.
    public static func acceptTLS(
        certificatePEM: String, privateKeyPEM: String, _ behaviour: ScriptedServer.TLSBehaviour = .init()
    ) -> Self {
        Self("accept TLS") { connection in
            try answerToSSLRequest(Array("S".utf8)).run(connection)
            try tls(certificatePEM: certificatePEM, privateKeyPEM: privateKeyPEM, behaviour).run(connection)
        }
    }

    /// Sends a TLS record that holds no data, once the handshake is over: a KeyUpdate that asks for one in return (RFC 8446, 4.6.3),
    /// or in TLS 1.2 a HelloRequest (RFC 5246, 7.4.1.1).
    public static let tlsControlRecord = Self("send a TLS record without data") { try $0.sendControlRecord() }
}

extension ServerConnection {
    /// Sends a TLS record that holds no data, see ``ScriptedServer/Step/tlsControlRecord``.
    public func sendControlRecord() throws {
        guard let tls = filter as? ScriptedTLS else { throw ScriptFailure("the script does not speak TLS") }
        try sendToSocket(try tls.controlRecord())
    }
}
