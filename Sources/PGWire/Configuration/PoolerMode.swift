/// Whether a pooler stands between the client and the server, and how it assigns server connections (PgBouncer's
/// `pool_mode`). Named prepared statements, and more than one batch in flight, are safe only where one server process
/// serves the connection as long as it lives.
///
/// Unless ``Connection/Configuration/poolerMode`` says it, the port and the host's name decide; and a connection that looks
/// direct is checked before a statement is prepared on it, see ``Kind/direct``.
public struct PoolerMode: Sendable, Hashable, CustomStringConvertible {
    /// The mode.
    public var kind: Kind
    /// How that is known.
    public var reason: String

    /// The modes.
    public enum Kind: String, Sendable, CaseIterable {
        /// A pooler that may assign another server connection to each transaction: PgBouncer with `pool_mode = transaction`,
        /// Supabase's port 6543. No prepared statement has a name, and a pipeline has one Sync.
        case transaction = "transaction pooler"
        /// A pooler that assigns one server connection for as long as the client stays connected: PgBouncer with
        /// `pool_mode = session`.
        case session = "session pooler"
        /// No pooler. Repeated statements are prepared under a name. Where the configuration does not say so but port and
        /// name suggest it, the server's process ID is first queried in the batch of another statement; if it differs from
        /// ``Connection/backendProcessID``, there is a pooler.
        case direct
    }

    /// The kind, and how it is known.
    public var description: String { "\(kind.rawValue) (\(reason))" }

    /// The ports of transaction poolers: Supabase's, and PgBouncer's own.
    private static let poolerPorts: [UInt16: String] = [6543: "Supabase's transaction pooler", 6432: "PgBouncer"]

    /// The mode that was configured, or what `endpoint` suggests.
    package init(_ endpoint: Endpoint, configured: Kind?) {
        if let configured {
            kind = configured
            reason = "the configuration says so"
        } else if let pooler = Self.poolerPorts[endpoint.port] {
            kind = .transaction
            reason = "port \(endpoint.port) is that of \(pooler)"
        } else if endpoint.unixSocketPath == nil, endpoint.host.lowercased().namesPooler {
            kind = .transaction
            reason = "the host's name says pooler"
        } else {
            kind = .direct
            reason = "neither the port nor the host's name says pooler"
        }
    }

    init(_ kind: Kind, _ reason: String) {
        self.kind = kind
        self.reason = reason
    }
}

extension String {
    /// Whether a host's name says that a pooler is there: `aws-0-eu-central-1.pooler.supabase.com`, `pgbouncer.internal`.
    fileprivate var namesPooler: Bool {
        ["pooler", "pgbouncer", "supavisor", "pgcat", "odyssey"].contains { word in
            utf8.indices.contains { utf8[$0...].starts(with: word.utf8) }
        }
    }
}
