import FoundationEssentials
package import LocalPostgres
package import PGWire

#if canImport(Darwin)
import Darwin
#else
import Glibc
#endif

/// The servers that live tests share; each test makes a database of its own in them. They stop with the test process.
package actor TestServers {
    package static let shared = TestServers()

    private var clusters: [Int: Task<LocalPostgres, any Error>] = [:]

    /// The cluster of a major version, with TLS where the installed server has it.
    package func cluster(major: Int) async throws -> LocalPostgres {
        if let task = clusters[major] { return try await task.value }
        let task = Task {
            var options = LocalPostgres.Options()
            options.major = major
            options.tls = .available
            // All suites at once, each with workers of its own.
            options.settings["max_connections"] = "500"
            let cluster = try await LocalPostgres.start(options)
            Self.report("PostgreSQL \(cluster.version)")
            return cluster
        }
        clusters[major] = task
        return try await task.value
    }

    /// A pooler of its own, in transaction mode with TLS, in front of a cluster.
    package static func pooler(inFrontOf cluster: LocalPostgres) async throws -> LocalPgBouncer {
        var options = LocalPgBouncer.Options()
        options.clientTLS = .require
        return try await LocalPgBouncer.start(inFrontOf: cluster, options)
    }

    /// `make test` wants to know which servers were met.
    private static func report(_ server: String) {
        guard let path = ProcessInfo.processInfo.environment["PGWIRE_TEST_REPORT"] else { return }
        let file = open(path, O_WRONLY | O_APPEND | O_CREAT, 0o644)
        let line = Array("\(server)\n".utf8)
        _ = write(file, line, line.count)
        close(file)
    }
}

extension LocalPostgres {
    /// A new database and how to connect to it; it is empty, or a copy of one to which nobody is connected.
    package func makeDatabase(copying template: String = "template1") async throws -> Connection.Configuration {
        let name = "app_\(UInt64.random(in: 0...UInt64.max))"
        try await Connection.withConnection(configuration(database: database)) { db in
            try await db.execute("CREATE DATABASE \(identifier: name) TEMPLATE \(identifier: template)")
        }
        return configuration(database: name)
    }

    /// The server by TLS with its certificate checked, or without when it has none.
    package func configuration(database: String) -> Connection.Configuration {
        let tls =
            caCertificateFile.map { Connection.Configuration.TLS(mode: .verifyFull, trustRoots: .file($0)) }
            ?? .disabled
        return Connection.Configuration(
            host: host, port: UInt16(port), user: user, password: password, database: database, tls: tls)
    }
}
