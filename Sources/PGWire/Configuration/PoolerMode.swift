/// What a connection leads to, which decides what may be left behind on the way: named prepared statements, and more than
/// one batch under way, are safe only where one server process serves the connection as long as it lives.
///
/// Unless ``Connection/Configuration/poolerMode`` says it, the port and the host's name do; and a connection that looks direct is put to
/// the test before anything is left behind on it, see ``Kind/direct``.
public struct PoolerMode: Sendable, Hashable, CustomStringConvertible {
    /// What the connection leads to.
    public var kind: Kind
    /// How that is known.
    public var reason: String

    /// What a connection can lead to.
    public enum Kind: String, Sendable, CaseIterable {
        /// A pooler that may serve each transaction by another server process: PgBouncer with `pool_mode = transaction`,
        /// Supabase's port 6543. Nothing is prepared under a name, and everything of a pipeline is under one Sync.
        case transaction = "transaction pooler"
        /// A pooler that gives the connection a server process for as long as it lives.
        case session
        /// The server itself. Statements that are repeated are prepared under a name. When nobody has said so but the port
        /// looks like it, the connection is first asked, along with a statement, which process it is served by; if that is
        /// not the one that it was connected to, there is a pooler between.
        case direct
    }

    /// The kind, and how it is known.
    public var description: String { "\(kind.rawValue) (\(reason))" }

    /// The ports at which poolers listen that take a transaction at a time: Supabase's, and PgBouncer's own.
    private static let poolerPorts: [UInt16: String] = [6543: "Supabase's transaction pooler", 6432: "PgBouncer"]

    /// What `endpoint` looks like, or what it was said to be.
    package init(_ endpoint: Endpoint, said: Kind?) {
        if let said {
            kind = said
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
