import LocalPostgres
import PGWire
import PGWireTesting
import Synchronization

#if canImport(Darwin)
import Darwin
#else
import Glibc
#endif

/// The server and the pooler in front of it, and what happens to them.
final class ServerTrouble: Sendable {
    private let options: LocalPostgres.Options
    private let server: Mutex<LocalPostgres>
    private let pooler: LocalPgBouncer
    private let ledger: Ledger
    private let isOver: Flag

    init(
        _ server: LocalPostgres, _ options: LocalPostgres.Options, _ pooler: LocalPgBouncer, _ ledger: Ledger,
        _ isOver: Flag
    ) {
        self.server = Mutex(server)
        self.options = options
        self.pooler = pooler
        self.ledger = ledger
        self.isOver = isOver
    }

    /// Ends single server processes: one each second or so by `pg_terminate_backend`, and seldom one by SIGKILL, after which
    /// the server ends all others too and recovers.
    func killBackends(_ generator: FuzzGenerator, crashEvery pause: Duration) async {
        var generator = generator
        var nextCrash = ContinuousClock.now + pause / 2
        while !isOver.isSet {
            try? await Task.sleep(for: .milliseconds(200 + generator.below(1_200)))
            let isCrash = ContinuousClock.now > nextCrash
            // While it is down there is nobody to kill.
            guard let victim = try? await victim(terminating: !isCrash), !isOver.isSet else { continue }
            if isCrash {
                guard kill(victim, SIGKILL) == 0 else { continue }
                nextCrash = .now + pause
                ledger.note(event: "server: process killed with SIGKILL")
            } else {
                ledger.note(event: "server: pg_terminate_backend")
            }
        }
    }

    /// A process that works for a teller.
    private func victim(terminating: Bool) async throws -> Int32? {
        var configuration = try Connection.Configuration(server.withLock { $0.connectionURI })
        configuration.connectTimeout = .seconds(2)
        configuration.statementTimeout = .seconds(2)
        return try await Connection.withConnection(configuration) { db in
            let victims = try await db.fetchAll(
                """
                SELECT pid FROM pg_stat_activity
                WHERE backend_type = 'client backend' AND pid <> pg_backend_pid() ORDER BY random() LIMIT 1
                """, as: Int32.self)
            guard let victim = victims.first else { return nil }
            if terminating { try await db.execute("SELECT pg_terminate_backend(\(victim))") }
            return victim
        }
    }

    /// Restarts the server twice, the first time after an immediate shutdown, and the pooler once in between.
    func restart(within duration: Duration) async throws {
        try await Task.sleep(for: duration / 4)
        try await restartServer(immediately: true)
        try await Task.sleep(for: duration / 4)
        try await pooler.restart()
        ledger.note(event: "pooler: restart")
        try await Task.sleep(for: duration / 4)
        try await restartServer(immediately: false)
    }

    /// Ends the server, and starts it again at the same place.
    func restartServer(immediately: Bool) async throws {
        let old = server.withLock { $0 }
        if immediately { kill(old.processIdentifier, SIGQUIT) }
        await old.stop()
        var options = options
        options.port = old.port
        let new = try await LocalPostgres.start(options)
        server.withLock { $0 = new }
        ledger.note(event: immediately ? "server: restart after immediate shutdown" : "server: restart")
    }

    /// The server as it is now.
    var current: LocalPostgres { server.withLock { $0 } }
}
