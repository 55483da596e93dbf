import FoundationEssentials
import LocalPostgres
import PGSchemaSQL
import PGWire
import ScribeApp
import Synchronization
import Testing
import TestSupport

/// Sixteen workers, ten thousand items, a pooler, and everything that can go wrong.
@Suite struct QueueDrainTests {
    /// Each worker reaches the pooler by a proxy of its own. A worker is killed by cutting its connections without a word
    /// and refusing it any other, so that it never does another thing, wherever it is just then; a new one takes its place.
    ///
    /// A worker uses a fresh connection (``NullPool``, TLS) for one to eight items, claim to completion: a connection for
    /// each statement would be 40,000 TLS handshakes, and measure nothing but those.
    @Test(.timeLimit(.minutes(5)))
    func eachItemEndsOnce() async throws {
        let seed =
            ProcessInfo.processInfo.environment["PGWIRE_SEED"].flatMap { UInt64($0) }
            ?? UInt64.random(in: .min ... .max)
        print("queue drain: PGWIRE_SEED=\(seed)")
        let cluster = try await TestServers.shared.cluster(major: 15)
        let direct = try await cluster.makeDatabase()
        let pooler = try await TestServers.pooler(inFrontOf: cluster)
        do {
            var pooled = direct
            pooled.endpoints = [Endpoint(host: pooler.host, port: UInt16(pooler.port))]
            if let authority = pooler.caCertificateFile {
                pooled.tls = .init(mode: .verifyFull, trustRoots: .file(authority))
            }
            let database = try await StoreDatabase(direct, by: pooled)
            try await drain(database, pooled, seed)
            await pooler.stop()
        } catch {
            await pooler.stop()
            throw error
        }
    }

    private static let itemCount = 10_000

    private func drain(_ database: StoreDatabase, _ pooled: Connection.Configuration, _ seed: UInt64) async throws {
        let clock = ContinuousClock()
        let start = clock.now
        var users = [database.user]
        for _ in 1..<20 { users.append(try await database.addUser()) }
        var owners: [(item: QueueItem.ID, user: User.ID)] = []
        try await database.store.session { store in
            for number in 0..<(Self.itemCount / 100) {
                let user = users[number % users.count]
                let batch = try QueueItem.Batch(
                    userID: user, emailTemplate: "t",
                    recipients: (0..<100).map { .init(name: "r\(number * 100 + $0)", interest: "i") })
                owners += try await store.queue.enqueue(batch).map { ($0, user) }
            }
        }

        let drain = QueueDrain(StoreDatabase.appSettings(pooled), owners, seed)
        try await drain.run()
        let enqueued = clock.now - start
        let drained = drain.tally.withLock { $0 }
        print("queue drain: \(drained), \(enqueued)")

        // Otherwise it was too quiet a day to show anything.
        #expect(drained.kills >= 50)
        #expect(drained.reclaimed >= 20)
        #expect(drained.cancelled.count >= 100 && drained.tooLateToCancel >= 100)
        #expect(drained.lostClaims >= 1 && drained.terminated >= 5)
        #expect(drained.failed >= 50 && drained.requeued >= 50)
        try await check(database, drained)
    }

    private func check(_ database: StoreDatabase, _ drained: QueueDrain.Tally) async throws {
        let (completed, failed, all) = try await Connection.withConnection(database.configuration) { db in
            try await db.fetchOne(
                """
                SELECT count(*) FILTER (WHERE status = 'completed'), count(*) FILTER (WHERE status = 'failed'), count(*)
                FROM queue_items
                """, as: (Int, Int, Int).self)
        }
        #expect(completed + failed == all, "none is stuck")
        #expect(all + drained.cancelled.count == Self.itemCount, "those cancelled are gone, and no others")
        let cancelled = Array(drained.cancelled)
        #expect(try await database.count("SELECT count(*) FROM queue_items WHERE id = ANY (\(cancelled))") == 0)
        // As far as the workers were told, they saw the same.
        let told = Array(drained.completed)
        #expect(drained.completedTwice.isEmpty)
        let confirmed: SQL = "SELECT count(*) FROM queue_items WHERE id = ANY (\(told)) AND status = 'completed'"
        #expect(try await database.count(confirmed) == told.count)

        #expect(try await database.count("SELECT count(*) FROM emails") == completed)
        let matching: SQL = """
            SELECT count(DISTINCT email.id) FROM queue_items item JOIN emails email
                ON email.id = item.email_id AND email.user_id = item.user_id AND email.recipient_name = item.recipient_name
            WHERE item.status = 'completed' AND item.completed_at >= item.started_at
            """
        #expect(try await database.count(matching) == completed, "each completed item has exactly one e-mail, its own")
        let wrong: SQL = """
            SELECT count(*) FROM users
            WHERE generation_count <> (SELECT count(*) FROM emails WHERE user_id = users.id)
            """
        #expect(try await database.count(wrong) == 0, "the counts are the numbers of e-mails")
        // At least those of whom the answer arrived: a terminated server process may have kept one.
        let lost: SQL =
            "SELECT count(*) FROM queue_items WHERE error_message LIKE '% the worker was lost, in the second try'"
        #expect(try await database.count(lost) >= drained.givenUp)
        // Each worker writes when its claim began.
        let foreign: SQL = """
            SELECT count(*) FROM queue_items item LEFT JOIN emails email ON email.id = item.email_id
            WHERE CASE WHEN error_message LIKE 'Step %' THEN false
                ELSE coalesce(email_message, error_message)::timestamptz IS DISTINCT FROM started_at END
            """
        #expect(try await database.count(foreign) == 0, "nobody ends an item but who has claimed it last")
        let odd: SQL = """
            SELECT count(*) FROM queue_items WHERE (status = 'failed') <> (error_message IS NOT NULL)
                OR (status = 'completed') <> (email_id IS NOT NULL) OR completed_at IS NULL OR started_at IS NULL
            """
        #expect(try await database.count(odd) == 0)
    }
}
