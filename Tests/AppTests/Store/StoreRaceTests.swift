import PGSchemaCatalog
import PGSchemaComparison
import PGWire
import ScribeApp
import Testing
import TestSupport

/// What becomes of an operation that meets another one which has done its work but has not committed yet: the moment of
/// every race, held still.
@Suite(.timeLimit(.minutes(3))) struct StoreRaceTests {
    private let database: StoreDatabase
    private var queue: Store.Queue { database.store.queue }
    private let draft = Email.Draft(message: "m", templateType: .general)

    init() async throws { database = try await StoreDatabase() }

    /// Runs `first` in a transaction that stays open until `second`, beside it, waits for a lock; commits, or rolls back,
    /// and gives what `second` came to.
    private func race<R: Sendable>(
        commits: Bool = true, _ first: (Store) async throws -> Void,
        against second: @escaping @Sendable (Store) async throws -> R
    ) async throws -> R {
        var direct = database.configuration
        direct.poolerMode = .direct
        return try await Connection.withConnection(direct) { db in
            try await db.execute("BEGIN")
            try await first(Store(OneConnection(connection: db)))
            let waiting = Task { [store = database.store] in try await second(store) }
            try await untilSomebodyWaits()
            try await db.execute(commits ? "COMMIT" : "ROLLBACK")
            return try await waiting.value
        }
    }

    private func untilSomebodyWaits(_ number: Int = 1) async throws {
        try await Connection.withConnection(database.configuration) { db in
            let sql: SQL = """
                SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'
                """
            while try await db.fetchOne(sql, as: Int.self) < number { await Task.yield() }
        }
    }

    private func status(_ id: QueueItem.ID) async throws -> QueueItem.Status? { try await queue.find(id)?.status }

    @Test(arguments: [true, false]) func cancelMeetsClaim(commits: Bool) async throws {
        let id = try await database.enqueue(1)[0]
        let result = try await race(commits: commits) { store async throws in
            #expect(try await store.queue.claim()?.id == id)
        } against: { [database] store in
            try await store.queue.cancel(id, of: database.user)
        }
        #expect(result == (commits ? .notPending(.processing) : .cancelled(taskID: nil)))
        #expect(try await status(id) == (commits ? .processing : nil))
    }

    @Test func claimPassesOverWhatIsBeingCancelledOrClaimed() async throws {
        let ids = try await database.enqueue(3)
        let taken = try await Connection.withConnection(database.configuration) { db in
            try await db.transaction { tx in
                try await tx.execute("DELETE FROM queue_items WHERE id = \(ids[0])")
                try await tx.execute("UPDATE queue_items SET status = 'processing' WHERE id = \(ids[1])")
                return try await queue.claim()?.id
            }
        }
        #expect(taken == ids[2])
    }

    @Test(arguments: [true, false]) func completeMeetsCancel(commits: Bool) async throws {
        let claim = try await database.claimOne()
        let result = try await race(commits: commits) { store async throws in
            // Only what waits can be cancelled; so its worker must have been given up first.
            #expect(try await store.queue.reclaim(startedBefore: .zero).waiting == [claim.id])
            #expect(try await store.queue.cancel(claim.id, of: database.user) == .cancelled(taskID: nil))
        } against: { [draft] store in
            try await store.queue.complete(claim, with: draft)
        }
        #expect(result == (commits ? .gone : .done))
        #expect(try await database.generated() == (commits ? (0, 0) : (1, 1)))
    }

    @Test func cancelMeetsComplete() async throws {
        let claim = try await database.claimOne()
        let result = try await race { store async throws in
            #expect(try await store.queue.complete(claim, with: draft) == .done)
        } against: { [database] store in
            try await store.queue.cancel(claim.id, of: database.user)
        }
        #expect(result == .notPending(.completed))
        #expect(try await database.generated() == (1, 1))
    }

    @Test(arguments: [true, false]) func completeMeetsReclaim(commits: Bool) async throws {
        let claim = try await database.claimOne()
        let result = try await race(commits: commits) { store async throws in
            #expect(try await store.queue.reclaim(startedBefore: .zero).waiting == [claim.id])
        } against: { [draft] store in
            try await store.queue.complete(claim, with: draft)
        }
        #expect(result == (commits ? .lost(.pending) : .done))
        #expect(try await database.generated() == (commits ? (0, 0) : (1, 1)))
    }

    @Test func completeMeetsTheNextWorkersClaim() async throws {
        let claim = try await database.claimOne()
        let result = try await race { store async throws in
            #expect(try await store.queue.reclaim(startedBefore: .zero).waiting == [claim.id])
            #expect(try await store.queue.claim()?.id == claim.id)
        } against: { [draft] store in
            try await store.queue.complete(claim, with: draft)
        }
        #expect(result == .lost(.processing))
        #expect(try await database.generated() == (0, 0))
    }

    @Test func completeMeetsTheNextWorkersComplete() async throws {
        let claim = try await database.claimOne()
        let other = Email.Draft(message: "other", templateType: .general)
        let result = try await race { store async throws in
            #expect(try await store.queue.reclaim(startedBefore: .zero).waiting == [claim.id])
            let next = try #require(try await store.queue.claim())
            #expect(try await store.queue.complete(next, with: other) == .done)
        } against: { [draft] store in
            try await store.queue.complete(claim, with: draft)
        }
        #expect(result == .lost(.completed))
        #expect(try await queue.find(claim.id)?.emailID == other.id)
        #expect(try await database.generated() == (1, 1))
    }

    @Test(arguments: [true, false]) func completeMeetsItself(commits: Bool) async throws {
        // The first try's answer was lost, and the server is still at it.
        let claim = try await database.claimOne()
        let result = try await race(commits: commits) { store async throws in
            #expect(try await store.queue.complete(claim, with: draft) == .done)
        } against: { [draft] store in
            try await store.queue.complete(claim, with: draft)
        }
        #expect(result == .done)
        #expect(try await database.generated() == (1, 1))
    }

    @Test func completeMeetsItsOwnStep() async throws {
        let claim = try await database.claimOne()
        let result = try await race { store async throws in
            #expect(try await store.queue.step(claim, "email_composer") == .done)
        } against: { [draft] store in
            try await store.queue.complete(claim, with: draft)
        }
        #expect(result == .done)
        let item = try #require(try await queue.find(claim.id))
        #expect(item.status == .completed && item.currentStep == "email_composer" && item.emailID == draft.id)
    }

    @Test(arguments: [true, false]) func failMeetsReclaim(commits: Bool) async throws {
        let claim = try await database.claimOne()
        let result = try await race(commits: commits) { store async throws in
            _ = try await store.queue.reclaim(startedBefore: .zero)
        } against: { store in
            try await store.queue.fail(claim, message: "x")
        }
        #expect(result == (commits ? .lost(.pending) : .done))
        #expect(try await status(claim.id) == (commits ? .pending : .failed))
    }

    @Test func reclaimLeavesAloneWhatIsBeingCompleted() async throws {
        let claim = try await database.claimOne()
        var direct = database.configuration
        direct.poolerMode = .direct
        try await Connection.withConnection(direct) { db in
            try await db.execute("BEGIN")
            #expect(try await Store(OneConnection(connection: db)).queue.complete(claim, with: draft) == .done)
            #expect(try await queue.reclaim(startedBefore: .zero).waiting == [])
            try await db.execute("COMMIT")
        }
        #expect(try await status(claim.id) == .completed)
        #expect(try await database.generated() == (1, 1))
    }

    @Test(arguments: [true, false]) func initMeetsInit(commits: Bool) async throws {
        let id = User.ID()
        let result = try await race(commits: commits) { store async throws in
            #expect(try await store.users.initialize(id, email: "a@example.com", displayName: "first").isNew)
        } against: { store in
            try await store.users.initialize(id, email: "a@example.com", displayName: "second")
        }
        #expect(result.isNew == !commits && result.user.displayName == (commits ? "first" : "second"))
    }

    @Test(arguments: [true, false]) func initMeetsAnotherWithItsAddress(commits: Bool) async throws {
        let result = try await race(commits: commits) { store async throws in
            _ = try await store.users.initialize(User.ID(), email: "a@example.com", displayName: nil)
        } against: { store -> Result<Bool, StoreError> in
            do {
                return .success(
                    try await store.users.initialize(User.ID(), email: "a@example.com", displayName: nil).isNew)
            } catch let error as StoreError {
                return .failure(error)
            }
        }
        #expect(result == (commits ? .failure(.emailTaken) : .success(true)))
    }

    @Test(arguments: [true, false]) func enqueueMeetsItself(commits: Bool) async throws {
        let recipients = (0..<10).map { QueueItem.Recipient(name: "r\($0)", interest: "i") }
        let batch = try QueueItem.Batch(userID: database.user, emailTemplate: "t", recipients: recipients)
        let ids = try await race(commits: commits) { store async throws in
            try await store.queue.enqueue(batch)
        } against: { store in
            try await store.queue.enqueue(batch)
        }
        #expect(try await queue.list(of: database.user).map(\.id) == ids)
    }

    @Test(arguments: [true, false]) func theLastTemplateMeetsOneMore(commits: Bool) async throws {
        let made = try await race(commits: commits) { store async throws in
            let draft = Template.Draft(pdfURL: "u", templateText: "first", userInstructions: "i")
            #expect(try await store.templates.insert(draft, for: database.user, limit: 1) != nil)
        } against: { [database] store in
            let draft = Template.Draft(pdfURL: "u", templateText: "second", userInstructions: "i")
            return try await store.templates.insert(draft, for: database.user, limit: 1)
        }
        #expect(made?.templateText == (commits ? nil : "second"))
        #expect(try await database.count("SELECT template_count FROM users WHERE id = \(database.user)") == 1)
        #expect(try await database.count("SELECT count(*) FROM templates") == 1)
    }

    @Test(arguments: [true, false]) func aTemplateMeetsItself(commits: Bool) async throws {
        // The first try's answer was lost, and the server is still at it.
        let draft = Template.Draft(pdfURL: "u", templateText: "t", userInstructions: "i")
        let made = try await race(commits: commits) { store async throws in
            #expect(try await store.templates.insert(draft, for: database.user, limit: 1) != nil)
        } against: { [database] store in
            try await store.templates.insert(draft, for: database.user, limit: 1)
        }
        #expect(made?.id == draft.id)
        #expect(try await database.count("SELECT template_count FROM users WHERE id = \(database.user)") == 1)
    }

    @Test(arguments: [true, false]) func anEmailMeetsItself(commits: Bool) async throws {
        let recipient = QueueItem.Recipient(name: "r", interest: "i")
        let made = try await race(commits: commits) { store async throws in
            #expect(try await store.emails.insert(draft, to: recipient, for: database.user).id == draft.id)
        } against: { [database, draft] store in
            try await store.emails.insert(draft, to: recipient, for: database.user)
        }
        #expect(made.id == draft.id)
        #expect(try await database.generated() == (1, 1))
    }

    @Test(arguments: [true, false]) func cancelMeetsTheTaskOfItsItem(commits: Bool) async throws {
        let id = try await database.enqueue(1)[0]
        let result = try await race(commits: commits) { store async throws in
            #expect(try await store.queue.attach([(id, "task")]) == 1)
        } against: { [database] store in
            try await store.queue.cancel(id, of: database.user)
        }
        #expect(result == .cancelled(taskID: commits ? "task" : nil))
    }

    /// Somebody deletes the account: what is under way for it finds no user, and says so.
    @Test func everythingMeetsTheEndOfItsUser() async throws {
        let user = database.user
        let claim = try await database.claimOne()
        let batch = try QueueItem.Batch(userID: user, emailTemplate: "t", recipients: [.init(name: "r", interest: "i")])
        let template = Template.Draft(pdfURL: "u", templateText: "t", userInstructions: "i")
        let store = database.store
        var direct = database.configuration
        direct.poolerMode = .direct
        try await Connection.withConnection(direct) { db in
            try await db.execute("BEGIN")
            try await db.execute("DELETE FROM users WHERE id = \(user)")
            async let enqueued: Void = {
                await #expect(throws: StoreError.noSuchUser) { try await store.queue.enqueue(batch) }
            }()
            async let inserted: Void = {
                await #expect(throws: StoreError.noSuchUser) {
                    try await store.templates.insert(template, for: user, limit: 5)
                }
            }()
            async let completed = store.queue.complete(claim, with: draft)
            try await untilSomebodyWaits(3)
            try await db.execute("COMMIT")
            #expect(try await completed == .gone)
            _ = await (enqueued, inserted)
        }
    }
}
