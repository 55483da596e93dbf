import LocalPostgres
import PGSchemaCatalog
import PGSchemaComparison
import PGSchemaReports
import PGWire
import PGWireTesting
import ScribeApp
import Synchronization
import Testing
import TestSupport

/// When an operation is tried again, and when it must not be.
@Suite(.timeLimit(.minutes(3))) struct StoreRetryTests {
    let database: StoreDatabase

    init() async throws { database = try await StoreDatabase() }

    /// Counts how often a connection is asked for, and does something before each and after it is there.
    private final class Watched: ConnectionProvider {
        private let pool: NullPool
        private let count = Mutex(0)
        private let before: @Sendable (Int) throws -> Void
        private let connected: @Sendable (Int) -> Void

        var tries: Int { count.withLock { $0 } }

        init(
            _ configuration: Connection.Configuration, before: @escaping @Sendable (Int) throws -> Void = { _ in },
            connected: @escaping @Sendable (Int) -> Void = { _ in }
        ) {
            pool = NullPool(StoreDatabase.appSettings(configuration))
            self.before = before
            self.connected = connected
        }

        func withConnection<R>(_ body: (Connection) async throws -> R) async throws -> R {
            let number = count.withLock { count in
                count += 1
                return count
            }
            try before(number)
            return try await pool.withConnection { db in
                connected(number)
                return try await body(db)
            }
        }
    }

    private var impatient: Store.Retrying {
        var retrying = Store.Retrying()
        retrying.pause = .milliseconds(1)
        return retrying
    }

    func batch(_ count: Int) throws -> QueueItem.Batch {
        try QueueItem.Batch(
            userID: database.user, emailTemplate: "t",
            recipients: (0..<count).map { .init(name: "r\($0)", interest: "i") })
    }

    private func failure<R>(_ body: () async throws -> R) async -> (any Error)? {
        do {
            _ = try await body()
            return nil
        } catch {
            return error
        }
    }

    @Test func threeTriesHalfASecondApart() {
        #expect(Store.Retrying().tries == 3)
        #expect(Store.Retrying().pause == .milliseconds(500))
    }

    @Test func aDatabaseThatComesBackIsFoundByTheThirdTry() async throws {
        try await FaultyProxy.run(to: database.configuration.endpoints[0]) { proxy in
            proxy.refuse()
            let watched = Watched(proxy.redirect(database.configuration)) { if $0 == 3 { try proxy.admit() } }
            let user = try await Store(watched, retrying: impatient).users.find(database.user)
            #expect(user?.id == database.user)
            #expect(watched.tries == 3)
        }
    }

    @Test func aDatabaseThatStaysAwayIsTriedThreeTimes() async throws {
        try await FaultyProxy.run(to: database.configuration.endpoints[0]) { proxy in
            proxy.refuse()
            let watched = Watched(proxy.redirect(database.configuration))
            let store = Store(watched, retrying: impatient)
            let error = await failure { try await store.users.find(database.user) }
            guard case PostgresError.connection(let reason)? = error else {
                Issue.record("\(String(describing: error))")
                return
            }
            #expect(reason.reason == .unreachable)
            #expect(watched.tries == 3)
            _ = await failure { try await store.session { _ in } }
            #expect(watched.tries == 6)
        }
    }

    /// Three times the connection's own deadline of 30 s is longer than anybody waits.
    @Test func whatKeepsSilentForLongIsNotTriedAgain() async throws {
        #expect(Store.Retrying().timeout == .seconds(30))
        try await FaultyProxy.run(to: database.configuration.endpoints[0]) { proxy in
            proxy.refuse()
            let watched = Watched(proxy.redirect(database.configuration))
            var retrying = impatient
            retrying.timeout = .zero
            let error = await failure { try await Store(watched, retrying: retrying).users.find(database.user) }
            #expect((error as? PostgresError)?.isSafeToRetry == true)
            #expect(watched.tries == 1)
        }
    }

    @Test func whoIsCancelledWhileWaitingForTheNextTryStops() async throws {
        try await FaultyProxy.run(to: database.configuration.endpoints[0]) { proxy in
            proxy.refuse()
            let (tries, tried) = AsyncStream.makeStream(of: Int.self)
            let watched = Watched(proxy.redirect(database.configuration)) { tried.yield($0) }
            var patient = Store.Retrying()
            patient.pause = .seconds(3600)
            patient.timeout = .seconds(3600)
            let finding = Task { [patient, database] in
                try await Store(watched, retrying: patient).users.find(database.user)
            }
            for await _ in tries { break }
            finding.cancel()
            await #expect(throws: CancellationError.self) { try await finding.value }
            #expect(watched.tries == 1)
        }
    }

    @Test func aConnectionCutWhileLoggingInIsTriedAgain() async throws {
        // In clear, as what is cut within a TLS handshake may as well be a server that cannot do TLS.
        var clear = database.configuration
        clear.tls = .disabled
        try await FaultyProxy.run(to: clear.endpoints[0]) { [clear] proxy in
            let watched = Watched(proxy.redirect(clear)) { number in
                var faults = FaultyProxy.Faults()
                if number < 3 { faults.toClient.cutsAfter = 40 }
                proxy.faults = faults
            }
            let batch = try batch(3)
            try await Store(watched, retrying: impatient).queue.enqueue(batch)
            #expect(watched.tries == 3)
        }
        #expect(try await database.store.queue.list(of: database.user).count == 3)
    }

    @Test func aWrongPasswordIsTriedOnce() async throws {
        var wrong = database.configuration
        wrong.password = Secret("wrong")
        let watched = Watched(wrong)
        let error = await failure { try await Store(watched, retrying: impatient).users.find(database.user) }
        guard case PostgresError.server(let reason)? = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(reason.sqlState == .invalidPassword)
        #expect(watched.tries == 1)
    }

    /// The statement reached the server and was carried out; only its answer was lost. The same batch can be handed in
    /// again, by whoever knows that it can, but the store must not run just any statement twice.
    @Test func aLostAnswerIsNotTriedAgainAndTheBatchCanBe() async throws {
        try await FaultyProxy.run(to: database.configuration.endpoints[0]) { proxy in
            let watched = Watched(proxy.redirect(database.configuration)) { number in
                if number == 2 { proxy.faults = .init() }
            } connected: { number in
                guard number == 1 else { return }
                var faults = FaultyProxy.Faults()
                faults.toClient.cutsAfter = 0
                proxy.applyToOpenConnections(faults)
            }
            let store = Store(watched, retrying: impatient)
            let batch = try batch(4)
            let error = await failure { try await store.queue.enqueue(batch) }
            guard case PostgresError.connection(let reason)? = error else {
                Issue.record("\(String(describing: error))")
                return
            }
            #expect(reason.reason == .lost && reason.phase == .query)
            #expect(watched.tries == 1)
            #expect(try await store.queue.enqueue(batch) == batch.ids)
            #expect(watched.tries == 2)
        }
        #expect(try await database.store.queue.list(of: database.user).map(\.position) == [1, 2, 3, 4])
    }

    @Test func aSessionsBodyIsRunOnceWhateverItThrows() async throws {
        try await FaultyProxy.run(to: database.configuration.endpoints[0]) { proxy in
            proxy.refuse()
            let refused = Store(Watched(proxy.redirect(database.configuration)), retrying: impatient)
            let watched = Watched(database.configuration)
            var runs = 0
            let error = await failure {
                try await Store(watched, retrying: impatient).session { store in
                    runs += 1
                    _ = try await store.users.setOnboarded(database.user)
                    // An error that would be safe to retry if nothing had gone before.
                    _ = try await refused.users.find(database.user)
                }
            }
            #expect((error as? PostgresError)?.isSafeToRetry == true)
            #expect(runs == 1 && watched.tries == 1)
        }
    }

    @Test func aDeadlockIsResolvedByAnotherTry() async throws {
        let claim = try await database.claimOne()
        var hasty = database.configuration
        hasty.startupParameters = [.init(name: "deadlock_timeout", value: "2s")]
        let watched = Watched(hasty)
        let draft = Email.Draft(message: "m", templateType: .general)
        // Somebody who deletes accounts locks the user first and their items then: the other way round.
        let outcome = try await Connection.withConnection(database.configuration) { observer in
            try await Connection.withConnection(database.configuration) { db in
                let completing = try await db.transaction { tx in
                    // So that it is the store's statement that the server ends: it looks for a deadlock once, after two
                    // seconds of waiting, and by then this one must have closed the circle.
                    try await tx.execute("SELECT set_config('deadlock_timeout', '60s', true)")
                    try await tx.execute("SELECT FROM users WHERE id = \(database.user) FOR UPDATE")
                    let completing = Task { try await Store(watched).queue.complete(claim, with: draft) }
                    let waiting: SQL = """
                        SELECT count(*) FROM pg_stat_activity
                        WHERE datname = current_database() AND wait_event_type = 'Lock'
                        """
                    while try await observer.fetchOne(waiting, as: Int.self) == 0 { await Task.yield() }
                    try await tx.execute("UPDATE queue_items SET celery_task_id = 't' WHERE id = \(claim.id)")
                    return completing
                }
                return try await completing.value
            }
        }
        #expect(outcome == .done)
        #expect(try await database.generated() == (1, 1))
        #expect(watched.tries == 2)
    }
}
