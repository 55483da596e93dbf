/// libpq's connection parameters (manual: "Parameter Key Words") as of PostgreSQL 18, and 19's `servicefile`.
package enum ConnectionKeyword: String, Sendable, CaseIterable {
    case host, hostaddr, port, dbname, user, password, options
    case connectTimeout = "connect_timeout"
    case applicationName = "application_name"
    case fallbackApplicationName = "fallback_application_name"
    case clientEncoding = "client_encoding"
    case sslmode, sslnegotiation, sslrootcert, sslcert, sslkey, sslpassword, sslsni
    case sslMinProtocolVersion = "ssl_min_protocol_version"
    case sslMaxProtocolVersion = "ssl_max_protocol_version"
    case channelBinding = "channel_binding"
    case requireAuth = "require_auth"
    case gssencmode
    case targetSessionAttrs = "target_session_attrs"
    case loadBalanceHosts = "load_balance_hosts"
    case minProtocolVersion = "min_protocol_version"
    case maxProtocolVersion = "max_protocol_version"
    case keepalives
    case keepalivesIdle = "keepalives_idle"
    case keepalivesInterval = "keepalives_interval"
    case keepalivesCount = "keepalives_count"
    case tcpUserTimeout = "tcp_user_timeout"
    case sslcompression, krbsrvname, gsslib, gssdelegation
    case passfile, service, servicefile, sslcertmode, sslcrl, sslcrldir, sslkeylogfile, requirepeer, replication
    case scramClientKey = "scram_client_key"
    case scramServerKey = "scram_server_key"
    case oauthIssuer = "oauth_issuer"
    case oauthClientID = "oauth_client_id"
    case oauthClientSecret = "oauth_client_secret"
    case oauthScope = "oauth_scope"

    /// How PGWire supports a parameter.
    enum Support: Equatable {
        /// It sets a property of ``Connection/Configuration``.
        case used
        /// It is accepted without effect: TLS compression, Kerberos.
        case ignored
        /// It is an error, as it would change the behaviour or the security of a connection.
        case unsupported
    }

    /// How PGWire supports this parameter.
    var support: Support {
        switch self {
        case .sslcompression, .krbsrvname, .gsslib, .gssdelegation: .ignored
        case .replication:
            .unsupported
        default: .used
        }
    }

    /// Whether the value must never be shown.
    var isSecret: Bool {
        switch self {
        case .password, .sslpassword, .scramClientKey, .scramServerKey, .oauthClientSecret: true
        default: false
        }
    }

    /// What to write instead of the unknown keyword `name`; nil when no keyword is similar.
    static func advice(for name: String) -> String? {
        if let known = habits[name.lowercased()] { return known }
        let near = allCases.filter { $0.support != .unsupported }
            .map { (keyword: $0.rawValue, distance: distance(name.lowercased(), $0.rawValue)) }
            .min { $0.distance < $1.distance }
        guard let near, near.distance <= max(1, near.keyword.utf8.count / 3) else { return nil }
        return "did you mean \"\(near.keyword)\"?"
    }

    /// Keywords of other drivers, and common mistakes.
    private static let habits: [String: String] = [
        "ssl": "write \"sslmode=require\" or \"sslmode=disable\"",
        "username": "write \"user\"", "database": "write \"dbname\"", "db": "write \"dbname\"",
        "pwd": "write \"password\"", "pass": "write \"password\"", "timeout": "write \"connect_timeout\"",
        "encoding": "write \"client_encoding\"", "charset": "write \"client_encoding\"",
        "statement_timeout": "set Connection.Configuration.statementTimeout instead",
        "lock_timeout": "call set_config('lock_timeout', …, true) in the transaction instead",
        "search_path": "call set_config('search_path', …, true) in the transaction instead",
        "schema": "call set_config('search_path', …, true) in the transaction instead",
        "currentschema": "call set_config('search_path', …, true) in the transaction instead",
        "pgbouncer": "leave it out, PGWire works behind PgBouncer without being told",
    ]

    /// The number of bytes to insert, delete or replace to turn one into the other (Levenshtein distance).
    private static func distance(_ first: String, _ second: String) -> Int {
        let other = Array(second.utf8)
        var row = Array(0...other.count)
        for (line, byte) in first.utf8.enumerated() {
            var diagonal = row[0]
            row[0] = line + 1
            for column in other.indices {
                let replaced = diagonal + (byte == other[column] ? 0 : 1)
                diagonal = row[column + 1]
                row[column + 1] = min(replaced, diagonal + 1, row[column] + 1)
            }
        }
        return row[other.count]
    }
}
