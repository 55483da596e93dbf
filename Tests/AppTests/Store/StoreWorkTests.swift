import PGSchemaCatalog
import PGSchemaComparison
import PGSchemaReports
import PGSchemaSQL
import PGWire
import ScribeApp
import Testing
import TestSupport

@Suite(.timeLimit(.minutes(3))) struct StoreWorkTests {
    private let database: StoreDatabase
    private var queue: Store.Queue { database.store.queue }
    private let draft = Email.Draft(
        message: "Dear Ada", templateType: .book, metadata: #"{"n": 12345678901234567890}"#, isConfident: true)

    init() async throws { database = try await StoreDatabase() }

    @Test func aClaimHasAllThatAWorkerNeeds() async throws {
        let ids = try await database.enqueue(2)
        let claim = try #require(try await queue.claim())
        #expect(claim.id == ids[0] && claim.userID == database.user)
        #expect(claim.recipientName == "item 0" && claim.recipientInterest == "interest 0")
        #expect(claim.emailTemplate == "Dear {name}")
        let item = try #require(try await queue.find(ids[0]))
        #expect(item.status == .processing && item.currentStep == "initializing" && item.startedAt == claim.startedAt)
        #expect(try await queue.claim()?.id == ids[1])
        #expect(try await queue.claim() == nil)
    }

    @Test func completingStoresCountsAndEnds() async throws {
        let claim = try await database.claimOne()
        #expect(try await queue.step(claim, "web_scraper") == .done)
        #expect(try await queue.complete(claim, with: draft) == .done)
        let item = try #require(try await queue.find(claim.id))
        #expect(item.status == .completed && item.emailID == draft.id && item.currentStep == "web_scraper")
        #expect(try #require(item.completedAt) >= claim.startedAt)
        let email = try #require(try await database.store.emails.find(draft.id, of: database.user))
        #expect(
            try OrderedJSONEncoder().text(of: email) == """
                {"id":"\(draft.id)","user_id":"\(database.user)","recipient_name":"item 0",\
                "recipient_interest":"interest 0","email_message":"Dear Ada","template_type":"book",\
                "metadata":{"n":12345678901234567890},"is_confident":true,"displayed":true,\
                "created_at":"\(email.createdAt)"}
                """)
        #expect(try await database.generated() == (1, 1))
    }

    @Test func completingAgainIsDoneAndCountsOnce() async throws {
        let claim = try await database.claimOne()
        for _ in 1...3 { #expect(try await queue.complete(claim, with: draft) == .done) }
        #expect(try await database.generated() == (1, 1))
        // Another draft is another e-mail, for which there is no claim.
        let other = Email.Draft(message: "x", templateType: .general)
        #expect(try await queue.complete(claim, with: other) == .lost(.completed))
        #expect(try await queue.fail(claim, message: "x") == .lost(.completed))
        #expect(try await queue.step(claim, "x") == .lost(.completed))
        #expect(try await queue.requeue(claim) == .lost(.completed))
        #expect(try await database.generated() == (1, 1))
    }

    @Test func failingKeepsAThousandCharacters() async throws {
        let cases = [
            (String(repeating: "😀", count: 1000), String(repeating: "😀", count: 1000)),
            (String(repeating: "e\u{301}", count: 501), String(repeating: "e\u{301}", count: 500) + "... [truncated]"),
            ("a\0b", "a\u{FFFD}b"), ("", ""),
        ]
        for (message, stored) in cases {
            let claim = try await database.claimOne()
            #expect(try await queue.step(claim, "email_composer") == .done)
            #expect(try await queue.fail(claim, message: message) == .done)
            #expect(try await queue.fail(claim, message: message) == .done)
            let item = try #require(try await queue.find(claim.id))
            #expect(item.errorMessage.map { Array($0.unicodeScalars) } == Array(stored.unicodeScalars))
            #expect(item.status == .failed && item.currentStep == "email_composer" && item.completedAt != nil)
            #expect(try await queue.complete(claim, with: draft) == .lost(.failed))
        }
        #expect(try await database.generated() == (0, 0))
    }

    @Test func aRequeuedItemWaitsAtItsOldPlace() async throws {
        let ids = try await database.enqueue(3)
        let claim = try #require(try await queue.claim())
        #expect(try await queue.requeue(claim) == .done)
        #expect(try await queue.requeue(claim) == .lost(.pending))
        let item = try #require(try await queue.find(ids[0]))
        #expect(item.status == .pending && item.startedAt == nil && item.currentStep == nil && item.errorMessage == nil)
        #expect(try await database.store.admin.queue(of: database.user).map(\.completedAt) == [nil, nil, nil])
        let again = try #require(try await queue.claim())
        #expect(!claim.isRetry && again.id == ids[0] && again.isRetry)
        #expect(try await queue.claim()?.isRetry == false)
        #expect(try await queue.complete(again, with: draft) == .done)
        #expect(try #require(try await queue.find(ids[0])?.completedAt) > again.startedAt)
    }

    @Test func reclaimingTakesOnlyWhatIsOld() async throws {
        let old = try await database.claimOne()
        let young = try await database.claimOne()
        try await database.execute(
            "UPDATE queue_items SET started_at = started_at - interval '1 hour' WHERE id = \(old.id)")
        #expect(try await queue.reclaim(startedBefore: .seconds(7200)).waiting == [])
        #expect(try await queue.reclaim(startedBefore: .milliseconds(1_800_500)).waiting == [old.id])
        #expect(try await queue.reclaim(startedBefore: .seconds(600)).waiting == [])
        #expect(try await queue.find(young.id)?.status == .processing)
        #expect(try await queue.claim()?.id == old.id)
        // What another program left without a time counts from when it was submitted.
        try await database.execute("UPDATE queue_items SET started_at = NULL WHERE id = \(young.id)")
        #expect(try await queue.reclaim(startedBefore: .seconds(600)).waiting == [])
        #expect(try await queue.reclaim(startedBefore: .zero).waiting.contains(young.id))
    }

    /// What kills its worker must not kill one after the other: it is taken first each time.
    @Test func anItemThatLosesItsWorkerTwiceFails() async throws {
        let ids = try await database.enqueue(2)
        let first = try #require(try await queue.claim())
        #expect(first.id == ids[0] && !first.isRetry)
        #expect(try await reclaimed() == [[ids[0]], []])
        let second = try #require(try await queue.claim())
        #expect(second.id == ids[0] && second.isRetry)
        #expect(try await queue.step(second, "web_scraper") == .done)
        // That it is a retry is not the API's: neither while it is worked on nor while it waits.
        #expect(try await database.store.admin.queue(of: database.user).map(\.completedAt) == [nil, nil])
        #expect(try await reclaimed() == [[], [ids[0]]])
        let item = try #require(try await queue.find(ids[0]))
        #expect(item.errorMessage == "Step 'web_scraper' failed: the worker was lost, in the second try")
        #expect(item.status == .failed && item.currentStep == "web_scraper" && item.startedAt == second.startedAt)
        #expect(try #require(item.completedAt) > second.startedAt)
        #expect(try await queue.complete(second, with: draft) == .lost(.failed))
        #expect(try await reclaimed() == [[], []])
        #expect(try await queue.claim()?.id == ids[1])
    }

    /// Those that wait again, and those that have failed.
    private func reclaimed() async throws -> [[QueueItem.ID]] {
        let reclaimed = try await queue.reclaim(startedBefore: .zero)
        return [reclaimed.waiting, reclaimed.failed]
    }

    @Test func aWorkerThatWasGivenUpCannotTouchTheNextOnesItem() async throws {
        let first = try await database.claimOne()
        #expect(try await queue.reclaim(startedBefore: .zero).waiting == [first.id])
        #expect(try await queue.complete(first, with: draft) == .lost(.pending))
        let second = try #require(try await queue.claim())
        #expect(second.id == first.id && second.startedAt > first.startedAt)
        #expect(try await queue.complete(first, with: draft) == .lost(.processing))
        #expect(try await queue.step(first, "x") == .lost(.processing))
        #expect(try await queue.fail(first, message: "x") == .lost(.processing))
        #expect(try await queue.requeue(first) == .lost(.processing))
        #expect(try await database.generated() == (0, 0))
        #expect(try await queue.complete(second, with: draft) == .done)
        #expect(try await queue.complete(first, with: draft) == .lost(.completed))
        #expect(try await database.generated() == (1, 1))
    }

    @Test func nothingIsWrittenForAnItemThatIsGone() async throws {
        let claim = try await database.claimOne()
        #expect(try await queue.requeue(claim) == .done)
        #expect(try await queue.cancel(claim.id, of: database.user) == .cancelled(taskID: nil))
        #expect(try await queue.complete(claim, with: draft) == .gone)
        #expect(try await queue.fail(claim, message: "x") == .gone)
        #expect(try await queue.step(claim, "x") == .gone)
        #expect(try await database.generated() == (0, 0))
    }

    @Test func whatCannotBeStoredLeavesTheItemClaimed() async throws {
        let claim = try await database.claimOne()
        func failure(_ draft: Email.Draft) async -> StoreError? {
            do {
                _ = try await queue.complete(claim, with: draft)
                return nil
            } catch {
                #expect(!"\(error)".contains("secret"), "\(error)")
                return error as? StoreError
            }
        }
        #expect(await failure(.init(message: "secret\0", templateType: .book)) == .zeroCharacter(.emailMessage))
        for json in ["secret", #"{"secret": "\u0000"}"#, #"{"secret": "#, ""] {
            let draft = Email.Draft(message: "m", templateType: .book, metadata: RawJSON(json))
            #expect(await failure(draft) == .badJSON(.metadata), "\(json)")
        }
        // More than the server's stack takes; half of a pair of surrogates; a number of more digits than it has.
        let deep = RawJSON(
            String(repeating: "[", count: 100_000) + "\"secret\"" + String(repeating: "]", count: 100_000))
        for json in [deep, #"{"secret": "\ud83d"}"#, #"{"secret": 1e999999}"#] {
            let draft = Email.Draft(message: "m", templateType: .book, metadata: json)
            #expect(await failure(draft) == .badJSON(.metadata), "\(json.text.prefix(30))")
        }
        #expect(
            await failure(.init(message: "m", templateType: .book, metadata: "\"secret\0\""))
                == .zeroCharacter(.metadata))
        // Another program may have let in what emails cannot take.
        try await database.execute("UPDATE queue_items SET recipient_interest = repeat('secret ', 100)")
        #expect(
            await failure(.init(message: "m", templateType: .book))
                == .refused(.stringDataRightTruncation, constraint: nil))
        await #expect(throws: StoreError.tooLong(.currentStep, limit: 50)) {
            try await queue.step(claim, String(repeating: "x", count: 51))
        }
        #expect(try await queue.find(claim.id)?.status == .processing)
        #expect(try await database.generated() == (0, 0))
    }

    @Test func fiftyClaimsAtOnceTakeFiftyItemsOldestFirst() async throws {
        let ids = try await database.enqueue(60)
        let claims = try await withThrowingTaskGroup(of: QueueItem.Claim?.self) { group in
            for _ in 1...50 { group.addTask { [queue] in try await queue.claim() } }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        let taken = claims.compactMap { $0?.id }
        #expect(taken.count == 50 && Set(taken) == Set(ids.prefix(50)))
    }

    /// Looking for work must not become slower with all the work ever done.
    @Test(arguments: [1, 5000]) func claimingPassesNoneThatAreDone(waiting: Int) async throws {
        try await database.execute(
            """
            INSERT INTO queue_items (id, user_id, recipient_name, recipient_interest, email_template, status, created_at)
            SELECT gen_random_uuid(), \(database.user), 'r', 'i', 't',
                CASE WHEN n > \(waiting) THEN 'completed' ELSE 'pending' END, now() - make_interval(secs => n)
            FROM generate_series(1, 20000) n
            """)
        try await database.execute("ANALYZE queue_items")
        let plan = try await Connection.withConnection(database.configuration) { db in
            try await db.fetchAll("EXPLAIN (COSTS off) \(Store.Queue.claiming)", as: String.self)
        }.joined(separator: "\n")
        #expect(plan.contains("ix_queue_items_status") && !plan.contains("ix_queue_items_created_at"), "\(plan)")
    }
}
