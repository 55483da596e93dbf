import PGSchemaReports
import PGSchemaSQL
package import PGWire

/// How to reach the database, as the settings say it.
package struct DatabaseSettings: Sendable {
    /// Not blank.
    package var host: String
    package var port: UInt16 = 6543
    package var user: String
    package var password: Secret
    package var name: String
    /// The time for name resolution, TCP, TLS and authentication together.
    package var connectTimeout: Duration = .seconds(30)
    /// The time that a statement may take; nil for no limit.
    package var statementTimeout: Duration? = Self.defaultStatementTimeout
    package var sslMode: SSLMode = .require
    /// A PEM file of trusted authorities.
    package var rootCertificate: String?
    /// How the server may ask who this is; nil for the driver's default.
    package var authentication: AuthenticationPolicy?

    static let defaultStatementTimeout = Duration.milliseconds(30_000)

    /// The driver's configuration. Every value is taken literally.
    package var configuration: Connection.Configuration {
        var tls = Connection.Configuration.TLS(mode: sslMode)
        if let rootCertificate {
            tls.trustRoots = .file(rootCertificate)
            // As libpq: naming an authority and not asking it would be a promise nobody keeps.
            if sslMode == .require { tls.mode = .verifyCA }
        }
        var configuration = Connection.Configuration(
            host: host, port: port, user: user, password: password.value, database: name,
            applicationName: "scribe-app", tls: tls)
        // Whatever is there: each request has a connection of its own, so that nothing would be gained by preparing.
        configuration.poolerMode = .transaction
        // Far more than any answer has; what a server only announces is kept until it is there.
        configuration.maximumMessageSize = 64 << 20
        configuration.connectTimeout = connectTimeout
        configuration.statementTimeout = statementTimeout
        if let authentication { configuration.authentication = authentication }
        return configuration
    }

    /// What stands between us and the server, as far as host and port tell.
    package var pooling: Pooling { Pooling(host: host, port: port) }
}

/// How the connection reaches the server, guessed from host and port as hosted PostgreSQL services choose them.
package enum Pooling: String, Sendable {
    case transaction = "transaction pooler"
    case session = "session pooler"
    case direct

    package init(host: String, port: UInt16) {
        if port == 6543 {
            self = .transaction
        } else {
            self = Self.looksLikePooler(host) ? .session : .direct
        }
    }

    /// Whether the name says so, as `aws-0-eu-central-1.pooler.supabase.com` and `…-pooler.….neon.tech` do.
    package static func looksLikePooler(_ host: String) -> Bool { host.lowercased().contains(bytesOf: "pooler") }
}
