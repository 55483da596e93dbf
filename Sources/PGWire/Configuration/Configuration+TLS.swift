extension Connection.Configuration {
    /// Whether and how a connection is encrypted (manual: "SSL Support").
    public struct TLS: Sendable, Hashable {
        /// libpq's six modes.
        public var mode: SSLMode
        /// Whether TLS is asked for, or begun at once (libpq's `sslnegotiation`).
        public var negotiation = Negotiation.postgres
        /// Who vouches for the server's certificate when the mode is ``SSLMode/verifyCA`` or ``SSLMode/verifyFull``.
        public var trustRoots: TrustRoots = .system
        /// The file of the client's certificate (PEM, with its chain), if one is sent.
        public var certificateFile: String?
        /// The file of the client's private key (PEM); it may be readable by its owner only.
        public var privateKeyFile: String?
        /// The password of the private key, if it is encrypted.
        public var privateKeyPassword: Secret?
        /// Whether the host's name is sent in clear in the handshake (SNI), by which proxies route. Never sent for addresses.
        public var sendsServerName = true
        /// The oldest version of TLS that is accepted.
        public var minimumVersion = Version.tls12
        /// The newest version of TLS that is offered; nil for the newest there is.
        public var maximumVersion: Version?

        /// TLS with this mode, and the operating system's trust roots where the mode verifies.
        public init(mode: SSLMode, trustRoots: TrustRoots = .system) {
            self.mode = mode
            self.trustRoots = trustRoots
        }

        /// No TLS.
        public static let disabled = TLS(mode: .disable)

        /// What is used when nothing is said: `require` as soon as one host is another machine, else `prefer`. Unlike libpq's
        /// default (`prefer`), nobody on the way can then talk a client out of encryption.
        public static func `default`(for endpoints: [Endpoint]) -> TLS {
            TLS(mode: endpoints.allSatisfy(\.isLocal) ? .prefer : .require)
        }

        /// Why it cannot be used as it is; nil when it can.
        var problem: String? {
            guard negotiation == .direct, !mode.requiresTLS else { return nil }
            return
                "sslnegotiation=direct needs sslmode=require, verify-ca or verify-full, as sslmode=\(mode.rawValue) does not "
                + "insist on TLS"
        }

        /// How a connection comes to TLS.
        public enum Negotiation: String, Sendable, CaseIterable {
            /// By asking: every server and pooler knows it, and it takes a round trip.
            case postgres
            /// TLS begins at once: a round trip less, but only PostgreSQL 17 and newer know it, few poolers do, and the mode
            /// must be ``SSLMode/require`` or stronger. The server must agree to speak PostgreSQL's protocol (ALPN).
            case direct
        }

        /// A version of TLS. Those before 1.2 are broken and not supported.
        public enum Version: String, Sendable, CaseIterable, Comparable {
            case tls12 = "TLSv1.2"
            case tls13 = "TLSv1.3"

            /// Whether `left` is the older version.
            public static func < (left: Version, right: Version) -> Bool { left == .tls12 && right == .tls13 }
        }

        /// Where trusted certificate authorities come from.
        public enum TrustRoots: Sendable, Hashable {
            /// The operating system's store.
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
