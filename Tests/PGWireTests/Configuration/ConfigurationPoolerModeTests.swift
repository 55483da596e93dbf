import PGWire
import Testing

/// What a port and a host's name say of what is there.
@Suite struct ConfigurationPoolerModeTests {
    @Test(arguments: [
        ("db.example.com", 5432, "direct (neither the port nor the host's name says pooler)"),
        ("127.0.0.1", 5433, "direct (neither the port nor the host's name says pooler)"),
        ("db.example.com", 6543, "transaction pooler (port 6543 is that of Supabase's transaction pooler)"),
        ("127.0.0.1", 6543, "transaction pooler (port 6543 is that of Supabase's transaction pooler)"),
        ("db.example.com", 6432, "transaction pooler (port 6432 is that of PgBouncer)"),
        ("/run/postgresql", 6432, "transaction pooler (port 6432 is that of PgBouncer)"),
        ("aws-0-eu-central-1.POOLER.supabase.com", 5432, "transaction pooler (the host's name says pooler)"),
        ("pgbouncer", 5432, "transaction pooler (the host's name says pooler)"),
        ("eu-supavisor.internal", 5432, "transaction pooler (the host's name says pooler)"),
        ("pgcat-1", 5432, "transaction pooler (the host's name says pooler)"),
        ("my.odyssey.local", 5432, "transaction pooler (the host's name says pooler)"),
        (
            "ep-cool-darkness-123456-pooler.us-east-2.aws.neon.tech", 5432,
            "transaction pooler (the host's name says pooler)"
        ),
        // The name of a directory is no host's.
        ("/var/run/pgbouncer", 5432, "direct (neither the port nor the host's name says pooler)"),
        ("pool", 5432, "direct (neither the port nor the host's name says pooler)"),
    ])
    func guessed(host: String, port: Int, description: String) {
        #expect("\(PoolerMode(Endpoint(host: host, port: UInt16(port)), configured: nil))" == description)
    }

    @Test(arguments: PoolerMode.Kind.allCases) func said(_ kind: PoolerMode.Kind) {
        let poolerMode = PoolerMode(Endpoint(host: "pgbouncer", port: 6543), configured: kind)
        #expect("\(poolerMode)" == "\(kind.rawValue) (the configuration says so)")
    }
}
