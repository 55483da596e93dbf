import PGSchemaSQL
import PGWire
import ScribeApp
import Testing
import TestSupport

@Suite(.timeLimit(.minutes(3))) struct StoreQueueTests {
    private let database: StoreDatabase
    private var queue: Store.Queue { database.store.queue }

    init() async throws { database = try await StoreDatabase() }

    @Test(arguments: [1, 2, 100, 1000])
    func aBatchKeepsItsOrder(count: Int) async throws {
        let ids = try await database.enqueue(count)
        #expect(ids.count == count && Set(ids).count == count)
        let list = try await queue.list(of: database.user)
        #expect(list.map(\.id) == ids)
        #expect(list.map(\.recipientName) == (0..<count).map { "item \($0)" })
        #expect(list.map(\.position) == (1...count).map { $0 })
        #expect(Set(list.map(\.createdAt)).count == 1)
        for id in ids.prefix(20) { #expect(try await queue.claim()?.id == id) }
    }

    @Test func aListedItemIsShownAsTheAPISays() async throws {
        let id = try await database.enqueue(1)[0]
        let item = try await queue.list(of: database.user)[0]
        #expect(
            try OrderedJSONEncoder().text(of: item) == """
                {"id":"\(id)","recipient_name":"item 0","status":"pending","position":1,"email_id":null,\
                "error_message":null,"current_step":null,"created_at":"\(item.createdAt)"}
                """)
        let whole = try #require(try await queue.find(id))
        #expect(whole.recipientInterest == "interest 0" && whole.emailTemplate == "Dear {name}")
        #expect(whole.startedAt == nil && whole.completedAt == nil && whole.taskID == nil)
    }

    @Test func anEmptyBatchIsNothing() async throws {
        #expect(try await database.enqueue(0) == [])
    }

    @Test func theSameBatchIsStoredOnce() async throws {
        let recipients = (0..<5).map { QueueItem.Recipient(name: "r\($0)", interest: "i") }
        let batch = try QueueItem.Batch(userID: database.user, emailTemplate: "t", recipients: recipients)
        #expect(try await queue.enqueue(batch) == batch.ids)
        #expect(try await queue.cancel(batch.ids[0], of: database.user) == .cancelled(taskID: nil))
        #expect(try await queue.enqueue(batch) == batch.ids)
        #expect(try await queue.list(of: database.user).map(\.id) == Array(batch.ids.dropFirst()))
    }

    @Test func badBatchesAreRefusedWhole() async throws {
        func make(_ name: String, _ interest: String, _ template: String = "t") throws {
            _ = try QueueItem.Batch(
                userID: database.user, emailTemplate: template,
                recipients: [.init(name: "ok", interest: "ok"), .init(name: name, interest: interest)])
        }
        #expect(throws: StoreError.zeroCharacter(.recipientName)) { try make("a\0", "b") }
        #expect(throws: StoreError.zeroCharacter(.recipientInterest)) { try make("a", "\0b") }
        #expect(throws: StoreError.zeroCharacter(.emailTemplate)) { try make("a", "b", "\0") }
        #expect(throws: StoreError.tooLong(.recipientName, limit: 255)) {
            try make(String(repeating: "é", count: 256), "b")
        }
        #expect(throws: StoreError.tooLong(.recipientInterest, limit: 500)) {
            try make("a", String(repeating: "é", count: 501))
        }
        await #expect(throws: StoreError.noSuchUser) { try await database.enqueue(2, for: User.ID()) }
        #expect(try await database.count("SELECT count(*) FROM queue_items") == 0)
    }

    @Test func positionsCountOverAllUsersAndOneDay() async throws {
        let other = try await database.addUser()
        let first = try await database.enqueue(2, "first")
        let theirs = try await database.enqueue(3, "theirs", for: other)
        let second = try await database.enqueue(1, "second")
        #expect(try await queue.list(of: database.user).map(\.position) == [1, 2, 6])
        #expect(try await queue.list(of: other).map(\.position) == [3, 4, 5])
        // One is taken, and one is of yesterday: it keeps its place in the queue, but is in no list.
        #expect(try await queue.claim()?.id == first[0])
        try await database.execute(
            "UPDATE queue_items SET created_at = now() - interval '24 hours 1 second' WHERE id = \(theirs[0])")
        let list = try await queue.list(of: database.user)
        #expect(list.map(\.position) == [nil, 1, 4])
        #expect(list.map(\.status) == [.processing, .pending, .pending])
        #expect(list.map(\.id) == first + second)
        #expect(try await queue.list(of: other).map(\.id) == Array(theirs.dropFirst()))
        #expect(try await queue.claim()?.id == theirs[0])
    }

    @Test func whyAnItemIsNotCancelledIsTold() async throws {
        let other = try await database.addUser()
        let ids = try await database.enqueue(4)
        #expect(try await queue.attach([(ids[0], "task-a"), (ids[1], "task-b"), (QueueItem.ID(), "task-c")]) == 2)
        #expect(try await queue.cancel(ids[0], of: other) == .notOwned)
        #expect(try await queue.cancel(ids[0], of: database.user) == .cancelled(taskID: "task-a"))
        #expect(try await queue.cancel(ids[0], of: database.user) == .absent)
        #expect(try await queue.cancel(QueueItem.ID(), of: database.user) == .absent)
        let claim = try #require(try await queue.claim())
        #expect(claim.id == ids[1])
        #expect(try await queue.cancel(ids[1], of: database.user) == .notPending(.processing))
        #expect(try await queue.fail(claim, message: "no") == .done)
        #expect(try await queue.cancel(ids[1], of: database.user) == .notPending(.failed))
        #expect(try await queue.find(ids[1])?.taskID == "task-b")
        await #expect(throws: StoreError.tooLong(.taskID, limit: 255)) {
            try await queue.attach([(ids[2], String(repeating: "x", count: 256))])
        }
        try await database.execute("UPDATE queue_items SET created_at = now() - interval '9 days' WHERE id = \(ids[3])")
        #expect(try await queue.cancel(ids[3], of: database.user) == .cancelled(taskID: nil))
    }

    /// The database has no check on it: one such row must not take the whole list from its user, nor be taken for another.
    @Test func aStatusThatNobodyKnowsIsShownAsItIs() async throws {
        let ids = try await database.enqueue(2)
        try await database.execute("UPDATE queue_items SET status = 'paused' WHERE id = \(ids[0])")
        let list = try await queue.list(of: database.user)
        #expect(list.map(\.id) == ids && list.map(\.position) == [nil, 1])
        #expect(try OrderedJSONEncoder().text(of: list[0]).contains(#""status":"paused","position":null"#))
        #expect(try await queue.find(ids[0])?.status.rawValue == "paused")
        let shown = try await database.store.admin.queue(of: database.user)
        #expect(shown.map(\.status.rawValue) == ["pending", "paused"])
        guard case .notPending(let status) = try await queue.cancel(ids[0], of: database.user) else {
            Issue.record("it was cancelled, or not found")
            return
        }
        #expect(status.rawValue == "paused")
        #expect(try await queue.claim()?.id == ids[1])
        #expect(try await queue.claim() == nil)
    }
}
