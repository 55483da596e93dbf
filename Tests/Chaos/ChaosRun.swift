import LocalPostgres
import PGWire
import PGWireTesting

/// 32 tellers, half of them through PgBouncer and half directly, all through proxies and with TLS.
struct ChaosRun {
    private static let tellers = 32
    /// More than are made in any time that somebody waits for.
    private static let capacity = 8_000_000

    private let generator: FuzzGenerator

    init(_ generator: FuzzGenerator) { self.generator = generator }

    /// Whether all was as it was told.
    func run(for duration: Duration) async throws -> Bool {
        let directory = try ScratchDirectory()
        var options = LocalPostgres.Options()
        options.major = 15
        options.directory = directory.file("cluster")
        options.tls = .required
        options.settings = [
            "deadlock_timeout": "200ms", "max_connections": "60", "superuser_reserved_connections": "5",
            "log_min_messages": "fatal",
        ]
        let server = try await LocalPostgres.start(options)
        do {
            try await Connection.withConnection(Connection.Configuration(server.connectionURI)) {
                try await Bank.open($0)
            }
            var poolerOptions = LocalPgBouncer.Options()
            poolerOptions.clientTLS = .require
            poolerOptions.poolSize = 12
            // What waits for a server that is down is told so soon.
            poolerOptions.settings = ["server_login_retry": "1", "query_wait_timeout": "3"]
            let pooler = try await LocalPgBouncer.start(inFrontOf: server, poolerOptions)
            let isSound = try await run(for: duration, server, options, pooler)
            await pooler.stop()
            await directory.remove()
            return isSound
        } catch {
            await server.stop()
            await directory.remove()
            throw error
        }
    }

    private func run(
        for duration: Duration, _ server: LocalPostgres, _ options: LocalPostgres.Options, _ pooler: LocalPgBouncer
    ) async throws -> Bool {
        let ledger = Ledger(capacity: Self.capacity)
        let isOver = Flag()
        let trouble = ServerTrouble(server, options, pooler, ledger, isOver)
        let branches = try Branches(server, pooler)
        // What is made once, and kept: libraries, caches, threads, the pages of the heap.
        try await serve(for: .seconds(2), branches, ledger, Flag(), nil)
        try await trouble.restartServer(immediately: false)
        let before = Resources.now
        say("before  \(before)")
        let start = ContinuousClock.now
        let called = ledger.report.next
        try await serve(for: duration, branches, ledger, isOver, trouble)
        let seconds = (ContinuousClock.now - start) / .seconds(1)
        branches.heal()

        var problems = try await Connection.withConnection(Connection.Configuration(trouble.current.connectionURI)) {
            try await Bank.problems($0, ledger)
        }
        problems += Self.report(ledger, called, seconds)
        let allowance = Allowance(heap: 1 << 20, resident: 16 << 20)
        let after = await Resources.settled(before, allowance)
        say("after   \(after)")
        problems += allowance.problems(before, after)
        branches.stop()
        await trouble.current.stop()
        for problem in problems { say("problem: \(problem)") }
        return problems.isEmpty
    }

    /// Lets all tellers work, with trouble or without; at the end no connection is left.
    private func serve(
        for duration: Duration, _ branches: Branches, _ ledger: Ledger, _ isOver: Flag, _ trouble: ServerTrouble?
    ) async throws {
        var generator = generator
        let providers = branches.providers()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for index in 0..<Self.tellers {
                let own = FuzzGenerator(seed: generator.next())
                let provider = providers.all[index % providers.all.count]
                group.addTask { await Teller(provider: provider, ledger: ledger, isOver: isOver).work(own) }
            }
            defer { isOver.set() }
            if let trouble {
                let (first, second) = (FuzzGenerator(seed: generator.next()), FuzzGenerator(seed: generator.next()))
                let network = NetworkTrouble(proxies: branches.proxies, ledger: ledger, isOver: isOver)
                group.addTask { await network.rage(first) }
                group.addTask { await trouble.killBackends(second, crashEvery: max(duration / 12, .seconds(5))) }
                group.addTask { try await trouble.restart(within: duration) }
            }
            try await Task.sleep(for: duration)
            isOver.set()
            branches.heal()
            try await group.waitForAll()
        }
        for pool in providers.kept where await pool.drain(within: .seconds(20)) > 0 {
            say("connections were still in use at the end")
        }
        // A proxy keeps what has ended until somebody else connects.
        for proxy in branches.proxies { proxy.cut() }
    }

    /// Prints what happened, and gives what should not have.
    private static func report(_ ledger: Ledger, _ first: Int, _ seconds: Double) -> [String] {
        let counts = ledger.report
        say("\(counts.next - first) transfers in \(Int(seconds)) s")
        for (name, count) in counts.events.sorted(by: { $0.key < $1.key }) { say("    \(count) × \(name)") }
        say("errors")
        for (name, count) in counts.errors.sorted(by: { $0.value > $1.value }) { say("    \(count) × \(name)") }
        say("calls: how many, failed; the longest that succeeded, that failed; by when they must be over")
        var problems: [String] = []
        for call in Call.allCases {
            guard let times = counts.calls[call] else { continue }
            let limits = "\(call.limit(failed: false)), \(call.limit(failed: true))"
            say(
                "    \(call.rawValue): \(times.count), \(times.failures); \(rounded(times.longestSuccess)), "
                    + "\(rounded(times.longestFailure)); \(limits)")
            if !times.isInTime(call) { problems.append("\(call.rawValue) took too long") }
        }
        if ledger.count(.committed) == 0 { problems.append("nothing was done") }
        return problems
    }

    private static func rounded(_ duration: Duration) -> String {
        "\((duration / .milliseconds(10)).rounded() / 100) s"
    }
}
