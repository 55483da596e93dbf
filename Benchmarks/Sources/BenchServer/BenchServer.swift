#if canImport(Darwin)
import Darwin
#else
import Glibc
#endif
import LocalPostgres
import PGWire

/// The server of the benchmarks: PostgreSQL with TLS and SCRAM, and PgBouncer in transaction mode in front of it. Prints
/// where they are as lines for a shell, then `# ready`, and stays until its standard input ends. Each line of that is
/// answered by `# idle` as soon as the server has no client any more.
///
/// `PGB_MAJOR` chooses another PostgreSQL than 15.
@main
struct BenchServer {
    static func main() async {
        do {
            let cluster = try await LocalPostgres.start(options)
            let pooler = try await LocalPgBouncer.start(inFrontOf: cluster, poolerOptions)
            try await Connection.withConnection(Connection.Configuration(cluster.connectionURI)) { db in
                try await Tables.make(on: db)
                answer(description(of: cluster, pooler), "# ready")
                while readLine() != nil {
                    try await Clients(of: db).haveLeft()
                    answer("# idle")
                }
            }
            await pooler.stop()
            await cluster.stop()
        } catch {
            let line = "pgwire-bench-server: \(error)\n"
            _ = write(STDERR_FILENO, line, line.utf8.count)
            exit(1)
        }
    }

    private static func answer(_ lines: String...) {
        for line in lines { print(line) }
        fflush(nil)
    }

    private static var options: LocalPostgres.Options {
        var options = LocalPostgres.Options()
        options.major = getenv("PGB_MAJOR").flatMap { Int(String(cString: $0)) } ?? 15
        options.user = "bench"
        options.database = "bench"
        options.durability = .throwaway
        // What the server does by itself, or by several processes, would be measured at random.
        options.settings = [
            "shared_buffers": "512MB", "max_connections": "1200", "max_wal_size": "4GB", "autovacuum": "off",
            "max_parallel_workers_per_gather": "0",
        ]
        // Client certificates are seldom used. With an authority to check them by, the server would also send that one's own
        // certificate to every client, which costs each of them as much as the rest of its certificates together.
        options.settings["ssl_ca_file"] = ""
        // The slow link has an address of its own.
        options.hbaLines = ["host all all 127.0.0.0/8 scram-sha-256"]
        return options
    }

    private static var poolerOptions: LocalPgBouncer.Options {
        var options = LocalPgBouncer.Options()
        options.poolSize = 40
        return options
    }

    private static func description(of cluster: LocalPostgres, _ pooler: LocalPgBouncer) -> String {
        [
            "PGB_HOST": cluster.host, "PGB_PORT": "\(cluster.port)", "PGB_USER": cluster.user,
            "PGB_PASSWORD": cluster.password, "PGB_DB": cluster.database, "PGB_BOUNCER_PORT": "\(pooler.port)",
            "PGB_ROOT_CERTIFICATE": cluster.caCertificateFile ?? "", "PGB_VERSION": cluster.version,
        ].sorted { $0.key < $1.key }.map { "export \($0)='\($1)'" }.joined(separator: "\n")
    }
}
