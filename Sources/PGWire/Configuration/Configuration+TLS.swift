extension Connection.Configuration {
    /// Whether and how a connection is encrypted (manual: "SSL Support").
    public struct TLS: Sendable, Hashable {
        /// libpq's `sslmode`.
        public var mode: SSLMode
        /// How TLS is negotiated (libpq's `sslnegotiation`).
        public var negotiation = Negotiation.postgres
        /// The certificate authorities trusted for the server's certificate when the mode is ``SSLMode/verifyCA`` or
        /// ``SSLMode/verifyFull``.
        public var trustRoots: TrustRoots = .system
        /// The file with the client's certificate and its chain (PEM), if one is sent.
        public var certificateFile: String?
        /// The file with the client's private key (PEM). Only its owner may have permission to read it.
        public var privateKeyFile: String?
        /// The password of the private key, if it is encrypted.
        public var privateKeyPassword: Secret?
        /// Whether ``certificateFile`` is sent (libpq's `sslcertmode`).
        public var certificateMode = CertificateMode.allow
        /// A file (PEM) and a directory, hashed by `openssl rehash`, of certificate revocation lists (libpq's `sslcrl` and
        /// `sslcrldir`). Where the certificate's chain is checked and either is given, each authority of the chain must
        /// have a list, and no certificate may be on one.
        public var revocationListFile: String?
        /// See ``revocationListFile``.
        public var revocationListDirectory: String?
        /// The file to which each connection's keys are appended in NSS's format, so that Wireshark can decrypt what was
        /// recorded (libpq's `sslkeylogfile`). It is made readable for its owner only. Whoever reads it can read the
        /// connections: for debugging only.
        public var keyLogFile: String?
        /// Whether the host's name is sent unencrypted in the handshake (SNI), which proxies route by. Never sent for
        /// addresses.
        public var sendsServerName = true
        /// The minimum TLS version.
        public var minimumVersion = Version.tls12
        /// The maximum TLS version; nil for the newest that OpenSSL supports.
        public var maximumVersion: Version?

        /// TLS with this mode, and these trust roots where the mode verifies the certificate.
        public init(mode: SSLMode, trustRoots: TrustRoots = .system) {
            self.mode = mode
            self.trustRoots = trustRoots
        }

        /// No TLS.
        public static let disabled = TLS(mode: .disable)

        /// The default: `require` when any host is another machine, else `prefer`. Unlike with libpq's default
        /// (`prefer`), a man in the middle cannot prevent encryption.
        public static func `default`(for endpoints: [Endpoint]) -> TLS {
            TLS(mode: endpoints.allSatisfy(\.isLocal) ? .prefer : .require)
        }

        /// Settings that contradict each other, as a sentence; nil when none do.
        var problem: String? {
            guard negotiation == .direct, !mode.requiresTLS else { return nil }
            return
                "sslnegotiation=direct needs sslmode=require, verify-ca or verify-full, as sslmode=\(mode.rawValue) does not "
                + "insist on TLS"
        }

        /// How TLS is negotiated.
        public enum Negotiation: String, Sendable, CaseIterable {
            /// By SSLRequest, which every server and pooler supports. It takes a round trip.
            case postgres
            /// The TLS handshake begins at once, without SSLRequest: a round trip less. Only PostgreSQL 17 and newer
            /// and few poolers support it, and the mode must be ``SSLMode/require`` or stronger. The server must agree
            /// to speak PostgreSQL's protocol (ALPN).
            case direct
        }

        /// Whether the client's certificate is sent when the server asks for one.
        public enum CertificateMode: String, Sendable, CaseIterable {
            /// Never, even if one is given.
            case disable
            /// If one is given.
            case allow
            /// The server must ask for it and get it; otherwise the connection is refused, an unencrypted one too.
            case require
        }

        /// A TLS version. Versions before 1.2 are insecure and not supported.
        public enum Version: String, Sendable, CaseIterable, Comparable {
            /// TLS 1.2.
            case tls12 = "TLSv1.2"
            /// TLS 1.3.
            case tls13 = "TLSv1.3"

            /// Whether `left` is the older version.
            public static func < (left: Version, right: Version) -> Bool { left == .tls12 && right == .tls13 }
        }

        /// The source of trusted certificate authorities.
        public enum TrustRoots: Sendable, Hashable {
            /// The operating system's trust store.
            case system
            /// A PEM file (libpq's `sslrootcert`).
            case file(String)
        }
    }
}

/// libpq's `sslmode`.
public enum SSLMode: String, Sendable, CaseIterable {
    /// Never encrypt.
    case disable
    /// Encrypt only if the server refuses otherwise.
    case allow
    /// Encrypt if the server can.
    case prefer
    /// Encrypt or fail; the server's identity is not checked.
    case require
    /// Encrypt, and the certificate must come from a trusted authority.
    case verifyCA = "verify-ca"
    /// Encrypt, and the certificate must come from a trusted authority and name the host.
    case verifyFull = "verify-full"

    /// Whether a connection without TLS is refused.
    public var requiresTLS: Bool {
        switch self {
        case .disable, .allow, .prefer: false
        case .require, .verifyCA, .verifyFull: true
        }
    }

    /// Whether the server's certificate is checked.
    public var verifiesCertificate: Bool { self == .verifyCA || self == .verifyFull }
}
